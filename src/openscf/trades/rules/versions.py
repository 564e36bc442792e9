"""What a version of a document means beside the others of its identity.

Nothing is overwritten: a version that says something else stands beside the first, with its contradictions named. A
document that its issuer once called void stays void, in whatever order the files arrive: 作废 is final, and an older
file that still calls it valid only arrives late. Of two versions that agree the one that says more speaks, for the same
reason; only between versions that contradict each other does the last one to arrive speak, and it is in dispute.
"""

from collections.abc import Collection

from openscf.trades.model import Document, DocumentStatus

CONTRADICTS = "contradicts_"
_OF_MONEY = frozenset(CONTRADICTS + name for name in ("currency", "gross_minor", "payable_minor"))
_COMPARED = ("currency", "net_minor", "tax_minor", "gross_minor", "payable_minor", "due_on", "delivered_on")


def contradictions(known: Document, other: Document) -> tuple[str, ...]:
    """The fields of which both say something, and not the same; a document that says less contradicts nothing."""
    found = [name for name in _COMPARED if _differ(getattr(known, name), getattr(other, name))]
    if known.lines and other.lines and _quantities(known) != _quantities(other):
        found.append("lines")
    return tuple(found)


def speaks(known: Document, new: Document, *, content: tuple[bytes, bytes]) -> bool:
    """Whether a new version becomes the current one.

    Args:
        known: The current version.
        new: The new one.
        content: The hashes of what the two say; they decide where both say equally much.
    """
    if known.status is not new.status:
        return new.status is DocumentStatus.VOID
    if contradictions(known, new):
        return True
    return (_said(new), content[1]) > (_said(known), content[0])


def disputed(flags: Collection[str]) -> bool:
    """Whether a version with these flags contradicts another one in anything that matching looks at."""
    return any(flag.startswith(CONTRADICTS) for flag in flags)


def disputed_money(flags: Collection[str]) -> tuple[str, ...]:
    """Those of the flags by which it is in dispute what the document is worth."""
    return tuple(flag for flag in flags if flag in _OF_MONEY)


def _said(document: Document) -> tuple[int, ...]:
    """How much a version says: lines and references first, then its other fields."""
    lines = sum(1 + sum(field is not None for field in _fields(line)) for line in document.lines)
    others = [getattr(document, name) for name in (*_COMPARED, "seller", "buyer", "signer")]
    return lines, len(document.references), sum(each is not None for each in others)


def _fields(line: object) -> list[object]:
    names = ("item", "description", "quantity", "unit", "unit_price", "net_minor", "tax_minor")
    return [getattr(line, name) for name in names]


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _quantities(document: Document) -> list[tuple[str, object, object]]:
    return sorted(((line.number, line.quantity, line.net_minor) for line in document.lines), key=str)
