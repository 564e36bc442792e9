"""Rendering: templates with their helpers, the headers of a page, and what refusals look like."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from openscf.kernel.errors import Refusal
from openscf.portal import OPERATIONS
from openscf.portal.sheets import unturned
from openscf.web import guard
from openscf.web.assets import Assets
from openscf.web.icons import icon
from openscf.web.tables import Table, kind_of
from openscf.web.visit import Visit
from openscf.web.words import Words, grouped, language_of

POLICY: Final = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "font-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
    )
)  # fmt: skip
STYLE_KEPT: Final = "openscf-style"  # set by our script once it has put the style sheet into the browser's cache
SECTIONS: Final = ("work", "trade", "money", "risk", "house", "network")
TONES: Final = {
    "good": {
        "settled",
        "verified",
        "active",
        "approved",
        "paid",
        "redeemed",
        "open_for_financing",
        "confirmed",
        "granted",
        "delivered",
    },
    "info": {
        "notice",
        "funded",
        "accepted",
        "proposed",
        "in_review",
        "held",
        "transferred",
        "issued",
        "made",
        "drawn",
        "sent",
    },
    "warn": {
        "warning",
        "part_paid",
        "pending",
        "disputed",
        "unverified",
        "waiting",
        "suspended",
        "due",
        "open",
        "overdue_soon",
        "disabled",
        "unproven",
        "handed",
    },
    "bad": {
        "overdue",
        "rejected",
        "defaulted",
        "written_off",
        "recoursed",
        "frozen",
        "stopped",
        "high",
        "alarm",
        "contradicted",
        "given_up",
    },
}
UNDER: Final = {"/files/": "/upload"}
"""Pages that stand under another one in the navigation than their address says."""
FRAGMENT: Final = "x-openscf-fragment"
_DAY: Final = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


class Renderer:
    """Makes pages.

    Args:
        assets: Files that pages load.
    """

    def __init__(self, assets: Assets) -> None:
        self.assets = assets
        style = assets.text("app.css")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._style = Markup(style)  # noqa: S704 - our own file
        self._inline_policy = POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")
        self._env = jinja2.Environment(
            loader=jinja2.PackageLoader("openscf.web"), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, auto_reload=False, finalize=_straight,
        )  # fmt: skip
        self._env.globals.update(icon=icon, tone=tone, asset=assets.url, operations=OPERATIONS)
        self._env.filters.update(kind=kind_of, grouped=grouped, json=as_json, dated=dated)
        for name in self._env.list_templates(extensions=["html"]):
            self._env.get_template(name)  # compiled before the first visitor comes

    def page(self, request: Request, name: str, context: Mapping[str, Any], *, status: int = 200) -> Response:
        """A page for somebody who is not signed in, or for somebody who is (`visit` in the context)."""
        visit: Visit | None = context.get("visit")
        words = visit.words if visit is not None else words_of(request)
        # A browser without the style sheet gets it inside its first page: a round trip less to the first row.
        kept = request.cookies.get(STYLE_KEPT) == self.assets.version
        told = {
            "style": None if kept else self._style, "style_kept": f"{STYLE_KEPT}={self.assets.version}",
            "t": words, "words": words, "request": request, "visit": None, "flash": _flash(request), **context,
            "why_not": why_not, "said": str if visit is None else visit.said, "names_of": _names_of(words),
            "label": _label(words), "home_tabs": _home_tabs(words),
            "path": request.url.path, "address": _address(request), **_around(visit, request),
        }  # fmt: skip
        body = self._env.get_template(name).render(told)
        policy, spoken = POLICY if kept else self._inline_policy, "zh-CN" if words.language == "zh" else "en"
        response = HTMLResponse(body, status, {"Content-Security-Policy": policy, "Content-Language": spoken})
        if told["flash"]:
            guard.drop_cookie(request, response, guard.FLASH)
        return response

    def refused(
        self,
        request: Request,
        refused: Refusal,
        visit: Visit | None = None,
        *,
        back: str = "",
        status: int | None = None,
    ) -> Response:
        """What a refusal looks like: a dialog for a page that asked in the background, a page otherwise."""
        name = "parts/refused.html" if request.headers.get(FRAGMENT) else "refused.html"
        context = {
            "visit": visit, "refused": refused, "request_id": request.scope.get("openscf_request_id", "-"),
            "title": "", "back": back,
        }  # fmt: skip
        return self.page(request, name, context, status=status or refused.kind.status)


def why_not(refused: Refusal, visit: Visit | None, words: Words) -> str:
    """What a refusal says to its reader; who may not do something is told of his duties, not of his own id."""
    if visit is None:
        return refused.sentence(words.language)
    if refused.code == "not_allowed":
        duties = words(", ", "、").join(words.name("duty", one) for one in visit.me.duties)
        return words(
            "This is not among your duties here ({duties}).", "您的职责（{duties}）不包含此项操作。", duties=duties
        )
    params = dict(refused.params)
    if refused.code == "form_not_readable":
        params["field"] = _label(words)(str(params["field"]))
    return visit.said(refused.kind.sentence(words.language, params))


def _straight(value: Any) -> Any:
    """A text without marks that turn the direction of writing: a name must not rewrite what stands beside it."""
    return unturned(value) if isinstance(value, str) else value


def words_of(request: Request) -> Words:
    """Speaks the language of whoever sent a request."""
    chosen = guard.cookie(request, guard.LANGUAGE)
    return Words(language_of(chosen, request.headers.get("accept-language", "")))


def note(request: Request, response: Response, told: Mapping[str, Any]) -> None:
    """Leave a note for the next page."""
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    guard.set_cookie(request, response, guard.FLASH, value=base64.urlsafe_b64encode(content).decode(), keep_s=60)


def dated(text: Any) -> Markup:
    """Text in which no day is broken over two lines."""
    return Markup(_DAY.sub(r'<span class="nowrap">\1</span>', str(escape(text))))  # noqa: S704 - escaped before


def as_json(value: Any) -> Markup:
    """Data for a script, safe inside a page."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    for one in "<>&":
        text = text.replace(one, f"\\u{ord(one):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can end the element


def tables_of(context: Mapping[str, Any]) -> dict[str, Table]:
    """The tables of a page, by name."""
    return {one.name: one for one in context.values() if isinstance(one, Table)}


def tone(code: Any, group: str = "state") -> str:
    """How a state feels: the colour of its badge."""
    text = str(getattr(code, "value", code))
    if group == "account":
        return "" if text == "open" else "bad"
    return next((name for name, codes in TONES.items() if text in codes), "")


def _around(visit: Visit | None, request: Request) -> dict[str, Any]:
    """What the frame around a page shows."""
    if visit is None:
        return {}
    own = next((one for one in visit.me.memberships if one.party == visit.me.party), None)
    found: dict[str, list[Any]] = {}
    for one in visit.pages():
        found.setdefault(one.nav.section if one.nav else "", []).append(one)
    sections = [{"grouper": name, "list": found[name]} for name in SECTIONS if name in found]
    at = next(
        (parent + request.url.path for child, parent in UNDER.items() if request.url.path.startswith(child)),
        request.url.path,
    )
    paths = [one.path for pages in found.values() for one in pages if at.startswith(one.path)]
    return {
        "own_name": "—" if own is None else visit.words.party(own.name_zh, own.name_en), "sections": sections,
        "here": max(paths, key=len, default=""), "account_path": "/account" if visit.may("list_api_keys") else "",
    }  # fmt: skip


def _names_of(words: Words) -> Any:
    """Options of a choice: codes with their names."""
    return lambda group, codes: [(code, words.name(group, code)) for code in codes]


def _label(words: Words) -> Any:
    """The name of a field of a contract: the last pieces of its path, in words."""
    return lambda name: " · ".join(words.name("field", piece) for piece in name.split("."))


def _home_tabs(words: Words) -> Any:
    titles = {
        "operator": words("Operations", "运营"), "funder": words("Funder", "资金方"),
        "anchor": words("Buyer", "核心企业"), "supplier": words("Supplier", "供应商"),
        "keeper": words("Keeper", "监管"), "rater": words("Rater", "评级"), "other": words("Other", "其他"),
    }  # fmt: skip
    return lambda names: [(name, f"/?as={name}", titles[name]) for name in names]


def _flash(request: Request) -> Any:
    try:
        raw = guard.cookie(request, guard.FLASH)
        told = json.loads(base64.urlsafe_b64decode(raw)) if raw else None
    except ValueError:
        return None
    return told if isinstance(told, dict) and told.get("done") in OPERATIONS else None


def _address(request: Request) -> Any:
    """Makes this page's address with other things said: `address(export='csv')`; None leaves one out."""

    def address(**changed: Any) -> str:
        url = request.url.include_query_params(**{k: v for k, v in changed.items() if v is not None})
        url = url.remove_query_params([k for k, v in changed.items() if v is None])
        return url.path + (f"?{url.query}" if url.query else "")

    return address
