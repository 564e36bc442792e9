"""The one named step between what people type and what a code is: every change is reported, none is silent."""

import unicodedata
from dataclasses import dataclass

SEPARATORS = " \u00a0\u3000-\u2010\u2011\u2012\u2013."
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"


@dataclass(frozen=True, slots=True)
class Normalised:
    """A code as its standard writes it, and what was done to get there.

    Attributes:
        code: The code in half-width capitals without separators.
        steps: What changed something, in order: `invisible_removed`, `half_width`, `separators_removed`, `upper_case`.
    """

    code: str
    steps: tuple[str, ...]


def normalise_code(text: str) -> Normalised:
    """Bring a typed or pasted code into the form of its standard.

    Only the *form* changes: full-width characters become half-width, letters become capitals, spaces, hyphens and
    invisible characters go. A look-alike of another alphabet (a Cyrillic А) stays, so that the check refuses it.

    Args:
        text: As the user gave it.
    """
    steps: list[str] = []
    code = text
    for name, change in (
        ("invisible_removed", _without_invisible),
        ("half_width", _half_width),
        ("separators_removed", _without_separators),
        ("upper_case", _upper),
    ):
        changed = change(code)
        if changed != code:
            steps.append(name)
        code = changed
    return Normalised(code, tuple(steps))


def _without_invisible(text: str) -> str:
    return "".join(letter for letter in text if letter not in ZERO_WIDTH)


def _half_width(text: str) -> str:
    return "".join(
        unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter for letter in text
    )


def _without_separators(text: str) -> str:
    return "".join(letter for letter in text.strip() if letter not in SEPARATORS)


def _upper(text: str) -> str:
    # Only ASCII: str.upper() would turn ß into SS and change the length.
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)
