"""`openscf trades exceptions`: payments that nobody could explain, and what a person says of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, language, open_platform, say, seal_written, show
from openscf.cli.trades.words import Tenant, money

if TYPE_CHECKING:
    from openscf.db.unit_of_work import UnitOfWork
    from openscf.trades import DocumentId, PaymentException, StoredDocument

app = typer.Typer(help="Payments that nobody could explain.")
Identity = Annotated[str, typer.Argument(metavar="EXCEPTION", help="The exception (exc_…).")]
Why = Annotated[str, typer.Option(help="On what it rests; kept with the decision.")]


@app.callback()
def group() -> None:
    """Payments that nobody could explain, and what a person says of them."""


@app.command(name="list")
def list_exceptions(
    tenant: Tenant,
    state: Annotated[str, typer.Option(help="open, resolved, dismissed or all.")] = "open",
    reason: Annotated[str | None, typer.Option(help="Why they were left, as ambiguous_amount.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217.")] = None,
    invoice: Annotated[str | None, typer.Option(help="An invoice that comes into question: id or number.")] = None,
    after: Annotated[str | None, typer.Option(help="The last exception of the page before (exc_…).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List payments that wait for a person, with the reason and the invoices that come into question."""
    from openscf import trades  # noqa: PLC0415
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415

    states = {one.value: one for one in trades.ExceptionState}
    if state not in (*states, "all"):
        raise typer.BadParameter(f"{state!r}; there are {', '.join(states)}, all", param_hint="--state")
    context = Context(TenantId.parse(tenant), "system:cli")
    with open_platform(context.tenant) as platform, platform.database.reading(context) as work:
        wanted = trades.WantedExceptions(
            state=states.get(state), reason=reason, currency=currency,
            candidate=trades.invoice_named(work, invoice).id if invoice else None,
        )  # fmt: skip
        start = trades.ExceptionId.parse(after) if after else None
        found = trades.find_exceptions(work, wanted, after=start, limit=limit)
        pairs = [(one, trades.candidates_of(work, one)) for one in found]
    more = str(found[-1].id) if len(found) == limit else None
    record = {"exceptions": [_record(*pair) for pair in pairs], "after": more}
    text = [line for pair in pairs for line in _text(*pair)] or [say("Nothing waits.", "没有待核实款项。")]
    show(record, "\n".join([*text, *([f"--after {more}"] if more else [])]), as_json=as_json)


@app.command()
def resolve(
    tenant: Tenant,
    exception: Identity,
    to: Annotated[list[str], typer.Option(help="INVOICE=AMOUNT: id or number, and major units, as INV-17=1200.50.")],
    why: Why,
    as_json: Json = False,
) -> None:
    """Say what a payment settles; rules never place it again. What is left of it stays unexplained, and is noted so."""
    from openscf import trades  # noqa: PLC0415
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    identity = trades.ExceptionId.parse(exception)
    shares = [each.rpartition("=") for each in to]
    if any(not mark or not invoice for invoice, mark, _ in shares):
        raise typer.BadParameter("write INVOICE=AMOUNT", param_hint="--to")

    def act(work: "UnitOfWork") -> "PaymentException":
        unit = named(trades.exception_of(work, identity).payment.payment.currency)
        placed: dict[DocumentId, int] = {}
        for invoice, _, amount in shares:
            document = trades.invoice_named(work, invoice).id
            placed[document] = placed.get(document, 0) + parse_amount(amount, unit, field="to").minor
        return trades.resolve_exception(work, identity, placed, why=why)

    _decided(tenant, act, as_json=as_json)


@app.command()
def dismiss(tenant: Tenant, exception: Identity, why: Why, as_json: Json = False) -> None:
    """Say that a payment settles no invoice: a deposit, a refund, money of somebody else."""
    from openscf import trades  # noqa: PLC0415

    identity = trades.ExceptionId.parse(exception)
    _decided(tenant, lambda work: trades.dismiss_exception(work, identity, why=why), as_json=as_json)


def _decided(tenant: str, act: "Callable[[UnitOfWork], PaymentException]", *, as_json: bool) -> None:
    from openscf import trades  # noqa: PLC0415
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415

    def both(work: "UnitOfWork") -> "tuple[PaymentException, list[StoredDocument]]":
        found = act(work)
        return found, trades.candidates_of(work, found)

    context = Context(TenantId.parse(tenant), "system:cli")
    with open_platform(context.tenant) as platform:
        pair = platform.database.run(context, both)
        seal_written(platform)
    show(_record(*pair), "\n".join(_text(*pair)), as_json=as_json)


def _record(one: "PaymentException", candidates: "list[StoredDocument]") -> dict[str, Any]:
    paid = one.payment.payment
    return {
        "id": str(one.id), "state": one.state.value, "amount_minor": one.amount_minor, "currency": paid.currency,
        "payment": {
            "id": str(one.payment.id), "amount_minor": paid.amount_minor, "day": paid.day, "text": paid.text,
            "payer": paid.payer.name if paid.payer else None,
        },
        "reason": {
            "code": one.reason.code, "params": dict(one.reason.params),
            "sentence": {"en": one.reason.sentence("en"), "zh": one.reason.sentence("zh")},
        },
        "candidates": [{"id": str(each.id), "number": each.document.number} for each in candidates],
        "opened_at": one.opened_at, "decided_at": one.decided_at, "decided_by": one.decided_by, "why": one.why,
    }  # fmt: skip


def _text(one: "PaymentException", candidates: "list[StoredDocument]") -> list[str]:
    paid = one.payment.payment
    payer = paid.payer.name if paid.payer and paid.payer.name else "-"
    lines = [f"{one.id}  {money(one.amount_minor, paid.currency)}  {paid.day}  {payer}  {one.state.value}"]
    lines.append(f"  {one.reason.sentence(language())}")
    if paid.text:
        lines.append(f"  “{paid.text[:100]}”")
    lines += [f"  ? {each.id} {each.document.number}" for each in candidates]
    if one.why:
        lines.append(f"  {one.decided_by}: {one.why}")
    return lines
