"""What the commands of this group share: exactly-once commands of vouchers, and how a voucher is shown."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import say, show
from openscf.cli.parties.session import Session

if TYPE_CHECKING:
    import datetime as dt

    from openscf.db.unit_of_work import UnitOfWork
    from openscf.financing import Deal, PieceId, VoucherId, voucher_desk
    from openscf.parties import ApprovalRequest

On = Annotated[str | None, typer.Option("--on", help="Business date YYYY-MM-DD; today.")]
VoucherName = Annotated[str, typer.Argument(metavar="VOUCHER", help="The voucher (vou_…).")]
PieceName = Annotated[str, typer.Argument(metavar="PIECE", help="The piece (pce_…).")]


def write(
    opened: Session, name: str, inputs: Mapping[str, Any], *, act: "Callable[[UnitOfWork], Mapping[str, Any]]"
) -> Any:
    """Carry out a command on vouchers once and return its answer as plain JSON values."""
    from openscf.db import Command, run_command  # noqa: PLC0415
    from openscf.kernel.ids import RequestId  # noqa: PLC0415

    key = opened.key or str(opened.platform.ids.new(RequestId))
    command = Command(f"vouchers.{name}", key, inputs, caller=opened.context.actor)
    return run_command(opened.platform.database, opened.context, command, act).response()


def today(opened: Session, on: str | None) -> "dt.date":
    """The business date that was named, or today's."""
    from openscf.cli.parties.session import day  # noqa: PLC0415
    from openscf.parties import business_date  # noqa: PLC0415

    return day(on, "--on") or business_date(opened.platform.clock.now())


def named(text: str) -> "VoucherId | PieceId":
    """The voucher or the piece that was named.

    Raises:
        Refusal: `bad_id`.
    """
    from openscf.financing import PieceId, VoucherId  # noqa: PLC0415

    return PieceId.parse(text) if text[:4].lower() == "pce_" else VoucherId.parse(text)


def voucher_record(deal: "Deal") -> dict[str, Any]:
    """A voucher as one JSON object."""
    book = deal.book
    return {
        "voucher": str(deal.id), "state": deal.state, "version": deal.version,
        "parties": {role: str(party) for role, party in deal.parties.items()}, "number": book.number,
        "face": book.face.as_json(), "paid": book.paid.as_json(), "outstanding": book.outstanding.as_json(),
        "issued_on": book.issued_on.isoformat(), "due_on": book.due_on.isoformat(),
    }  # fmt: skip


def piece_record(piece: "voucher_desk.Piece") -> dict[str, Any]:
    """A piece as one JSON object."""
    book = piece.book
    return {
        "piece": str(piece.id), "voucher": str(piece.claim),
        "parent": None if piece.parent is None else str(piece.parent),
        "state": piece.deal.state, "giver": str(piece.deal.parties["giver"]), "holder": str(piece.holder),
        "way": book.way.value, "face": book.face.as_json(), "depth": book.depth, "number": book.number,
        "rate": None if book.rate is None else str(book.rate),
        "discount": None if book.discount is None else book.discount.as_json(),
        "document": None if piece.document is None else str(piece.document),
    }  # fmt: skip


def leaf_record(leaf: "voucher_desk.Leaf") -> dict[str, Any]:
    """A piece with what is left of it."""
    return {**piece_record(leaf.piece), "left": leaf.left.as_json(), "locked": leaf.locked.as_json()}


def request_record(request: "ApprovalRequest") -> dict[str, Any]:
    """The request that waits for a second person."""
    return {"id": str(request.id), "sha256": request.payload_sha256.hex(), "expires_at": request.expires_at.isoformat()}


def tell(record: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a command came to: JSON, or a line for each thing."""
    lines = []
    if "voucher" in record:
        lines.append(f"{say('voucher', '凭证')}  {record['voucher']}  {record.get('state', '')}".rstrip())
    if "piece" in record:
        lines.append(f"{say('piece', '份额')}  {record['piece']}  {_money(record['face'])}  {record['state']}")
    if "face" in record and "piece" not in record:
        paid = f"{say('paid', '已兑付')} {_money(record['paid'])}"
        lines.append(f"{_money(record['face'])}  {paid}  {say('due', '到期')} {record['due_on']}")
    if "request" in record:
        waits = say("waits for a second person", "待复核")
        lines.append(f"{waits}: {record['request']['id']} {record['request']['sha256']}")
    show(record, "\n".join(lines), as_json=as_json)


def _money(amount: Mapping[str, str]) -> str:
    return f"{amount['amount']} {amount['currency']}"
