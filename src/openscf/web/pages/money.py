"""Accounts and their entries, money that nobody knows yet, statements of banks, the end of the day, keys."""

from collections import defaultdict
from typing import Any

from openscf.parties import DocumentKind, PartyRole, PersonRole
from openscf.portal import OPERATIONS, Said
from openscf.web.calls import Call
from openscf.web.columns import about
from openscf.web.declaring import Nav, Shown, page
from openscf.web.fields import posting_name
from openscf.web.tables import Code, Column, Link, State, Table
from openscf.web.visit import Visit
from openscf.web.words import grouped

HOUSE = frozenset({PartyRole.OPERATOR})
MADE = frozenset({"confirmed", "settled"})


@page(
    "/accounts", en="Accounts", zh="账户", uses=("list_accounts", "list_entries", "list_payouts"),
    nav=Nav("money", "bank", 50),
)  # fmt: skip
def accounts(visit: Visit) -> Shown:
    """Accounts of one's enterprise in the platform's ledger, and what was paid out of them."""
    answer = visit.listed("list_accounts", visit.chosen("purpose", "owner"))
    table = Table(
        name="accounts", title=Said("Accounts", "账户"), rows=sorted(answer.items, key=_order), following=answer.next,
        columns=[
            Column("Account", "账户", lambda row: Link(visit.words.name("purpose", row.purpose), f"/accounts/{row.id}", row.id[-8:])),
            Column("Balance", "余额", lambda row: row.balance, numeric=True),
            Column("Held", "冻结", lambda row: row.held, numeric=True),
            Column("Available", "可用", lambda row: row.available, numeric=True),
            Column("State", "状态", lambda row: State(row.state, "account"), quiet=True),
        ],
        empty=Said("No account yet; the first money that arrives opens one.", "暂无账户，首笔资金到账时自动开立。"),
    )  # fmt: skip
    paid = visit.look("list_payouts", {"limit": 50}).items
    back = [
        (one.id, f"{''.join(grouped(one.amount.amount))} {one.amount.currency} · {one.reference}")
        for one in paid
        if one.state in MADE
    ]
    return Shown("accounts.html", {"table": table, "payouts": _payouts(visit, paid), "back": back})


def _order(row: Any) -> tuple[bool, bool]:
    """Money before what is owed, and what holds something before what is empty."""
    return row.purpose not in {"cash", "escrow"}, not row.balance.amount.strip("-0.")


def _payouts(visit: Visit, paid: list[Any]) -> Table:
    return Table(
        name="payouts", title=Said("Payments out", "付款"), rows=paid,
        columns=[
            Column("Reference", "付款编号", lambda row: Code(row.reference)),
            Column("To", "收款方", lambda row: visit.party_name(row.payee) if row.payee else None, quiet=True),
            Column("Amount", "金额", lambda row: row.amount, numeric=True),
            Column("Day", "付款日", lambda row: row.execute_on, quiet=True),
            Column("State", "状态", lambda row: State(row.state)),
            *([Column("Why", "原因", lambda row: visit.words(row.reason_en, row.reason_zh) or None)] if any(one.reason_en for one in paid) else []),
        ],
        empty=Said("Nothing was paid out yet. A withdrawal, or a financing that pays somebody, appears here.",
                   "暂无付款。提现或融资付款后显示在此。"),
    )  # fmt: skip


@page("/accounts/{account_id}", en="Account", zh="账户明细", uses=("get_account", "list_entries"))
def account(visit: Visit, account_id: str) -> Shown:
    """An account's entries, the last one first, each with the balance after it."""
    found = visit.look("get_account", account_id=account_id)
    answer = visit.listed("list_entries", {}, account_id=account_id)
    table = Table(
        name="entries", title=Said("Entries", "明细"), rows=answer.items, following=answer.next,
        columns=[
            Column("Value date", "起息日", lambda row: row.value_on),
            Column("What", "事项", lambda row: posting_name(visit, row.event)),
            Column("About", "关联", lambda row: about(visit, row.subject) if row.subject else None, quiet=True),
            Column("Amount", "发生额", lambda row: row.amount, numeric=True),
            Column("Balance", "余额", lambda row: row.balance, numeric=True),
        ],
        empty=Said("Nothing was posted yet.", "暂无明细。"),
    )  # fmt: skip
    return Shown("account.html", {"account": found, "table": table}, visit.words.name("purpose", found.purpose))


@page(
    "/day-end",
    en="Day end",
    zh="日终处理",
    uses=("get_day_end", "run_day_end"),
    nav=Nav("house", "clock", 30),
    offices=HOUSE,
)
def day_end(visit: Visit) -> Shown:
    """Interest, ageing and the closing of the books; moving a sandbox's time; checking all invariants."""
    done = visit.quietly("get_day_end", visit.chosen("day"))
    visit.calls += [Call(OPERATIONS[name], {}, {}) for name in ("get_day_end", "run_day_end")]
    return Shown("day_end.html", {"done": done, "sandbox": visit.me.sandbox, "today": visit.desk.today})


