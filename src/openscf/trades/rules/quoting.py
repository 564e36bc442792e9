"""Whether a payment speaks of a receivable, and whether its payer is the debtor."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from openscf.trades.model import Identity

_RUNS = re.compile(r"[0-9A-Z]+")
_MOST_RUNS = 200  # of one text; what stands behind them is looked for nowhere
_LONGEST = 8  # runs of letters and digits that one number may be broken into by spaces, strokes and line breaks
_LONGEST_NUMBER = 60  # characters of a document's number, plain
SHORTEST, STRONG = 4, 6  # characters: shorter is no reference; below STRONG it takes the amount or the payer as well
_CODES = ("uscc", "tax", "vat", "lei", "gln", "duns")


def plain_number(number: str) -> str:
    """A number as it is compared: capitals and digits only; empty if it is too short or has no digit."""
    plain = "".join(_RUNS.findall(_folded(number)))
    return plain if SHORTEST <= len(plain) <= _LONGEST_NUMBER and any(letter.isdigit() for letter in plain) else ""


def quoted(text: str, numbers: Mapping[str, object]) -> tuple[str, ...]:
    """Those of `numbers` (as `plain_number` writes them) that stand in `text` as whole words, in its order.

    A number is found however its parts are separated, and never inside a longer run of letters and digits. A number
    that lies within another one that is found is not meant.
    """
    runs = _RUNS.findall(_folded(text))[:_MOST_RUNS]
    found: list[str] = []
    at = 0
    while at < len(runs):
        lengths = range(min(_LONGEST, len(runs) - at), 0, -1)
        length = next((n for n in lengths if "".join(runs[at : at + n]) in numbers), 0)
        if length:
            found.append("".join(runs[at : at + length]))
        at += length or 1
    return tuple(dict.fromkeys(found))


def spellings(text: str) -> set[str]:
    """All that `quoted` could find in a text: whatever numbers there are, it finds no other."""
    runs = _RUNS.findall(_folded(text))[:_MOST_RUNS]
    joined = {"".join(runs[at : at + n]) for at in range(len(runs)) for n in range(1, _LONGEST + 1)}
    return {each for each in joined if SHORTEST <= len(each) <= _LONGEST_NUMBER and not each.isalpha()}


def same_party(payer: Identity | None, debtor: Identity) -> tuple[bool | None, str]:
    """Whether the payer is the debtor, and by what; None where nothing comparable is known of both.

    Accounts and codes prove it; names do if no code contradicts them. Another account proves nothing: firms have
    several.
    """
    if payer is None:
        return None, ""
    if payer.account and debtor.account and _letters(payer.account) == _letters(debtor.account):
        return True, "account"
    for scheme in _CODES:
        mine, theirs = payer.codes.get(scheme), debtor.codes.get(scheme)
        if mine and theirs:
            return _letters(mine) == _letters(theirs), scheme
    if payer.name and debtor.name:
        return _letters(payer.name) == _letters(debtor.name), "name"
    return None, ""


def party_keys(party: Identity) -> Iterable[str]:
    """By what a party may be looked up: equal parties share one at least."""
    if party.account:
        yield f"account {_letters(party.account)}"
    for scheme in _CODES:
        if party.codes.get(scheme):
            yield f"{scheme} {_letters(party.codes[scheme])}"
    if party.name:
        yield f"name {_letters(party.name)}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _letters(text: str) -> str:
    return "".join(letter for letter in _folded(text) if letter.isalnum())
