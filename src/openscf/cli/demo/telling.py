"""The demo's record as tables for a terminal, in the reader's language."""

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from openscf.cli.common import language, say
from openscf.kernel.money import CNY, parse_amount

_OF_DEALS: Final = (
    ("face", "advance", "fee", "interest", "penalty", "remainder"),
    (("face", "票面"), ("advance", "融资"), ("fee", "手续费"), ("interest", "利息"), ("penalty", "罚息"),
     ("remainder", "余款")),
)  # fmt: skip
Names = Sequence[tuple[str, str]]


def tell(record: dict[str, Any], console: Console) -> None:
    """Print the record of `reading.read_back`."""
    for table in (_members, _happened, _deals, _limits, _statement, _refusals):
        console.print(table(record))
    console.print(Panel("\n".join(_findings(record)), title=say("Checks", "核验"), expand=False))


def _table(title: str, texts: Names, numbers: Names = ()) -> Table:
    table = Table(*(say(*names) for names in texts), title=title)
    for names in numbers:
        table.add_column(say(*names), justify="right")
    return table


def _members(record: dict[str, Any]) -> Table:
    title = say("Members of a new book", "新账簿的成员")
    texts = (("name", "名称"), ("credit code", "统一社会信用代码"), ("role", "角色"))
    table = _table(title, texts, (("on the platform", "平台余额"), ("at its own bank", "自有账户收支")))
    for member in record["members"]:
        said = (member["name"][language()], member["uscc"], ", ".join(member["roles"]))
        table.add_row(*said, _grouped(member["cash"]), _grouped(member["outside"]))
    return table


def _happened(record: dict[str, Any]) -> Table:
    table = _table(say("What happened", "经过"), (("business date", "业务日期"), ("event", "事项")))
    for one in record["happened"]:
        table.add_row(one["on"], escape(one[language()]))
    return table


def _deals(record: dict[str, Any]) -> Table:
    names, headings = _OF_DEALS
    table = _table(say("Deals", "融资业务"), (("invoice", "发票"), ("supplier", "供应商"), ("state", "状态")), headings)
    for deal in record["deals"]:
        amounts = (_grouped(deal[name]) for name in names)
        table.add_row(deal["number"], deal["client"][language()], deal["state"], *amounts)
    return table


def _limits(record: dict[str, Any]) -> Table:
    title = say("Limits at the end", "期末额度")
    texts = (("level", "层级"), ("enterprise", "企业"))
    table = _table(title, texts, (("amount", "额度"), ("used", "已用"), ("available", "可用")))
    for limit in record["limits"]:
        amounts = (_grouped(limit[name]) for name in ("amount", "used", "available"))
        table.add_row(limit["kind"], limit["party"][language()], *amounts)
    return table


def _statement(record: dict[str, Any]) -> Table:
    title = say("Statement of Huayue's cash", "华岳现金账户对账单")
    texts = (("value date", "起息日"), ("event", "事项"))
    table = _table(title, texts, (("amount", "金额"), ("balance", "余额")))
    for entry in record["statement"]["entries"]:
        table.add_row(entry["value_on"], entry["reason"], _grouped(entry["amount"]), _grouped(entry["balance"]))
    return table


def _refusals(record: dict[str, Any]) -> Table:
    table = Table(title=say("What was refused", "被拒绝的操作"), show_header=False, show_lines=True)
    table.add_column(overflow="fold")
    for refused in record["refusals"]:
        said, remedy = refused["sentence"], refused["remedy"]
        lines = [f"[bold]{refused['tried'][language()]}[/bold]  {refused['code']}"]
        lines += [escape(text) for text in (said["en"], said["zh"])]
        lines += [escape(f"→ {text}") for text in (remedy["en"], remedy["zh"]) if text]
        table.add_row("\n".join(lines))
    return table


def _findings(record: dict[str, Any]) -> list[str]:
    same = say(
        "the application was sent twice: one effect, the same answer byte for byte",
        "融资申请发送两次：只执行一次，答复逐字节相同",
    )
    found = [(record["repeated_command"]["same_answer"], same), *judgements(record)]
    return [f"{'✓' if holds else '✗'} {text}" for holds, text in found]


def judgements(record: dict[str, Any]) -> list[tuple[bool, str]]:
    """What the books and the evidence came to, as (holds, sentence)."""
    books, evidence = record["books"], record["evidence"]
    audit, checks = books["audit"], sum(book["checks"] for book in books["tenants"])
    breaches = sum(len(book["breaches"]) for book in books["tenants"])
    return [
        (not any(record["trial_balance_minor"].values()), say(
            "the trial balance is zero in every unit", "各计量单位试算平衡为零")),
        (breaches == 0, say(
            f"{checks} checks of the books found {breaches} breaches", f"账簿核验 {checks} 项，违反 {breaches} 处")),
        (audit["ok"], say(
            f"{audit['entries']} audit entries hold, {audit['covered']} under a checkpoint outside the database",
            f"{audit['entries']} 条审计记录校验通过，其中 {audit['covered']} 条已由数据库之外的检查点覆盖")),
        (evidence["holds"], say(
            f"evidence of {evidence['entries']} entries ({evidence['bytes']} bytes) holds, by the public key alone",
            f"含 {evidence['entries']} 条记录的证据包（{evidence['bytes']} 字节）仅凭公钥校验通过")),
        (not evidence["forged_copy_holds"], say(
            "a copy with one bit changed does not hold", "改动一个比特的副本校验不通过")),
    ]  # fmt: skip


def _grouped(amount: str) -> str:
    return parse_amount(amount, CNY, allow_negative=True).grouped
