"""What a version of a document means beside the others of its identity.

Nothing is overwritten: a version that says something else stands beside the first, with its contradictions named. A
document that its issuer once called void stays void, in whatever order the files arrive: 作废 is final, and an older
file that still calls it valid only arrives late.
"""

from openscf.trades.model import Document, DocumentStatus

_COMPARED = ("currency", "net_minor", "tax_minor", "gross_minor", "payable_minor", "due_on", "delivered_on")


def contradictions(known: Document, other: Document) -> tuple[str, ...]:
    """The fields of which both say something, and not the same; a document that says less contradicts nothing."""
    found = [name for name in _COMPARED if _differ(getattr(known, name), getattr(other, name))]
    if known.lines and other.lines and _quantities(known) != _quantities(other):
        found.append("lines")
    return tuple(found)


def speaks(current: DocumentStatus, new: DocumentStatus) -> bool:
    """Whether a new version becomes the current one: the last one to arrive, unless the identity is void already."""
    return current is not DocumentStatus.VOID or new is DocumentStatus.VOID


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _quantities(document: Document) -> list[tuple[str, object, object]]:
    return sorted(((line.number, line.quantity, line.net_minor) for line in document.lines), key=str)
