"""Goods papers that name a keeper or carrier as the one who vouches for them, and its word on each.

What a seller alone delivers proves no goods, whoever it names as signer. The signer's word is a delivery of the very
same document by the signer itself: it is kept as an original of its own, counted as met again, and everything that
hangs together with the goods is matched once more.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId
from openscf.trades.model import Document, Line
from openscf.trades.records import IngestReport, Rejected, StoredDocument
from openscf.trades.rules.liens import DOCUMENT_NOT_FOUND
from openscf.trades.rules.matching import GOODS
from openscf.trades.service.ingest import Desk, accept_reading
from openscf.trades.store import documents as store

ADAPTER = "goods_confirmation"

GOODS_PAPER_REPLACED = refusal(
    "goods_paper_replaced",
    en="{number} says something else by now; what you saw is not confirmed.",
    zh="{number} 的内容已变更，您所见的版本未予确认。",
    fix_en="Look at it again and confirm what it says now.",
    fix_zh="请重新查看，并按最新内容确认。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class GoodsPaper:
    """A paper about goods for which somebody is to vouch.

    Attributes:
        stored: The version that speaks.
        confirmed: The signer itself has delivered this very version.
    """

    stored: StoredDocument
    confirmed: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """The signer's word, as the original that is kept of it."""

    name: str
    content: bytes
    sha256: str
    sender: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Said:
    """One record, read from a word."""

    records: Sequence[object]
    rejections: Sequence[Rejected] = ()
    rows: int = 1
    covered: int = 1


def goods_papers(
    work: UnitOfWork,
    signer: PartyId,
    *,
    confirmed: bool | None = None,
    after: DocumentId | None = None,
    limit: int = 50,
) -> list[GoodsPaper]:
    """Papers that name this enterprise as signer, in the order of their ids.

    Args:
        work: The house's sight.
        signer: Who is to vouch.
        confirmed: Only those that it has vouched for, or those that wait for its word.
        after: The last one of the page before.
        limit: At most so many.
    """
    kinds = [one.value for one in GOODS]
    found = store.signed(work, signer, kinds=kinds, confirmed=confirmed, after=after, limit=limit)
    return [GoodsPaper(stored, given) for stored, given in found]


def confirm_goods(work: UnitOfWork, document: DocumentId, signer: PartyId, *, desk: Desk) -> IngestReport:
    """Vouch for a goods paper, exactly as this version says it; saying it twice changes nothing.

    Raises:
        Refusal: `document_not_found` for one that does not name the enterprise, the same as for an absent one;
            `goods_paper_replaced`; `not_allowed`.
    """
    found = _named(work, document, signer)
    content = canonical_json({"confirms": str(document), "content": found.content.hex(), "signer": str(signer)})
    report = _delivered(work, found.document, content, signer=signer, desk=desk)
    if report.seen != 1:
        raise AssertionError(f"{document} read back says something else than was kept")
    work.audit("trades.confirm_goods", str(document), {"signer": str(signer), "content": found.content.hex()})
    return report


def report_loss(work: UnitOfWork, document: DocumentId, signer: PartyId, *, lost_percent: int, desk: Desk) -> Document:
    """Say that of the goods on a paper a part is gone: a paper of the keeper's own under the same number, with less.

    It stands beside the version that said more and contradicts it, so the goods prove nothing until two persons have
    settled which of the two holds. Reporting the same loss twice changes nothing.

    Args:
        work: The transaction.
        document: The version that the keeper saw.
        signer: The keeper.
        lost_percent: From 1 to 100, of each line.
        desk: Fingerprints and originals.

    Returns:
        What is left, as the new paper says it.

    Raises:
        Refusal: As `confirm_goods`.
    """
    assert 1 <= lost_percent <= 100, "checked by the door"
    said = _named(work, document, signer).document
    left = dataclasses.replace(said, lines=tuple(_less(line, 100 - lost_percent) for line in said.lines), flags=())
    content = canonical_json({"loss_of": str(document), "lost_percent": lost_percent, "signer": str(signer)})
    _delivered(work, left, content, signer=signer, desk=desk)
    work.audit("trades.report_loss", str(document), {"signer": str(signer), "lost_percent": lost_percent})
    return left


def _named(work: UnitOfWork, document: DocumentId, signer: PartyId) -> StoredDocument:
    """The version that speaks, if it is the one that was seen and names this signer."""
    found = store.speaking(work, document)
    keys = store.keys_of(work, signer)
    if found is None or found.document.kind not in GOODS or found.signer_key not in keys:
        raise DOCUMENT_NOT_FOUND(document=str(document))
    if found.id != document:
        raise GOODS_PAPER_REPLACED(number=found.document.number)
    return found


def _delivered(work: UnitOfWork, said: Document, content: bytes, *, signer: PartyId, desk: Desk) -> IngestReport:
    """Take in a paper as if its signer had sent it as a file."""
    word = _Word(f"{said.number}.json", content, hashlib.sha256(content).hexdigest(), str(signer))
    return accept_reading(work, word, _Said([said]), adapter=ADAPTER, desk=desk)  # type: ignore[arg-type]


def _less(line: Line, left_percent: int) -> Line:
    if line.quantity is None:
        return line
    return dataclasses.replace(line, quantity=(line.quantity * left_percent).scaleb(-2))
