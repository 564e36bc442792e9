"""Passing pieces on, and selling them."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, session
from openscf.cli.voucher.session import On, PieceName, piece_record, request_record, tell, today, write

app = typer.Typer()
Amount = Annotated[str, typer.Option(help="How much of the piece, as 500000.00.")]


@app.command()
def transfer(
    tenant: Tenant,
    piece: PieceName,
    to: Annotated[str, typer.Option(help="Your supplier (pty_…).")],
    amount: Amount,
    document: Annotated[str, typer.Option(help="Its invoice to you (doc_…).")],
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Pass a part of your piece on to your supplier, against its invoice; a colleague's `approve` offers it."""
    from openscf import trades  # noqa: PLC0415
    from openscf.financing import PieceId, voucher_desk  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity, party, invoice = PieceId.parse(piece), PartyId.parse(to), trades.DocumentId.parse(document)
    with session(Caller(tenant, login, key)) as opened:
        platform = opened.platform
        prints, when = trades.fingerprints_at(platform.database, platform.settings), today(opened, on)
        money = _amount_of(opened, identity, amount)
        new = voucher_desk.NewTransfer(to=party, amount=money, document=invoice)
        inputs = {"piece": identity, "to": party, "amount": money, "document": invoice, "on": on}

        def act(work: Any) -> dict[str, Any]:
            child, request = voucher_desk.transfer(work, identity, new, on=when, fingerprints=prints)
            return {**piece_record(child), "request": request_record(request)}

        record = write(opened, "transfer", inputs, act=act)
    tell(record, as_json=as_json)


@app.command()
def finance(
    tenant: Tenant,
    piece: PieceName,
    funder: Annotated[str, typer.Option(help="The bank or factor (pty_…).")],
    amount: Amount,
    rate: Annotated[str, typer.Option(help="Discount rate that you ask for, as 4.5%.")],
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Offer a part of your piece to a funder, without recourse; a colleague's `approve` sends it off."""
    from openscf.financing import PieceId, voucher_desk  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    identity, party, price = PieceId.parse(piece), PartyId.parse(funder), Rate.parse(rate)
    with session(Caller(tenant, login, key)) as opened:
        when, money = today(opened, on), _amount_of(opened, identity, amount)
        new = voucher_desk.NewDiscount(funder=party, amount=money, rate=price)
        inputs = {"piece": identity, "funder": party, "amount": money, "rate": price.as_json(), "on": on}

        def act(work: Any) -> dict[str, Any]:
            child, request = voucher_desk.finance(work, identity, new, on=when)
            return {**piece_record(child), "request": request_record(request)}

        record = write(opened, "finance", inputs, act=act)
    tell(record, as_json=as_json)


@app.command()
def fund(
    tenant: Tenant, piece: PieceName, on: On = None, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Ask a colleague to pay for a piece that you are offered, as a maker of the funder."""
    from openscf.financing import PieceId, voucher_desk  # noqa: PLC0415

    identity = PieceId.parse(piece)
    with session(Caller(tenant, login, key)) as opened:
        when = today(opened, on)

        def act(work: Any) -> dict[str, Any]:
            request = voucher_desk.request_funding(work, identity, on=when)
            known = voucher_desk.found_piece(work, identity)[1]
            return {**piece_record(known), "request": request_record(request)}

        record = write(opened, "request_funding", {"piece": identity, "on": on}, act=act)
    tell(record, as_json=as_json)


@app.command()
def withdraw(
    tenant: Tenant, piece: PieceName, on: On = None, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Take back what you offered and nobody accepted."""
    from openscf.financing import PieceId, voucher_desk  # noqa: PLC0415

    identity = PieceId.parse(piece)
    with session(Caller(tenant, login, key)) as opened:
        when = today(opened, on)
        record = write(
            opened, "withdraw", {"piece": identity, "on": on},
            act=lambda work: piece_record(voucher_desk.withdraw_piece(work, identity, on=when)),
        )  # fmt: skip
    tell(record, as_json=as_json)


def _amount_of(opened: Any, piece: Any, amount: str) -> Any:
    from openscf.financing import voucher_desk  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    known = opened.read(lambda work: voucher_desk.found_piece(work, piece))[1]
    return parse_amount(amount, known.deal.currency, field="amount")
