"""Pools: what they carry, what is in them, receivables in and out, drawings."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.financing.offers import On, business_day, fingerprints
from openscf.cli.financing.showing import reason
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, session

app = typer.Typer(help="Receivables pools: what they carry, what is in them.", no_args_is_help=True)
PoolName = Annotated[str, typer.Argument(metavar="POOL", help="The pool (dea_…).")]
Documents = Annotated[list[str], typer.Argument(metavar="DOCUMENT…", help="The receivables (doc_…).")]


@app.command(name="availability")
def availability(tenant: Tenant, pool: PoolName, on: On = None, login: LoginName = None, as_json: Json = False) -> None:
    """What may be drawn at this moment, and how it comes about, buyer by buyer."""
    standing = _standing(tenant, pool, on=on, login=login)
    record = _record(standing)
    rows = (
        (say("Open in the pool", "池内余额"), "open"), (say("Eligible", "合格"), "eligible"),
        (say("Counted", "借款基数"), "base"), (say("Lendable part", "可融资部分"), "advance"),
        (say("Dilution reserve", "稀释准备"), "reserve"),
        *([(say("of it foretold", "其中按预测"), "foretold")] if record["foretold_said"] else []),
        (say("Limit", "额度"), "limit"),
        (say("Drawn", "已提款"), "used"), (say("Available", "可融资额"), "available"),
        (say("Would be paid out", "当前可提款"), "drawable"),
    )  # fmt: skip
    lines = [f"{record['deal']}  {record['state']}", *(f"{name:<22} {record[key]:>18}" for name, key in rows)]
    if record["cure_until"]:
        lines.append(say(f"to be cured until {record['cure_until']}", f"补足期至 {record['cure_until']}"))
    if record["foretold_said"]:
        lines.append(record["foretold_said"][language()])
    lines += [f"  {one['debtor']}  {one['eligible']:>16} → {one['counted']:>16}" for one in record["debtors"]]
    show(record, "\n".join(lines), as_json=as_json)


@app.command(name="items")
def items(tenant: Tenant, pool: PoolName, on: On = None, login: LoginName = None, as_json: Json = False) -> None:
    """Every receivable of a pool: what of it counts, and why the rest does not.

    Without a login it also says what is foretold of each, which a seller must not see of its buyers.
    """
    standing = _standing(tenant, pool, on=on, login=login)
    money = standing.kept.deal.currency
    records = [
        {
            "document": one.item.document, "number": one.item.number, "debtor": one.item.debtor,
            "due_on": one.item.due_on.isoformat(), "open": _amount(one.item.open_minor, money),
            "counted": _amount(one.counted_minor, money), "reasons": [reason(each) for each in one.reasons],
            "late_ppm": standing.late_ppm(one.item.document) if login is None else None,
        }
        for one in standing.items
    ]  # fmt: skip
    lines = []
    for record in records:
        line = f"{record['document']}  {record['number']:<20} {record['open']:>16} → {record['counted']:>16}"
        late = record["late_ppm"]
        lines.append(line if late is None else f"{line}  {say('late', '逾期概率')} {late / 10_000:.1f} %")
        lines += [f"  ✗ {each['code']}: {each['sentence'][language()]}" for each in record["reasons"]]
    show(records, "\n".join(lines), as_json=as_json)


@app.command(name="add")
def add(
    tenant: Tenant, pool: PoolName, documents: Documents, on: On = None, login: LoginName = None, key: Key = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Bring receivables into a pool; into one that is only proposed, with the acceptance of its contract."""
    _change(tenant, pool, "add", documents=documents, on=on, caller=(login, key), as_json=as_json)


