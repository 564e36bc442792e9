"""What two persons say about trades: what contracts let pass, whose a source's codes are, which version holds."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, day, present, session

if TYPE_CHECKING:
    import datetime as dt

    from openscf.db.unit_of_work import UnitOfWork
    from openscf.parties import ApprovalRequest
    from openscf.trades import DatedTolerance, Tolerance

app = typer.Typer()
tolerances = typer.Typer(help="What the contract of a seller and a buyer lets pass.")
Seller = Annotated[str, typer.Argument(metavar="SELLER", help="The seller, by key (tax:…, lei:…).")]
Buyer = Annotated[str, typer.Argument(metavar="BUYER", help="The buyer, by key (tax:…, lei:…).")]
FromOn = Annotated[str, typer.Option("--from", help="First day of issue of the invoices it holds for, YYYY-MM-DD.")]
QuantityBp = Annotated[int, typer.Option(min=0, help="Quantity over order or receipt, in basis points of it.")]
PriceBp = Annotated[int, typer.Option(min=0, help="Price off the ordered price, in basis points of it.")]
Days = Annotated[int, typer.Option(min=0, help="Days after the ordered date.")]
AmountMinor = Annotated[int, typer.Option(min=0, help="What may stay unpaid on an invoice, in minor units.")]
Reason = Annotated[str, typer.Option(help="On what it rests, for the person who approves.")]


@tolerances.callback()
def group() -> None:
    """What the contract of a seller and a buyer lets pass: listed, tightened by one person, loosened by two."""


@tolerances.command(name="list")
def list_tolerances(
    tenant: Tenant, seller: Seller, buyer: Buyer, login: LoginName = None, as_json: Json = False
) -> None:
    """List what is let pass between a seller and a buyer, and from which day of issue on."""
    from openscf import trades  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: trades.tolerances_of(work, (seller, buyer)))
    present([_record(one) for one in found], as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a contract is to let pass, as both commands are told it."""

    pair: tuple[str, str]
    tolerance: "Tolerance"
    from_on: "dt.date"
    inputs: dict[str, Any]


def _of_a_pair(command: "Callable[..., None]") -> "Callable[..., None]":
    """Give a command the arguments and options that say between whom, how much, and from when.

    Args:
        command: Takes `wanted` first, and options of its own.
    """

    def told(
        *, seller: Seller, buyer: Buyer, from_on: FromOn, quantity_bp: QuantityBp = 0, price_bp: PriceBp = 0,
        days: Days = 0, amount_minor: AmountMinor = 0, **own: Any,
    ) -> None:  # fmt: skip
        from openscf.trades import Tolerance  # noqa: PLC0415

        dated = day(from_on, "--from")
        assert dated is not None, "a date that was given is a date"
        bounds = {"quantity_bp": quantity_bp, "price_bp": price_bp, "days": days, "amount_minor": amount_minor}
        inputs = {"seller": seller, "buyer": buyer, "from_on": dated, **bounds}
        command(_Wanted((seller, buyer), Tolerance(**bounds), dated, inputs), **own)

    shared = list(inspect.signature(told, eval_str=True).parameters.values())[:-1]
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    several = [*own[:1], *shared, *own[1:]]  # the tenant stands first, as everywhere
    several = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in several]
    told.__signature__ = inspect.Signature(several)  # type: ignore[attr-defined] # what typer reads
    told.__name__, told.__doc__, told.__module__ = command.__name__, command.__doc__, command.__module__
    return told


@tolerances.command()
@_of_a_pair
def tighten(wanted: "_Wanted", tenant: Tenant, login: LoginName = None, key: Key = None, as_json: Json = False) -> None:
    """Let less pass from a day on, or as much as before; the trades of the two are matched again at once."""
    from openscf import trades  # noqa: PLC0415

    with session(Caller(tenant, login, key)) as opened:

        def act(work: "UnitOfWork") -> dict[str, int]:
            changed = trades.tighten_tolerance(work, wanted.pair, wanted.tolerance, from_on=wanted.from_on)
            return {"changed": changed}

        answer = opened.write("trades.tighten_tolerance", wanted.inputs, act)
    present(answer, as_json=as_json)


@tolerances.command()
@_of_a_pair
def loosen(
    wanted: "_Wanted",
    *,
    tenant: Tenant,
    reason: Reason,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that more be let pass; somebody else of the enterprise that bears the risk approves."""
    from openscf import trades  # noqa: PLC0415

    def ask(work: "UnitOfWork") -> "ApprovalRequest":
        return trades.request_tolerance(
            work, wanted.pair, wanted.tolerance, from_on=wanted.from_on, reason=reason
        )  # fmt: skip

    inputs = {**wanted.inputs, "reason": reason}
    _request("trades.request_tolerance", inputs, ask, of=(tenant, login, key), as_json=as_json)


@app.command(name="source-codes")
def source_codes(
    tenant: Tenant,
    source: Annotated[str, typer.Argument(help="The sender under whose name the files came in.")],
    codes: Annotated[list[str], typer.Argument(metavar="CODE=ENTERPRISE…", help="As E1=pty_….")],
    operator: Annotated[str, typer.Option(help="The platform's operator, whose people judge it (pty_…).")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that a source's own codes be taken for enterprises; with the second person's approval they are, for good."""
    from openscf import trades  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    pairs = [each.rpartition("=") for each in codes]
    if any(not mark or not code for code, mark, _ in pairs) or len({code for code, _, _ in pairs}) < len(pairs):
        raise typer.BadParameter("write CODE=ENTERPRISE, each code once", param_hint="CODE=ENTERPRISE")
    given = {code: PartyId.parse(party) for code, _, party in pairs}
    judge = PartyId.parse(operator)
    inputs = {"source": source, "codes": given, "operator": judge}

    def ask(work: "UnitOfWork") -> "ApprovalRequest":
        return trades.request_source_codes(work, source, given, operator=judge)

    _request("trades.request_source_codes", inputs, ask, of=(tenant, login, key), as_json=as_json)


@app.command(name="settle-versions")
def settle_versions(
    tenant: Tenant,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The version that holds (doc_…).")],
    reason: Reason,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that of contradicting versions of a document this one holds; a second person approves."""
    from openscf import trades  # noqa: PLC0415

    version = trades.DocumentId.parse(document)

    def ask(work: "UnitOfWork") -> "ApprovalRequest":
        return trades.request_settlement(work, version, reason=reason)

    inputs = {"document": version, "reason": reason}
    _request("trades.request_settlement", inputs, ask, of=(tenant, login, key), as_json=as_json)


def _request(
    name: str, inputs: dict[str, Any], ask: "Callable[[UnitOfWork], ApprovalRequest]", *,
    of: tuple[str, str | None, str | None], as_json: bool,
) -> None:  # fmt: skip
    """Make a request once and say what the second person must name."""

    def act(work: "UnitOfWork") -> dict[str, str]:
        request = ask(work)
        return {
            "request": str(request.id), "sha256": request.payload_sha256.hex(),
            "expires_at": request.expires_at.isoformat(),
        }  # fmt: skip

    with session(Caller(*of)) as opened:
        answer = opened.write(name, inputs, act)
    present(answer, as_json=as_json)


def _record(one: "DatedTolerance") -> dict[str, Any]:
    from dataclasses import asdict  # noqa: PLC0415

    return {"from_on": one.from_on.isoformat(), **asdict(one.tolerance)}
