"""Issuing vouchers, and taking or refusing what is offered."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, session
from openscf.cli.voucher.session import (
    On,
    VoucherName,
    named,
    piece_record,
    request_record,
    tell,
    today,
    voucher_record,
    write,
)

app = typer.Typer()
Thing = Annotated[str, typer.Argument(metavar="VOUCHER|PIECE", help="A voucher (vou_…) or a piece (pce_…).")]


@app.command()
def issue(
    tenant: Tenant,
    programme: Annotated[str, typer.Option(help="The frame (prg_…); its owner grants the voucher limit.")],
    issuer: Annotated[str, typer.Option(help="Whose supplier is paid (pty_…).")],
    payee: Annotated[str, typer.Option(help="The supplier (pty_…).")],
    amount: Annotated[str, typer.Option(help="How much, as 1200000.00.")],
    due: Annotated[str, typer.Option(help="When it is paid, YYYY-MM-DD.")],
    document: Annotated[str, typer.Option(help="The supplier's invoice (doc_…).")],
    obligor: Annotated[str | None, typer.Option(help="Who accepts and pays (pty_…); the issuer.")] = None,
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Issue a voucher, as a maker of the issuer; a colleague seals it with `approve`."""
    from openscf import trades  # noqa: PLC0415
    from openscf.cli.parties.session import day  # noqa: PLC0415
    from openscf.financing import ProgrammeId, found_programme, voucher_desk  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    due_on = day(due, "--due")
    assert due_on is not None, "a date that was given is a date"
    frame = ProgrammeId.parse(programme)
    with session(Caller(tenant, login, key)) as opened:
        platform = opened.platform
        prints, when = trades.fingerprints_at(platform.database, platform.settings), today(opened, on)
        money = opened.read(lambda work: found_programme(work, frame)).currency
        new = voucher_desk.NewVoucher(
            programme=frame, issuer=PartyId.parse(issuer), payee=PartyId.parse(payee),
            face=parse_amount(amount, money, field="amount"), due_on=due_on,
            document=trades.DocumentId.parse(document),
            obligor=None if obligor is None else PartyId.parse(obligor),
        )  # fmt: skip
        inputs = {
            "programme": frame, "issuer": new.issuer, "payee": new.payee, "face": new.face, "due_on": due_on,
            "document": new.document, "obligor": new.obligor, "on": on,
        }  # fmt: skip

        def act(work: Any) -> dict[str, Any]:
            voucher, request = voucher_desk.issue(work, new, on=when, fingerprints=prints)
            return {**voucher_record(voucher.deal), "request": request_record(request)}

        record = write(opened, "issue", inputs, act=act)
    tell(record, as_json=as_json)


@app.command()
def consent(
    tenant: Tenant, voucher: VoucherName, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Ask a colleague to consent to a voucher, where the acceptor is not the issuer."""
    from openscf.financing import VoucherId, voucher_desk  # noqa: PLC0415

    identity = VoucherId.parse(voucher)
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, Any]:
            request = voucher_desk.request_consent(work, identity)
            return {"voucher": str(identity), "request": request_record(request)}

        record = write(opened, "request_consent", {"voucher": identity}, act=act)
    tell(record, as_json=as_json)


@app.command()
def approve(
    tenant: Tenant,
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="The request (apr_…).")],
    sha256: Annotated[str, typer.Argument(metavar="SHA256", help="Hash of what you have seen, 64 hex digits.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Approve exactly what was asked: a seal, a consent, an offer, a funding; it happens at once."""
    from openscf import parties  # noqa: PLC0415

    identity = parties.ApprovalRequestId.parse(request)
    try:
        seen = bytes.fromhex(sha256)
    except ValueError:
        raise typer.BadParameter("not a hash in hexadecimal digits", param_hint="SHA256") from None
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, Any]:
            done = parties.approve(work, identity, seen)
            return {"voucher": str(done.payload.get("voucher", "")), "state": done.state.value, "kind": done.kind}

        record = write(opened, "approve", {"request": identity, "sha256": sha256.lower()}, act=act)
    tell(record, as_json=as_json)


@app.command()
def accept(
    tenant: Tenant, thing: Thing, on: On = None, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Accept a voucher as its payee, or a piece that you are offered for your invoice."""
    _taken("accept", Caller(tenant, login, key), thing, on=on, as_json=as_json)


@app.command()
def refuse(
    tenant: Tenant, thing: Thing, on: On = None, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Refuse a voucher or a piece that you are offered."""
    _taken("refuse", Caller(tenant, login, key), thing, on=on, as_json=as_json)


@app.command()
def cancel(
    tenant: Tenant, voucher: VoucherName, on: On = None, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Take a voucher back that nobody has accepted yet."""
    _taken("cancel", Caller(tenant, login, key), voucher, on=on, as_json=as_json)


def _taken(name: str, caller: Caller, thing: str, *, on: str | None, as_json: bool) -> None:
    from openscf.financing import PieceId, voucher_desk  # noqa: PLC0415

    identity = named(thing)
    of_voucher: dict[str, Any] = {
        "accept": voucher_desk.accept,
        "refuse": voucher_desk.refuse,
        "cancel": voucher_desk.cancel,
    }
    of_piece: dict[str, Any] = {"accept": voucher_desk.accept_piece, "refuse": voucher_desk.refuse_piece}
    with session(caller) as opened:
        when = today(opened, on)

        def act(work: Any) -> dict[str, Any]:
            if isinstance(identity, PieceId) and name in of_piece:
                return piece_record(of_piece[name](work, identity, on=when))
            return voucher_record(of_voucher[name](work, identity, on=when))

        record = write(opened, name, {"id": identity, "on": on}, act=act)
    tell(record, as_json=as_json)