@app.command(name="remove")
def remove(
    tenant: Tenant, pool: PoolName, documents: Documents, on: On = None, login: LoginName = None, key: Key = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Take receivables out of a pool; they are free again."""
    _change(tenant, pool, "remove", documents=documents, on=on, caller=(login, key), as_json=as_json)


@app.command(name="draw")
def draw(
    tenant: Tenant,
    pool: PoolName,
    amount: Annotated[str, typer.Argument(help="How much, as 100000.00.")],
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Draw on a pool; above what the frame lets go by rule ask with `request POOL draw --set amount=…`."""
    from openscf import financing  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    identity = financing.DealId.parse(pool)
    with session(Caller(tenant, login, key)) as opened:
        prints, date = fingerprints(opened), business_day(opened, on)

        def act(work: Any) -> dict[str, Any]:
            money = financing.found_deal(work, identity).deal.currency
            done = financing.draw_from_pool(
                work, identity, parse_amount(amount, money, field="AMOUNT"), on=date, fingerprints=prints
            )
            return _told(done)

        answer = opened.write("financing.pool_draw", {"pool": pool, "amount": amount, "on": on}, act)
    show(answer, _line(answer), as_json=as_json)


def _change(
    tenant: str, pool: str, command: str, *, documents: list[str], on: str | None,
    caller: tuple[str | None, str | None], as_json: bool,
) -> None:  # fmt: skip
    from openscf import financing  # noqa: PLC0415

    identity = financing.DealId.parse(pool)
    with session(Caller(tenant, *caller)) as opened:
        prints, date = fingerprints(opened), business_day(opened, on)

        def act(work: Any) -> dict[str, Any]:
            first = financing.found_deal(work, identity).deal.state == "proposed"
            step = "accept" if command == "add" and first else command
            params = {"documents": documents}
            return _told(financing.perform(work, identity, step, on=date, fingerprints=prints, params=params))

        inputs = {"pool": pool, "documents": documents, "on": on}
        answer = opened.write(f"financing.pool_{command}", inputs, act)
    show(answer, _line(answer), as_json=as_json)


def _standing(tenant: str, pool: str, *, on: str | None, login: str | None) -> Any:
    from openscf import financing  # noqa: PLC0415

    identity = financing.DealId.parse(pool)
    with session(Caller(tenant, login)) as opened:
        date = business_day(opened, on)
        return opened.read(lambda work: financing.pool_standing(work, identity, on=date))


def _record(standing: Any) -> dict[str, Any]:
    found, deal = standing.found, standing.kept.deal
    amounts = {
        name: _amount(getattr(found, f"{name}_minor"), deal.currency)
        for name in ("open", "eligible", "base", "advance", "reserve", "foretold", "limit", "used", "available")
    }
    said = standing.reserve_said
    debtors = [
        {
            "debtor": one.debtor, "items": one.items, "open": _amount(one.open_minor, deal.currency),
            "eligible": _amount(one.eligible_minor, deal.currency),
            "counted": _amount(one.counted_minor, deal.currency),
            "over_cap": _amount(one.over_cap_minor, deal.currency), "aged": one.aged,
        }
        for one in found.shares
    ]  # fmt: skip
    until = deal.book.cure_until
    return {
        "deal": str(deal.id), "state": deal.state, "version": deal.version, "currency": deal.currency.code, **amounts,
        "drawable": standing.drawable.grouped, "cure_until": None if until is None else until.isoformat(),
        "debtors": debtors, "foretold_said": None if said is None else {"en": said.en, "zh": said.zh},
        "foretold_as_of": None if said is None else standing.foretold.as_of,
    }  # fmt: skip


def _told(done: Any) -> dict[str, Any]:
    book = done.deal.book
    return {
        "deal": str(done.deal.id), "event": done.decision.event, "state": done.deal.state, "items": book.items,
        "available": book.available.grouped, "shortfall": book.shortfall.grouped,
    }  # fmt: skip


def _line(answer: dict[str, Any]) -> str:
    short = "" if answer["shortfall"] == "0.00" else say("  short ", "  缺口 ") + answer["shortfall"]
    return f"{answer['event']} → {answer['state']}  {say('available', '可融资额')} {answer['available']}{short}"


def _amount(minor: int, money: Any) -> str:
    from openscf.kernel.money import Money  # noqa: PLC0415

    return Money(minor, money).grouped
