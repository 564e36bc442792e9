"""Search: pages, enterprises, invoices, financings, vouchers, anything by its id; the palette of Ctrl-K asks here too."""

from dataclasses import dataclass
from typing import Final

from openscf.portal import Said
from openscf.web.declaring import Page, Shown, page
from openscf.web.rendering import FRAGMENT
from openscf.web.visit import Visit

MOST: Final = 6
LONGEST: Final = 100
KINDS: Final = {
    "page": Said("Pages", "页面"), "party": Said("Enterprises", "企业"), "invoice": Said("Invoices", "发票"),
    "financing": Said("Financings", "融资"), "voucher": Said("Vouchers", "电子凭证"), "id": Said("By its id", "按编号"),
}  # fmt: skip
PLACES: Final = {
    "party": "/enterprises/", "invoice": "/invoices/", "financing": "/financings/", "voucher": "/vouchers/",
}  # fmt: skip
BY_ID: Final = {
    "dea": "/financings/", "doc": "/invoices/", "pty": "/enterprises/", "prg": "/programmes/", "apr": "/approvals/",
    "fil": "/files/", "vou": "/vouchers/", "acc": "/accounts/",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found.

    Attributes:
        text: What it is called.
        href: Where it is.
        detail: What tells it from others.
    """

    text: str
    href: str
    detail: str = ""


@page("/search", en="Search", zh="搜索", uses=("search",))
def search(visit: Visit) -> Shown:
    """What fits a piece of a name or a number, group by group; without anything said, the pages."""
    text = visit.asked("q")[:LONGEST]
    found = {"page": [_of_page(visit, one) for one in visit.pages() if fits(one, text.casefold())]}
    for hit in visit.look("search", {"text": text, "limit": MOST}).items if text else ():
        one = Found(hit.title, PLACES[hit.kind] + hit.id, hit.detail)
        found.setdefault(hit.kind, []).append(one)
    place = BY_ID.get(text.partition("_")[0]) if "_" in text else None
    shown = {one.href for group in found.values() for one in group}
    if place is not None and place + text not in shown:
        found["id"] = [Found(text, place + text)]
    groups = [(visit.words(KINDS[kind].en, KINDS[kind].zh), ones) for kind, ones in found.items() if ones]
    name = "search_found.html" if visit.request.headers.get(FRAGMENT) else "search.html"
    return Shown(name, {"text": text, "groups": groups, "count": sum(len(ones) for _, ones in groups)})


def _of_page(visit: Visit, one: Page) -> Found:
    return Found(one.title(visit.words.language), one.path, one.path)


def fits(one: Page, low: str) -> bool:
    """Whether a page is one that somebody may mean."""
    return low in one.title.en.casefold() or low in one.title.zh or low in one.path
