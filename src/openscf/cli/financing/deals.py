"""Deals: what they are, what happened to them, and what is to happen next."""

import json
from typing import Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.financing.offers import On, business_day, fingerprints
from openscf.cli.financing.showing import deal_record, price_lines, price_record
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, present, session

app = typer.Typer()
DealName = Annotated[str, typer.Argument(metavar="DEAL", help="The deal (dea_…).")]
Params = Annotated[list[str] | None, typer.Option("--set", help="What the step must be told, as amount=1000.00.")]
Step = Annotated[str, typer.Argument(metavar="STEP", help="A step of its product; see `product`.")]


@app.command(name="show")
def show_deal(tenant: Tenant, deal: DealName, login: LoginName = None, as_json: Json = False) -> None:
    """Show a deal: its contract, its book, what is allowed next, and how its price came about."""
    from openscf import financing  # noqa: PLC0415

    identity = financing.DealId.parse(deal)

    def look(work: Any) -> tuple[Any, Any, bool]:
        kept = financing.found_deal(work, identity)
        priced = financing.price_of_deal(work, kept)
        return kept, priced, priced is not None and financing.may_see_parts(work, kept.deal)

    with session(Caller(tenant, login)) as opened:
        kept, priced, whole = opened.read(look)
    record, prices = deal_record(kept), list[str]()
    if priced is not None:
        record["price"], prices = price_record(priced, whole=whole), price_lines(priced, whole=whole)
    shown = {name: record[name] for name in ("id", "product", "state", "document")}
    shown["allowed"] = ", ".join(record["allowed"])
    lines = [f"{name:<10} {value}" for name, value in shown.items()]
    show(record, "\n".join(lines + prices), as_json=as_json)


@app.command(name="list")
def list_deals(
    tenant: Tenant,
    party: Annotated[str | None, typer.Option(help="In which this enterprise stands (pty_…).")] = None,
    product: Annotated[str | None, typer.Option(help="Of this product.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="In one of these states.")] = None,
    over: Annotated[bool | None, typer.Option("--over/--open", help="Only those that are over, or open.")] = None,
    after: Annotated[str | None, typer.Option(help="The last deal of the page before (dea_…).")] = None,
    most: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 100,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List deals in the order in which they were opened."""
    from openscf import financing  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    who = None if party is None else PartyId.parse(party)
    last = None if after is None else financing.DealId.parse(after)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(
            lambda work: financing.find_deals(
                work, party=who, product=product, states=state or None, over=over, after=last, most=most
            )
        )
    rows = []
    for kept in found:
        line = financing.summary_of(kept.deal.book)
        rows.append(
            {"id": str(kept.deal.id), "product": kept.deal.product, "state": kept.deal.state,
             "face_minor": line.face_minor, "principal_minor": line.principal_minor,
             "due_on": None if line.due_on is None else line.due_on.isoformat()}
        )  # fmt: skip
    present(rows, as_json=as_json)


@app.command(name="events")
def list_events(tenant: Tenant, deal: DealName, login: LoginName = None, as_json: Json = False) -> None:
    """Everything that happened to a deal, with its inputs and what it came to."""
    from openscf import financing  # noqa: PLC0415

    identity = financing.DealId.parse(deal)
    with session(Caller(tenant, login)) as opened:
        rows = opened.read(lambda work: financing.deal_events(work, identity))
    records = [
        {"version": row.version, "event": row.event, "from": row.state_from, "to": row.state_to,
         "on": row.value_on.isoformat(), "actor": row.actor, "inputs": json.loads(row.inputs),
         "outcome": json.loads(row.outcome)}
        for row in rows
    ]  # fmt: skip
    lines = [f"{r['version']:>3}  {r['on']}  {r['event']:<14} → {r['to']:<12} {r['actor']}" for r in records]
    show(records, "\n".join(lines), as_json=as_json)


@app.command(name="do")
def do_step(
    tenant: Tenant, deal: DealName, step: Step, params: Params = None, on: On = None, login: LoginName = None,
    key: Key = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Carry out a step that needs one person."""
    from openscf import financing  # noqa: PLC0415

    identity, said = financing.DealId.parse(deal), _params(params)
    with session(Caller(tenant, login, key)) as opened:
        prints, date = fingerprints(opened), business_day(opened, on)

        def act(work: Any) -> dict[str, Any]:
            done = financing.perform(work, identity, step, on=date, fingerprints=prints, params=said)
            amounts = {name: amount.as_json() for name, amount in done.decision.amounts.items() if amount}
            return {"deal": str(identity), "event": done.decision.event, "state": done.deal.state, "amounts": amounts}

        answer = opened.write("financing.do", {"deal": deal, "step": step, "params": said, "on": on}, act)
    amounts = "\n".join(f"  {name:<14} {money['amount']:>18}" for name, money in answer["amounts"].items())
    show(answer, f"{answer['event']} → {answer['state']}\n{amounts}", as_json=as_json)


@app.command(name="request")
def request_step(
    tenant: Tenant, deal: DealName, step: Step, params: Params = None, on: On = None, login: LoginName = None,
    key: Key = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Ask for a step that needs a second person; he approves it with `openscf parties approve`."""
    from openscf import financing  # noqa: PLC0415

    identity, said = financing.DealId.parse(deal), _params(params)
    with session(Caller(tenant, login, key)) as opened:
        date = business_day(opened, on)

        def act(work: Any) -> dict[str, str]:
            request = financing.request_step(work, identity, step, on=date, params=said)
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        answer = opened.write("financing.request", {"deal": deal, "step": step, "params": said, "on": on}, act)
    present(answer, as_json=as_json)


@app.command(name="reproduce")
def reproduce_decision(
    tenant: Tenant,
    deal: DealName,
    version: Annotated[int, typer.Argument(help="Which event, by its number in `events`.")],
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Decide an event again from what was kept, and compare the bytes."""
    from openscf import financing  # noqa: PLC0415

    identity = financing.DealId.parse(deal)
    with session(Caller(tenant, login)) as opened:
        kept, again = opened.read(lambda work: financing.reproduce(work, identity, version))
    same = kept == again
    record = {"same": same, "kept": kept.decode(), "again": again.decode()}
    show(record, say("the same bytes", "逐字节一致") if same else say("they differ", "不一致"), as_json=as_json)
    if not same:
        raise typer.Exit(1)


@app.command(name="confirm")
def confirm(
    tenant: Tenant,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The claim (doc_…).")],
    amount: Annotated[str, typer.Argument(help="What is owed, as the document says.")],
    due: Annotated[str, typer.Argument(help="When it will be paid, YYYY-MM-DD.")],
    obligor: Annotated[str, typer.Option(help="The debtor for whom you act (pty_…).")],
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "CNY",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Confirm, as a person of the debtor, that a claim is good; a second person approves."""
    from openscf import financing  # noqa: PLC0415
    from openscf.cli.parties.session import day  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.kernel.money import currency as currency_named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415
    from openscf.trades import DocumentId  # noqa: PLC0415

    identity, debtor, due_on = DocumentId.parse(document), PartyId.parse(obligor), day(due, "DUE")
    face = parse_amount(amount, currency_named(currency))
    assert due_on is not None, "the argument is required"
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = financing.request_confirmation(work, identity, obligor=debtor, face=face, due_on=due_on)
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        inputs = {"document": document, "amount": amount, "due": due, "obligor": obligor, "currency": currency}
        answer = opened.write("financing.confirm", inputs, act)
    present(answer, as_json=as_json)


def _params(given: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in given or []]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise typer.BadParameter("expected name=value", param_hint="--set")
    return {name: value for name, _, value in pairs}
