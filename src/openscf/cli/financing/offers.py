"""A client's road: what would I get, apply, accept."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.financing.showing import quote_lines, quote_record
from openscf.cli.parties.session import Caller, Key, LoginName, Session, Tenant, day, session

if TYPE_CHECKING:
    from openscf.operations import Application, Financed
    from openscf.trades import Fingerprinter

PIECE = 100  # claims of one transaction: the shared accounts are locked once for all of them

app = typer.Typer()
Programme = Annotated[str, typer.Argument(metavar="PROGRAMME", help="The programme (prg_…).")]
Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help="The claim (doc_…).")]
DueOn = Annotated[str | None, typer.Option("--due", help="Due date, where neither document nor debtor says it.")]
Funder = Annotated[str | None, typer.Option("--funder", help="The funder, where the programme leaves it open (pty_…).")]
On = Annotated[str | None, typer.Option("--on", help="Business date; today by default.")]


@app.command()
def quote(
    tenant: Tenant, programme: Programme, document: Document, due: DueOn = None, funder: Funder = None, on: On = None,
    login: LoginName = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Say what a claim would bring, what it costs, and everything that stands against it."""
    from openscf import operations  # noqa: PLC0415

    application = _application(programme, document, due=due, funder=funder)
    with session(Caller(tenant, login)) as opened:
        prints, date = fingerprints(opened), business_day(opened, on)
        found = opened.read(lambda work: operations.quote(work, application, on=date, fingerprints=prints))
    show(quote_record(found), quote_lines(found), as_json=as_json)


@app.command()
def apply(
    tenant: Tenant, programme: Programme, document: Document, due: DueOn = None, funder: Funder = None, on: On = None,
    login: LoginName = None, key: Key = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Apply for money on a claim."""
    from openscf import operations  # noqa: PLC0415

    application = _application(programme, document, due=due, funder=funder)
    with session(Caller(tenant, login, key)) as opened:
        prints, date = fingerprints(opened), business_day(opened, on)

        def act(work: Any) -> dict[str, Any]:
            applied = operations.apply(work, application, on=date, fingerprints=prints)
            return {"deal": str(applied.deal.id), "state": applied.deal.state, **quote_record(applied.quote)}

        inputs = {"programme": programme, "document": document, "due": due, "funder": funder, "on": on}
        answer = opened.write("financing.apply", inputs, act)
    show(answer, _told(answer), as_json=as_json)


@app.command(name="apply-many")
def apply_many(
    tenant: Tenant, programme: Programme,
    documents: Annotated[
        Path, typer.Option("--documents", help="A file with one claim (doc_…) a line; `-` reads standard input.")
    ],
    offers_only: Annotated[bool, typer.Option("--offers-only", help="Do not take the offers.")] = False,
    due: DueOn = None, funder: Funder = None, on: On = None, login: LoginName = None, key: Key = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Apply for money on many claims and take the offers, in pieces; each is financed or says why not.

    With --key each piece is carried out once: the same command again answers the same.
    """
    from openscf import operations  # noqa: PLC0415

    wanted = _lines(documents)
    with session(Caller(tenant, login, key)) as opened:
        prints, date, found = fingerprints(opened), business_day(opened, on), list[dict[str, Any]]()
        for start in range(0, len(wanted), PIECE):
            piece = wanted[start : start + PIECE]
            asked = [_application(programme, document, due=due, funder=funder) for document in piece]

            def act(work: Any, asked: "list[Application]" = asked) -> list[dict[str, Any]]:
                done = operations.finance_many(work, asked, on=date, fingerprints=prints, take=not offers_only)
                return [_became(one) for one in done]

            inputs = {
                "programme": programme, "documents": piece, "due": due, "funder": funder, "on": on,
                "offers_only": offers_only,
            }  # fmt: skip
            found += opened.piece(start // PIECE).write("financing.apply_many", inputs, act)
            typer.echo(say(f"{len(found)} of {len(wanted)}", f"已处理 {len(found)} / {len(wanted)}"), err=True)
    show(found, "\n".join(map(_became_line, found)), as_json=as_json)


@app.command()
def accept(
    tenant: Tenant,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="The deal (dea_…).")],
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Take the offer; where the programme says so, the money is there at once."""
    from openscf import operations  # noqa: PLC0415
    from openscf.financing import DealId  # noqa: PLC0415

    identity = DealId.parse(deal)
    with session(Caller(tenant, login, key)) as opened:
        prints, date = fingerprints(opened), business_day(opened, on)

        def act(work: Any) -> dict[str, Any]:
            done = operations.accept(work, identity, on=date, fingerprints=prints)
            waiting = None if done.waiting is None else done.waiting.as_record()
            return {"deal": str(identity), "state": done.deal.state, "waiting": waiting}

        answer = opened.write("financing.accept", {"deal": deal, "on": on}, act)
    show(answer, f"{answer['deal']}  {answer['state']}", as_json=as_json)


def _lines(file: Path) -> list[str]:
    """The claims that a file names."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="--documents") from None
    return text.split()


def _became(one: "Financed") -> dict[str, Any]:
    return {
        "document": one.document, "deal": None if one.deal is None else one.deal.id,
        "state": None if one.deal is None else one.deal.state,
        "refused": None if one.refused is None else one.refused.as_record(),
        "waiting": None if one.waiting is None else one.waiting.as_record(),
    }  # fmt: skip


def _became_line(one: dict[str, Any]) -> str:
    against = one["refused"] or one["waiting"]
    return "  ".join(filter(None, (one["document"], one["deal"] or "—", one["state"], against and against["code"])))


def fingerprints(opened: Session) -> "Fingerprinter":
    """The fingerprints of the installation."""
    from openscf.trades import fingerprints_at  # noqa: PLC0415

    return fingerprints_at(opened.platform.database, opened.platform.settings)


def business_day(opened: Session, text: str | None) -> Any:
    """The business date that was given, or today's."""
    from openscf.parties import business_date  # noqa: PLC0415

    return day(text, "--on") or business_date(opened.platform.clock.now())


def _application(programme: str, document: str, *, due: str | None, funder: str | None) -> "Application":
    from openscf.financing import ProgrammeId  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.operations import Application  # noqa: PLC0415
    from openscf.trades import DocumentId  # noqa: PLC0415

    return Application(
        programme=ProgrammeId.parse(programme), document=DocumentId.parse(document), due_on=day(due, "--due"),
        funder=None if funder is None else PartyId.parse(funder),
    )  # fmt: skip


def _told(answer: dict[str, Any]) -> str:
    lines = [f"{answer['deal']}  {answer['state']}"]
    return "\n".join(lines + [f"✗ {one['code']}: {one['sentence']['en']}" for one in answer["reasons"]])