@page(
    "/suspense",
    en="Unknown money",
    zh="待查款项",
    uses=("list_suspense", "list_expected_payments", "list_taken_back"),
    nav=Nav("house", "scale", 25),
)
def suspense(visit: Visit) -> Shown:
    """Money on the platform's bank accounts that nobody knows yet, and which expected payment it may be."""
    found = visit.look("list_suspense").items
    expected: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in visit.look("list_expected_payments").items if found else ():
        named = (
            visit.party_name(one.obligor),
            *one.numbers,
            f"{one.open.amount} {one.open.currency}",
            one.due_on.isoformat(),
        )
        expected[one.account].append((one.id, " · ".join(named)))
    table = Table(
        name="suspense", title=Said("Unknown money", "待查款项"), rows=found,
        columns=[
            Column("From", "付款方", lambda row: row.from_name or row.from_account),
            Column("Amount", "金额", lambda row: row.amount, numeric=True),
            Column("Unplaced", "未认领", lambda row: row.open, numeric=True),
            Column("Why", "原因", lambda row: visit.said(visit.words.sentence(row.reason))),
            Column("Text", "附言", lambda row: row.remittance, quiet=True),
            Column("Value date", "起息日", lambda row: row.value_on),
        ],
        empty=Said("All money is known.", "全部款项均已明确。"),
    )  # fmt: skip
    back = {one.item: one for one in visit.look("list_taken_back").items} if found else {}
    return Shown("suspense.html", {"table": table, "items": found, "expected": expected, "back": back,
        "choices": lambda names: [(name, name) for name in names],
    })  # fmt: skip


@page("/statements", en="Bank statements", zh="银行对账单", uses=("list_statements",), nav=Nav("house", "book", 40))
def statements(visit: Visit) -> Shown:
    """Statements of the settlement banks."""
    answer = visit.listed("list_statements", visit.chosen("account"))
    table = Table(
        name="statements", title=Said("Bank statements", "银行对账单"), rows=answer.items, following=answer.next,
        columns=[
            Column("Number", "编号", lambda row: row.number),
            Column("Until", "截止日", lambda row: row.closed_on),
            Column("Opening", "期初余额", lambda row: row.opening, numeric=True),
            Column("Closing", "期末余额", lambda row: row.closing, numeric=True),
            Column("State", "状态", lambda row: State(str(row.state))),
            Column("Reason", "原因", lambda row: row.reason, quiet=True),
        ],
        empty=Said("No statement was taken in yet.", "尚未接收对账单。"),
    )  # fmt: skip
    return Shown("statements.html", {"table": table, "may_take": visit.may("record_bank_statement")})


@page(
    "/account",
    en="Security and keys",
    zh="安全与密钥",
    uses=("list_api_keys", "list_users"),
    nav=Nav("work", "key", 90),
)
def security(visit: Visit) -> Shown:
    """Keys of programs, and the people of one's enterprise."""
    keys = Table(
        name="keys", title=Said("Keys of programs", "接口密钥"), rows=visit.look("list_api_keys").items,
        columns=[
            Column("Name", "名称", lambda row: row.name),
            Column("Reaches", "权限", lambda row: visit.words.name("scope", row.scope)),
            Column("Made", "创建时间", lambda row: row.made_at, quiet=True),
            Column("Ends", "失效时间", lambda row: row.expires_at),
            Column("Last used", "最近使用", lambda row: row.used_at),
        ],
        empty=Said("No program has a key. Make one below to connect your system.", "暂无密钥。可在下方创建密钥以对接您的系统。"),
    )  # fmt: skip
    revocable = [(one.id, one.name) for one in keys.rows if one.revoked_at is None]
    return Shown("security.html", {
        "keys": keys, "people": _people(visit), "revocable": revocable, "duties": [one.value for one in PersonRole],
        "documents": [one.value for one in DocumentKind],
    })  # fmt: skip


def _people(visit: Visit) -> Table | None:
    answer = visit.quietly("list_users")
    if answer is None:
        return None

    def duties(row: Any) -> str:
        return visit.words(", ", "、").join(visit.words.name("duty", one.role) for one in row.appointments)

    return Table(
        name="people", title=Said("People", "人员"), rows=answer.items,
        columns=[
            Column("Person", "人员", lambda row: row.name),
            Column("Does", "职责", duties),
            Column("Signs in", "可登录", lambda row: visit.words("yes", "是") if row.signs_in else visit.words("no", "否")),
            Column("Second factor", "动态码", lambda row: visit.words("yes", "是") if row.second_factor else visit.words("no", "否")),
        ],
    )  # fmt: skip
