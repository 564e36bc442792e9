"""The record of the mini-economy as tables for a terminal, in the reader's language."""

from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Column, Table

from openscf.cli.common import language, say
from openscf.cli.demo.telling import judgements
from openscf.kernel.money import CNY, parse_amount

_ROLES: Final = {
    "operator": ("platform", "平台"), "anchor": ("core enterprise", "核心企业"), "supplier": ("suppliers", "供应商"),
    "distributor": ("distributors", "经销商"), "funder": ("funders", "资金方"), "custodian": ("warehouse", "监管仓"),
    "carrier": ("carrier", "承运人"), "rater": ("rater", "评级机构"), "buyer": ("tax office", "税务机关"),
}  # fmt: skip


def tell_mini(record: dict[str, Any], console: Console) -> None:
    """Print the record of `reading.read_mini`."""
    for table in (_summary, _products, _funders, _happened, _refusals):
        console.print(table(record))
    console.print(Panel("\n".join(_findings(record)), title=say("Checks", "核验"), expand=False))


def _table(title: str, texts: tuple[tuple[str, str], ...], numbers: tuple[tuple[str, str], ...] = ()) -> Table:
    table = Table(*(Column(say(*names), overflow="fold", min_width=10) for names in texts), title=title)
    for names in numbers:
        table.add_column(say(*names), justify="right", no_wrap=True)
    return table


def _summary(record: dict[str, Any]) -> Table:
    days = record["days"]
    table = Table(
        title=say(f"A small economy, {days} business days", f"小型产业集群，{days} 个营业日"), show_header=False
    )
    table.add_column()
    table.add_column(justify="right")
    members = ", ".join(f"{count} {say(*_ROLES[role])}" for role, count in record["members"].items())
    asked, traded = record["requests"], record["trades"]
    for name, value in (
        (say("members", "成员"), members),
        (say("papers and goods events taken in", "接收单据与货物事件"), f"{record['papers']:,}"),
        (say("trades closed by order, goods, price and money", "订单、货物、价格、资金四流闭环的交易"),
         say(f"{traded['closed']} of {traded['invoices']}", f"{traded['invoices']} 笔中的 {traded['closed']} 笔")),
        (say("of which by value (CNY)", "其中按金额（人民币）"),
         f"{_grouped(traded['value_closed'])} / {_grouped(traded['value'])}"),
        (say("invoices paid, open, overdue", "已付、未到期、逾期发票"),
         ", ".join(str(traded["standings"].get(name, 0)) for name in ("paid", "open", "overdue"))),
        (say("payments that wait for an explanation", "待解释的付款"), f"{traded['unexplained']}"),
        (say("requests for money", "融资申请"), f"{asked['asked']:,}"),
        (say("of which paid out", "其中已放款"), f"{asked['funded']:,}"),
        (say("from the click to the decision and the money, median", "从申请到决定并放款（中位数）"),
         f"{asked['seconds']['median'] * 1000:.0f} ms"),
        (say("days from application to money, median and most", "申请到放款天数（中位数、最长）"),
         f"{asked['days_to_cash']['median']:g}, {asked['days_to_cash']['most']}"),
        (say("deals that fell overdue", "转为逾期的业务"), f"{record['fell_overdue']}"),
        (say("books closed through", "已关账至"), record["closed_through"]),
    ):  # fmt: skip
        table.add_row(escape(name), escape(value))
    return table


def _products(record: dict[str, Any]) -> Table:
    table = _table(
        say("Every product, of the books (CNY)", "各产品（取自账簿，人民币）"),
        (("product", "产品"), ("states", "状态")), (("deals", "笔数"), ("paid out", "放款"), ("cost", "成本")),
    )  # fmt: skip
    for one in record["products"]:
        states = ", ".join(f"{count} {state}" for state, count in one["states"].items())
        table.add_row(
            one["name"][language()], states, str(one["deals"]), _grouped(one["paid_out"]), _grouped(one["cost"])
        )
    return table


def _funders(record: dict[str, Any]) -> Table:
    headings = (("brought", "投入"), ("lent", "放款"), ("came back", "收回"), ("earned", "收益"), ("has", "余额"))
    table = _table(say("Funders, of the ledger (CNY)", "资金方（取自总账，人民币）"), (("name", "名称"),), headings)
    for one in record["funders"]:
        amounts = (_grouped(one[name]) for name in ("brought", "lent", "back", "earned", "has"))
        table.add_row(one["name"][language()], *amounts)
    return table


def _happened(record: dict[str, Any]) -> Table:
    table = _table(say("What happened besides", "其他经过"), (("business date", "业务日期"), ("event", "事项")))
    for one in record["happened"]:
        table.add_row(one["on"], escape(one[language()]))
    return table


def _refusals(record: dict[str, Any]) -> Table:
    table = Table(title=say("What was refused, and why", "被拒绝的申请及原因"), show_header=False, show_lines=True)
    table.add_column(overflow="fold")
    for one in record["refusals"]:
        lines = [f"[bold]{escape(one['tried'][language()])}[/bold]  {one['code']} × {one['count']}"]
        lines.append(escape(one["sentence"][language()]))
        if one["remedy"][language()]:
            lines.append(escape(f"→ {one['remedy'][language()]}"))
        table.add_row("\n".join(lines))
    return table


def _findings(record: dict[str, Any]) -> list[str]:
    kept = say(
        "each funder has what it brought, less what it lent, and what came back",
        "各资金方余额等于投入减放款加收回",
    )
    every = say("every product was used", "每个产品均已使用")
    found = [(record["every_product"], every), (record["conserved"], kept), *judgements(record)]
    return [f"{'✓' if holds else '✗'} {text}" for holds, text in found]


def _grouped(amount: str) -> str:
    return parse_amount(amount, CNY, allow_negative=True).grouped
