"""The record of the demo on real invoices as tables for a terminal, in the reader's language."""

from collections.abc import Iterator
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from openscf.cli.common import say
from openscf.cli.demo.telling import judgements
from openscf.kernel.money import CNY, parse_amount

_MONEY: Final = (
    ("face", "face of what was financed", "融资发票面额"),
    ("advance", "advanced", "放款"),
    ("principal", "principal that came back", "收回本金"),
    ("interest", "interest", "利息"),
    ("penalty", "penalty interest", "罚息"),
    ("fee", "fees", "手续费"),
    ("bought_back", "bought back by sellers (recourse)", "卖方回购（追索）"),
    ("recovered", "recovered after write-off", "核销后收回"),
    ("loss", "lost", "损失"),
    ("outstanding", "still lent", "未偿本金"),
)

_PHASES: Final = {
    "joining": "入驻", "ingesting": "接收单据", "confirming": "确权", "financing": "融资", "paying out": "付款",
    "statements": "对账单", "day ends": "日终",
}  # fmt: skip


def tell_real(record: dict[str, Any], console: Console) -> None:
    """Print the record of `reading.read_real`."""
    for title, rows in (
        (say("Invoices", "发票"), _invoices(record)),
        (say("Money, of the books (CNY)", "资金（取自账簿，人民币）"), _money(record)),
        (say("What became of them", "结果"), _ends(record)),
        (say("Speed", "速度"), _speed(record)),
    ):
        table = Table(title=title, show_header=False)
        table.add_column()
        table.add_column(justify="right")
        for name, value in rows:
            table.add_row(escape(name), escape(value))
        console.print(table)
    console.print(Panel("\n".join(_findings(record)), title=say("Checks", "核验"), expand=False))


def _invoices(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    taken = record["ingested"]
    yield say("rows taken in", "接收行数"), f"{taken['rows']:,}"
    yield say("documents that were new", "新增单据"), f"{taken['documents']:,}"
    yield say("rows seen before", "重复行"), f"{taken['seen_before']:,}"
    yield say("rows rejected", "拒绝行"), f"{taken['rejected']:,}"
    yield say("asked for money", "申请融资"), f"{record['offered']:,}"
    yield say("eligible", "符合条件"), f"{record['eligible']:,}"
    yield say("financed", "已放款"), f"{record['financed']:,}"
    for code, count in record["refused"].items():
        yield say(f"refused: {code}", f"拒绝：{code}"), f"{count:,}"
    for code, count in record["waiting"].items():
        yield say(f"waits for a person: {code}", f"待人工处理：{code}"), f"{count:,}"


def _money(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, en, zh in _MONEY:
        yield say(en, zh), parse_amount(record["money"][name], CNY, allow_negative=True).grouped


def _ends(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for fate, count in sorted(record["fates"].items()):
        yield say(f"drawn: {fate}", f"抽定：{fate}"), f"{count:,}"
    for state, count in sorted(record["states"].items()):
        yield say(f"ended as {state}", f"终态：{state}"), f"{count:,}"
    yield say("receipts that found their deal", "自动匹配的回款"), f"{record['receipts']:,}"
    yield say("receipts that nobody could place", "未能匹配的回款"), f"{record['unplaced']:,}"


def _speed(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    speed = record["speed"]
    for phase, took in speed["seconds"].items():
        yield say(phase, _PHASES[phase]), f"{took:.2f} s"
    cash = speed["application_to_cash_s"]
    yield say("from application to cash, median", "申请至到账（中位数）"), f"{cash['median'] * 1000:.0f} ms"
    yield say("from application to cash, 95 %", "申请至到账（95 分位）"), f"{cash['p95'] * 1000:.0f} ms"
    yield say("confirmed and financed in a second", "每秒确权并放款"), f"{speed['financed_per_s']:.2f}"
    yield say("through their whole life in a second", "每秒走完全生命周期"), f"{speed['whole_life_per_s']:.2f}"


def _findings(record: dict[str, Any]) -> list[str]:
    kept = say(
        "the funder has what it brought, less what it lent, and what came back",
        "资金方余额等于投入减放款加收回",
    )
    took = say("every receipt that found its deal was shared out", "每笔匹配的回款均已分配")
    found = [(record["conserved"], kept), (not record["unshared"], took), *judgements(record)]
    return [f"{'✓' if holds else '✗'} {text}" for holds, text in found]
