"""`openscf trades show`: the story of a document: versions, places, liens, and how far its trade is closed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, open_platform, say, show
from openscf.cli.trades.words import Tenant, closure_lines, closure_record, money

if TYPE_CHECKING:
    from openscf.trades import DocumentHistory, StoredClosure


app = typer.Typer()


@app.command(name="show")
def show_document(
    document: Annotated[str, typer.Argument(metavar="ID|NUMBER", help="A document (doc_…), or its number.")],
    tenant: Tenant,
    as_json: Json = False,
) -> None:
    """Show a document: versions, contradictions, places, red letters, liens; of an invoice how far its trade is closed.

    A number may be written in any way (full-width, spaces, leading zeros); several sellers may have the same one.
    """
    from openscf import trades  # noqa: PLC0415
    from openscf.db.unit_of_work import Context  # noqa: PLC0415
    from openscf.kernel.ids import TenantId  # noqa: PLC0415

    context = Context(TenantId.parse(tenant), "system:cli")
    with open_platform(context.tenant) as platform, platform.database.reading(context) as work:
        found = trades.document_named(work, document)
        stories = [trades.document_history(work, one.id) for one in found]
        invoice = trades.DocumentKind.INVOICE
        closures = [trades.closure_of(work, one.id) if one.document.kind is invoice else None for one in found]
    both = list(zip(stories, closures, strict=True))
    record = {"documents": [_record(*pair) for pair in both]}
    show(record, "\n\n".join(_text(*pair) for pair in both), as_json=as_json)


def _record(story: "DocumentHistory", closure: "StoredClosure | None") -> dict[str, Any]:
    return {**record_of(story), "closure": closure_record(closure) if closure else None}


def _text(story: "DocumentHistory", closure: "StoredClosure | None") -> str:
    return "\n".join([text_of(story), *(closure_lines(closure) if closure else [])])


def record_of(story: "DocumentHistory") -> dict[str, Any]:
    """The story of a document as one JSON object; amounts in minor units."""
    current = story.current
    said = current.document
    return {
        "id": str(current.id), "fingerprint": current.fingerprint.hex(), "kind": said.kind.value,
        "number": said.number, "code": said.code, "issued_on": said.issued_on, "due_on": said.due_on,
        "status": said.status.value, "seller": current.seller_key, "buyer": current.buyer_key,
        "currency": said.currency, "net_minor": said.net_minor, "tax_minor": said.tax_minor,
        "gross_minor": said.gross_minor, "payable_minor": said.payable_minor, "lines": len(said.lines),
        "versions": [
            {
                "id": str(one.id), "version": one.version, "current": one.current, "status": one.document.status.value,
                "gross_minor": one.document.gross_minor, "flags": list(one.document.flags),
                "file": one.document.provenance.file, "sha256": one.document.provenance.sha256,
                "locator": one.document.provenance.locator, "adapter": one.document.provenance.adapter,
                "recorded_at": one.recorded_at,
            }
            for one in story.versions
        ],
        "sightings": [{"file": one.name, "locator": one.locator} for one in story.sightings],
        "reversed_by": [{"document": str(one), "amount_minor": amount} for one, amount in story.reversed_by],
        "pledged_minor": story.asset.pledged_minor if story.asset else 0,
        "liens": [
            {
                "id": str(lien.id), "holder": str(lien.holder), "deal": lien.deal, "programme": lien.programme,
                "amount_minor": lien.amount_minor, "exclusive": lien.exclusive, "state": lien.state.value,
                "taken_at": lien.taken_at, "released_at": lien.released_at,
            }
            for lien in story.liens
        ],
    }  # fmt: skip


def text_of(story: "DocumentHistory") -> str:
    """The story of a document for a reader."""
    current, said = story.current, story.current.document
    lines = [
        f"{current.id}  {said.kind.value} {said.code or ''} {said.number}  {said.issued_on or ''}  {said.status.value}",
        f"  {current.seller_key or '-'} → {current.buyer_key or '-'}",
    ]
    if said.gross_minor is not None:
        lines.append(f"  {money(said.gross_minor, said.currency or '')}")
    for one in story.versions:
        place = f"{one.document.provenance.file} {one.document.provenance.locator}"
        mark = "*" if one.current else " "
        lines.append(f" {mark}v{one.version}  {place}  {', '.join(one.document.flags)}".rstrip())
    lines += [f"  {say('seen again', '再次出现')}: {one.name} {one.locator}" for one in story.sightings]
    lines += [f"  {say('red letter', '红字冲销')}: {letter}" for letter, _ in story.reversed_by]
    for lien in story.liens:
        amount = money(lien.amount_minor, story.asset.unit if story.asset else "")
        lines.append(f"  {say('lien', '担保')} {lien.id} {lien.holder} {lien.deal} {amount} {lien.state.value}")
    return "\n".join(lines)
