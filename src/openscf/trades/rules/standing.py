"""Which documents stand: each once, void ones not at all, invoices less what their credit notes take back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from openscf.trades.model import Document, DocumentKind, DocumentStatus, Identity, Provenance
from openscf.trades.rules.closure import Difference
from openscf.trades.rules.identity import party_key

_NOWHERE = Provenance("", "", "", "")
_UNDATED = dt.date.max  # what has no date waits behind what has one


def exact(quantity: object) -> Fraction:
    """A quantity as an exact number; nothing where there is none."""
    return Fraction(str(quantity)) if quantity is not None else Fraction(0)


def spelled(value: Fraction) -> str:
    """An exact number for people: as a decimal where it is one."""
    for places in range(13):
        if (value * 10**places).denominator == 1:
            digits = f"{abs(int(value * 10**places)):0{places + 1}d}"
            text = digits if not places else f"{digits[:-places]}.{digits[-places:]}"
            return f"-{text}" if value < 0 else text
    return str(value)


def once(documents: Iterable[Document], who: Callable[[Identity | None], str]) -> tuple[list[Document], list[Document]]:
    """Valid documents, each once, and one of each whose copies contradict each other."""
    groups: dict[tuple[str, ...], list[Document]] = defaultdict(list)
    for each in documents:
        parties = (who(each.seller), who(each.buyer), who(each.signer))
        bare = replace(each, provenance=_NOWHERE, flags=(), places=())
        copies = groups[each.kind.value, each.number, each.code or "", *parties]
        if bare not in copies:
            copies.append(bare)
    standing = [copies for copies in groups.values() if all(one.status is DocumentStatus.VALID for one in copies)]
    valid = [copies[0] for copies in standing if len(copies) == 1]
    return valid, [copies[0] for copies in standing if len(copies) > 1]


def of_kinds(documents: Iterable[Document], *kinds: DocumentKind) -> list[Document]:
    """Documents of these kinds in the order in which they draw: by date, then by all that names them."""
    chosen = [each for each in documents if each.kind in kinds]
    return sorted(chosen, key=lambda each: (
        each.issued_on or _UNDATED, each.number, each.code or "", each.kind.value, party_key(each.seller),
        party_key(each.buyer), party_key(each.signer), repr(each),
    ))  # fmt: skip


def speaks_of(credit: Document, invoice: Document, who: Callable[[Identity | None], str]) -> bool:
    """Whether a credit note speaks of this invoice."""
    named = (*credit.references, *(each for line in credit.lines for each in line.references))
    return who(credit.seller) == who(invoice.seller) and any(
        each.kind is DocumentKind.INVOICE
        and each.number == invoice.number
        and (each.code or invoice.code) == invoice.code
        for each in named
    )


def credited_lines(invoice: Document, credits: Sequence[Document], notes: list[Difference]) -> dict[str, Fraction]:
    """What credit notes take back of each line: by the line they name, else by its item if only one line has it."""
    back: dict[str, Fraction] = defaultdict(Fraction)
    billed = {line.number: exact(line.quantity) for line in invoice.lines}
    for line in (line for each in credits for line in each.lines):
        named = [each.line for each in line.references if each.kind is DocumentKind.INVOICE and each.line in billed]
        same = [one.number for one in invoice.lines if one.item is not None and one.item == line.item]
        target = named[0] if named else same[0] if len(same) == 1 else None
        if target is not None:
            back[target] += abs(exact(line.quantity))
    for number, taken in sorted(back.items()):
        if taken > billed[number]:
            notes.append(Difference("over_credited", {"excess": spelled(taken - billed[number]), "line": number}))
    return back
