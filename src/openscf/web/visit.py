"""One visit: somebody signed in, at one page, in one language.

Everything that a page asks of the portal goes through it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from openscf import portal
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.ids import RequestId
from openscf.portal import OPERATIONS, Desk, Given, House, Operation, Upload
from openscf.web import guard
from openscf.web.calls import Call
from openscf.web.declaring import PAGES, Page, may
from openscf.web.duties import lacking
from openscf.web.words import Words

MOST_EXPORTED: Final = 10_000
_PAGE: Final = 200
ID: Final = re.compile(r"\b([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}\b")

NOT_READABLE = refusal(
    "form_not_readable",
    en="What was entered for {field} does not fit: {wrong}.",
    zh="{field} 填写内容不符合要求：{wrong_zh}。",
    fix_en="Correct it and send it again.",
    fix_zh="请更正后重新提交。",
    status=422,
)

WRONG: Final = {
    "missing": ("it is needed", "此项必填"), "string_too_short": ("it is too short", "内容过短"),
    "string_too_long": ("it is too long", "内容过长"), "int": ("it is no whole number", "应为整数"),
    "date": ("it is no day of the calendar", "应为有效日期"), "decimal": ("it is no number", "应为数字"),
    "greater_than": ("it is too small", "数值过小"), "less_than": ("it is too large", "数值过大"),
    "enum": ("it is none of the choices", "不在可选范围内"), "literal": ("it is none of the choices", "不在可选范围内"),
    "string_pattern": ("it is not written as it has to be", "格式不正确"), "url": ("it is no address", "应为有效网址"),
    "": ("it is not written as it has to be", "格式不正确"),
}  # fmt: skip
"""What can be wrong with a field, by the beginning of the kind of error that pydantic names, in both languages."""


@dataclass(slots=True)
class Visit:
    """A visit.

    Attributes:
        request: What the browser asked.
        desk: Where the portal serves it.
        words: Speaks the reader's language.
        secret: What the form tokens are made from.
        page: Which page is shown.
        calls: What was asked of the portal so far, for the foot of the page.
    """

    request: Request
    desk: Desk
    words: Words
    secret: str
    page: Page | None = None
    calls: list[Call] = field(default_factory=list)
    _me: Any = None
    _directory: tuple[dict[str, str], list[tuple[str, str]]] | None = None

    @property
    def me(self) -> Any:
        """Who it is, as `get_me` answers."""
        if self._me is None:
            self._me = portal.looked(self.desk, OPERATIONS["get_me"], Given())
        return self._me

    @property
    def here(self) -> str:
        """The address of the platform, as the reader's browser knows it."""
        return f"{'https' if guard.is_secure(self.request) else 'http'}://{self.request.url.netloc}"

    @property
    def exporting(self) -> str | None:
        """As what kind of file the reader wants a table of this page."""
        return self.request.query_params.get("export")

    def asked(self, name: str, default: str = "") -> str:
        """What the address says about one thing."""
        return self.request.query_params.get(name, default).strip()

    def chosen(self, *names: str) -> dict[str, str]:
        """What the address says about some things, those that it says nothing about left out."""
        return {name: self.asked(name) for name in names if self.asked(name)}

    def may(self, name: str) -> bool:
        """Whether an operation is there for this enterprise."""
        return may(self.desk.principal, name)

    def lacking(self, name: str) -> list[str]:
        """Whose duty an operation is, where it is none of the reader's: names; none where he has it."""
        return [self.words.name("duty", one) for one in lacking(self.desk.principal, name)]

    def look(self, name: str, query: Mapping[str, Any] | None = None, /, **path: str) -> Any:
        """What a reading operation answers, as its model.

        Raises:
            Refusal: What the portal refuses; `form_not_readable` for a query that it does not take.
        """
        operation = OPERATIONS[name]
        said = {key: value for key, value in (query or {}).items() if value not in (None, "", [])}
        self.calls.append(Call(operation, path, said, str(self.desk.principal.party or "")))
        model = None if operation.query is None else read(operation.query, said)
        return portal.looked(self.desk, operation, Given(path=path, query=model))

    def ask(self, name: str, body: Mapping[str, Any], /, **path: str) -> Any:
        """What an operation answers that only looks, although it is told more than fits into an address.

        Raises:
            Refusal: What the portal refuses.
        """
        operation = OPERATIONS[name]
        assert operation.body is not None, "it is told something"
        self.calls.append(Call(operation, path, body))
        return portal.looked(self.desk, operation, Given(path=path, body=read(operation.body, body)))

    def quietly(self, name: str, query: Mapping[str, Any] | None = None, /, **path: str) -> Any:
        """As `look`, but None instead of a refusal, and not named at the foot of the page."""
        known = len(self.calls)
        try:
            return self.look(name, query, **path)
        except Refusal:
            return None
        finally:
            del self.calls[known:]

    def party_name(self, identity: str) -> str:
        """The name of an enterprise, in the reader's language."""
        names = self._known()[0]
        if identity not in names:
            found = self.quietly("get_party", party_id=identity)
            names[identity] = identity[-8:] if found is None else self.words.party(found.name_zh, found.name_en)
        return names[identity]

    def side_name(self, side: Any) -> str:
        """The name of a side of a document: a member's in the reader's language, anybody else's as it stands there."""
        if side.party:
            return self.party_name(side.party)
        return side.name or side.code or self.words("unknown", "未知")

    def said(self, text: str) -> str:
        """A sentence as its reader knows things: enterprises by names in his language, other ids by their ends."""
        if self.words.language == "en" and not text.isascii():
            for written, known in self._known()[1]:
                text = text.replace(written, known)
        return ID.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        return self.party_name(found[0]) if found[1] == "pty" else f"…{found[0][-8:]}"

    def _known(self) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The names of the directory by id, and from Chinese to English; one question for a page of firms."""
        if self._directory is None:
            listed = self.quietly("list_parties", {"limit": _PAGE})
            items = [] if listed is None else listed.items
            both = [(one.name_zh, one.name_en) for one in items if one.name_zh and one.name_en]
            names = {one.id: self.words.party(one.name_zh, one.name_en) for one in items}
            self._directory = names, sorted(both, key=lambda pair: -len(pair[0]))
        return self._directory

    def directory(self) -> list[tuple[str, str]] | None:
        """The enterprises that one may know of, besides one's own, as options; None where they are too many."""
        answer = self.quietly("list_parties", {"limit": _PAGE})
        if answer is None or answer.next is not None:
            return None
        own = str(self.desk.principal.party or "")
        return [(one.id, self.words.party(one.name_zh, one.name_en)) for one in answer.items if one.id != own]

    def listed(self, name: str, query: Mapping[str, Any] | None = None, /, **path: str) -> Any:
        """A page of a list; where it is to be exported, all that there is of it, up to ten thousand rows."""
        said = {**(query or {})}
        if self.asked("cursor"):
            said["cursor"] = self.asked("cursor")
        if self.exporting is None:
            return self.look(name, said, **path)
        said["limit"] = _PAGE
        answer = self.look(name, said, **path)
        items, following = list(answer.items), answer.next
        while following is not None and len(items) < MOST_EXPORTED:
            answer = self.look(name, {**said, "cursor": following}, **path)
            items, following = [*items, *answer.items], answer.next
            self.calls.pop()
        return answer.model_copy(update={"items": items, "next": None})

    def act(self, operation: Operation, given: Given) -> Any:
        """Carry out a command; what it answers, as plain values.

        Raises:
            Refusal: What the portal refuses.
        """
        return portal.perform(self.desk, operation, given).record()

    def pages(self) -> list[Page]:
        """The pages that this visitor has, in the order of the navigation."""
        found = [one for one in PAGES.values() if one.nav is not None and one.is_for(self.desk.principal)]
        return sorted(found, key=lambda one: (one.nav.section, one.nav.order, one.id))  # type: ignore[union-attr]

    def form_token(self) -> str:
        """A token for the forms of this page."""
        return guard.form_token(self.secret, self.desk.house.entropy)

    def key(self) -> str:
        """An idempotency key for a form: sent twice, it is carried out once."""
        return self.desk.house.entropy(16).hex()


def visit_of(house: House, request: Request, words: Words, *, token: str | None = None) -> Visit | None:
    """The visit of whoever bears a session's token, by default in the cookie; None for somebody not signed in."""
    token = token or guard.cookie(request, guard.SESSION)
    if not token:
        return None
    try:
        principal = house.principal(token)
    except Refusal as refused:
        if refused.kind.status == 401:
            return None
        raise
    if principal.session is None:
        return None  # an API key is no cookie
    identity = RequestId.parse(request.scope["openscf_request_id"])
    return Visit(request, Desk(house, principal, identity, words.language), words, token)


def read(model: type[BaseModel], said: Mapping[str, Any]) -> BaseModel:
    """A model from what a form or an address says.

    Raises:
        Refusal: `form_not_readable`, with the first place that does not fit.
    """
    try:
        return model.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        en, zh = next((said for kind, said in WRONG.items() if first["type"].startswith(kind)), WRONG[""])
        raise NOT_READABLE(where=Where(field=place), field=place, wrong=en, wrong_zh=zh) from None


__all__ = ["Upload", "Visit", "read", "visit_of"]
