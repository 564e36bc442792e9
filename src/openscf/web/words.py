"""What is said on the screens, in both languages.

A sentence stands in both languages where it is said (`t("Invoices", "发票")`), as refusals do; names of states, roles
and the like, which come out of the book as codes, stand in `locale/words.toml`, one line a code. Why so: ADR 0068.
"""

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from openscf.kernel.errors import Language

ZONE: Final = ZoneInfo("Asia/Shanghai")


@cache
def glossary() -> dict[str, dict[str, dict[str, str]]]:
    """The names of codes: group, code, language."""
    text = resources.files("openscf.web").joinpath("locale", "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks to one reader.

    Attributes:
        language: Of the reader.
    """

    language: Language

    def __call__(self, en: str, zh: str, **params: Any) -> str:
        """The sentence that the reader understands, filled in."""
        text = en if self.language == "en" else zh
        return text.format(**params) if params else text

    def name(self, group: str, code: Any) -> str:
        """The name of a code of a group; a code that the glossary lacks is shown in words of its own."""
        text = str(getattr(code, "value", code))
        known = glossary().get(group, {}).get(text) or glossary()["any"].get(text)
        if known is not None:
            return known[self.language]
        return text.replace("_", " ").replace(".", " · ")

    def sentence(self, one: Any) -> str:
        """What a reason says (an object with `en` and `zh`)."""
        said: str = one.en if self.language == "en" else one.zh
        return said

    def remedy(self, one: Any) -> str:
        """What can be done about a reason."""
        said: str = one.fix_en if self.language == "en" else one.fix_zh
        return said

    def party(self, zh: str | None, en: str | None) -> str:
        """The name of an enterprise, in the reader's language where it has one."""
        first, second = (en, zh) if self.language == "en" else (zh, en)
        return first or second or "—"

    def instant(self, at: dt.datetime) -> str:
        """An instant in the time of the book, to the minute."""
        return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")

    def count(self, number: int, en: tuple[str, str], zh: str) -> str:
        """How many there are of something: the word for one and for several in English, measure and word in Chinese."""
        return f"{number} {zh}" if self.language == "zh" else f"{number} {en[number != 1]}"

    def days(self, count: int) -> str:
        """A number of days."""
        if self.language == "zh":
            return f"{count} 天"
        return f"{count} day" if count == 1 else f"{count} days"


def language_of(cookie: str | None, accepted: str) -> Language:
    """The language that the reader chose, or that the browser prefers."""
    if cookie in {"en", "zh"}:
        return "en" if cookie == "en" else "zh"
    first = accepted.split(",", maxsplit=1)[0].strip().lower()
    return "zh" if first.startswith("zh") else "en"


def grouped(digits: str) -> tuple[str, str]:
    """An amount's digits in groups of three, and its decimals: `('1,234', '.56')`."""
    sign, rest = ("−", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, dot, decimals = rest.partition(".")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return sign + ",".join([whole, *groups]), dot + decimals


Say = Callable[..., str]
