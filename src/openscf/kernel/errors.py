"""Named refusals: every "no" of the platform has a stable code and a sentence in English and Chinese.

A *kind* of refusal is declared once, at import time, beside the rule that refuses; raising it fills in the
parameters. The catalogue of all kinds is what the reference pages, the HTTP layer and the tests are generated from.

    EXCEEDS_CREDITS = refusal(
        "exceeds_credits",
        en="The account {account} has {available} available; {amount} was asked for.",
        zh="账户 {account} 可用余额为 {available}，申请金额为 {amount}。",
        fix_en="Ask for less, or wait until the account is topped up.",
        fix_zh="请减少金额，或等待账户入账。",
    )
    raise EXCEEDS_CREDITS(account=a, available=5, amount=7)
"""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Language = Literal["en", "zh"]

_CODE = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_CATALOGUE: dict[str, "RefusalKind"] = {}


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a defect in somebody's input.

    Attributes:
        file: Name of the file as the sender knows it.
        line: Line or row, counted from 1.
        field: Column, XPath or parameter.
    """

    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        named = (("file", self.file), ("line", self.line), ("field", self.field))
        return ", ".join(f"{name} {value}" for name, value in named if value is not None)


class OpenscfError(Exception):
    """Base of everything that this package raises on purpose."""


class Refusal(OpenscfError):  # noqa: N818 - the field's word: a refusal is an answer, not an accident
    """An answer "no" with its reason: the request changed nothing.

    Attributes:
        kind: The declared kind; `kind.code` is stable for ever.
        params: What the sentences speak of, by name.
        where: Place in the sender's input, if the refusal is about input.
    """

    def __init__(self, kind: "RefusalKind", params: Mapping[str, Any], where: Where | None = None) -> None:
        self.kind = kind
        self.params = MappingProxyType(dict(params))
        self.where = where
        super().__init__(kind.code)

    @property
    def code(self) -> str:
        """The stable code, as `exceeds_credits`."""
        return self.kind.code

    def sentence(self, language: Language = "en") -> str:
        """What happened, as a sentence that a supplier understands."""
        return self.kind.sentence(language, self.params)

    def remedy(self, language: Language = "en") -> str:
        """What the reader can do about it; empty if nothing."""
        return self.kind.remedy(language, self.params)

    def at(self, where: Where) -> "Refusal":
        """The same refusal, with the place in the input that it speaks of."""
        return Refusal(self.kind, self.params, where)

    def as_record(self) -> dict[str, Any]:
        """A JSON-ready record from which `from_record` makes the equal refusal again (idempotent replay)."""
        where = self.where or Where()
        place = {"file": where.file, "line": where.line, "field": where.field}
        params = {name: value if isinstance(value, int | str) else str(value) for name, value in self.params.items()}
        return {
            "code": self.code,
            "params": params,
            "where": {name: value for name, value in place.items() if value is not None},
        }

    @staticmethod
    def from_record(record: Mapping[str, Any]) -> "Refusal":
        """The refusal that `as_record` described; a code nobody declares any more is a programming error."""
        where = Where(**record["where"]) if record.get("where") else None
        return Refusal(kind_of(record["code"]), record.get("params", {}), where)

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where and str(self.where) else ""
        return f"{self.code}: {self.sentence()}{place}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and self.as_record() == other.as_record()

    def __hash__(self) -> int:
        return hash(self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Refusal.from_record, (self.as_record(),))


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """A kind of refusal, declared once; call it with the parameters of its sentences to get a `Refusal`.

    Attributes:
        code: Stable name in snake_case; never reused for another meaning.
        en, zh: The sentence, with `{name}` for each parameter, the same names in both languages.
        fix_en, fix_zh: What the reader can do.
        status: The HTTP status that the API answers with.
    """

    code: str
    en: str
    zh: str
    fix_en: str = ""
    fix_zh: str = ""
    status: int = 422
    names: frozenset[str] = field(default=frozenset(), compare=False)

    def __call__(self, *, where: Where | None = None, **params: Any) -> Refusal:
        """The refusal, filled in with what its sentences speak of.

        Raises:
            TypeError: A parameter of the sentences is missing.
        """
        missing = self.names - params.keys()
        if missing:
            raise TypeError(f"refusal {self.code!r} needs {sorted(missing)}")
        return Refusal(self, params, where)

    def sentence(self, language: Language, params: Mapping[str, Any]) -> str:
        """The sentence in `language`, filled in."""
        return (self.en if language == "en" else self.zh).format_map(params)

    def remedy(self, language: Language, params: Mapping[str, Any]) -> str:
        """The way out in `language`, filled in."""
        return (self.fix_en if language == "en" else self.fix_zh).format_map(params)


def refusal(code: str, *, en: str, zh: str, fix_en: str = "", fix_zh: str = "", status: int = 422) -> RefusalKind:
    """Declare a kind of refusal.

    Args:
        code: Stable name, snake_case, unique in the program.
        en: Sentence in English; parameters as `{name}`.
        zh: The same in Chinese, with the same parameters; `{name_zh}` where one is a word that Chinese says otherwise.
        fix_en: What to do, in English.
        fix_zh: What to do, in Chinese; given exactly when `fix_en` is.
        status: HTTP status: 4xx, or 503 for "nothing is wrong with it, come again".

    Raises:
        ValueError: The declaration is not well formed, or the code is taken.
    """
    if not _CODE.match(code):
        raise ValueError(f"refusal code {code!r} is not snake_case")
    if code in _CATALOGUE:
        raise ValueError(f"refusal code {code!r} is declared twice")
    if not (400 <= status < 500 or status == 503):
        raise ValueError(f'refusal {code!r}: status {status} is neither the sender\'s error nor "come again"')
    if bool(fix_en) != bool(fix_zh) or not en or not zh:
        raise ValueError(f"refusal {code!r} must speak both languages")
    names = _names(en) | _names(zh)
    meant = {name.removesuffix("_zh") for name in _names(zh)}
    if _names(en) != meant or not (_names(fix_en) | _names(fix_zh)) <= names:
        raise ValueError(f"refusal {code!r}: the languages speak of different parameters")
    kind = RefusalKind(code, en, zh, fix_en, fix_zh, status, names)
    _CATALOGUE[code] = kind
    return kind


def kind_of(code: str) -> RefusalKind:
    """The declared kind with this code.

    Raises:
        KeyError: No module that was imported declares it.
    """
    return _CATALOGUE[code]


def catalogue() -> list[RefusalKind]:
    """All kinds declared so far, by code."""
    return [_CATALOGUE[code] for code in sorted(_CATALOGUE)]


def _names(text: str) -> frozenset[str]:
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    odd = [name for name in names if not name.isidentifier()]
    if odd:
        # `{}`, `{0}` and `{account.name}` would only fail, or show too much, on the day when the sentence is needed.
        raise ValueError(f"parameters are plain names, not {odd}")
    return frozenset(names)
