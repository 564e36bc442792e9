"""The demo's record as tables for a terminal, in the reader's language."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from openscf.cli.common import language, say
from openscf.kernel.money import CNY, parse_amount


def tell(record: dict[str, Any], console: Console) -> None:
    """Print the record of `reading.read_back`."""
    console.print(_members(record))
    console.print(_accounts(record))
    console.print(_statement(record))
    console.print(_refusals(record))
    console.print(Panel("\n".join(_findings(record)), title=say("Checks", "核验"), expand=False))


def _members(record: dict[str, Any]) -> Table:
    title = say("Members of a new book", "新账簿的成员")
    table = Table(say("name", "名称"), say("credit code", "统一社会信用代码"), say("role", "角色"), title=title)
    for member in record["members"]:
        table.add_row(
            member["name_zh" if language() == "zh" else "name_en"], member["uscc"], ", ".join(member["roles"])
        )
    return table


def _accounts(record: dict[str, Any]) -> Table:
    title = say("Accounts after the deal", "交易完成后的账户")
    table = Table(say("owner", "所有者"), say("purpose", "用途"), say("unit", "单位"), title=title)
    table.add_column(say("balance", "余额"), justify="right")
    table.add_column(say("changes", "变动次数"), justify="right")
    for account in record["accounts"]:
        cells = (account["owner_name"][language()], account["purpose"], account["unit"])
        table.add_row(*cells, _grouped(account["balance"]), str(account["version"]))
    return table


def _statement(record: dict[str, Any]) -> Table:
    title = say("Statement of the supplier's cash", "供应商现金账户对账单")
    table = Table(say("value date", "起息日"), say("event", "事项"), title=title)
    table.add_column(say("amount", "金额"), justify="right")
    table.add_column(say("balance", "余额"), justify="right")
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
    books, evidence = record["books"], record["evidence"]
    audit, checks = books["audit"], sum(book["checks"] for book in books["tenants"])
    breaches = sum(len(book["breaches"]) for book in books["tenants"])
    balanced = not any(record["trial_balance_minor"].values())
    found = [
        (balanced, say("the trial balance is zero in every unit", "各计量单位试算平衡为零")),
        (record["repeated_command"]["same_answer"], say(
            "the funding command was sent twice: one effect, the same answer byte for byte",
            "融资命令发送两次：只执行一次，答复逐字节相同")),
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
    return [f"{'✓' if holds else '✗'} {text}" for holds, text in found]


def _grouped(amount: str) -> str:
    return parse_amount(amount, CNY, allow_negative=True).grouped
