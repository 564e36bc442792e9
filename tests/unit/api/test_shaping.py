"""What a reader is shown of a view: fields that are not his are null, however deep they lie."""

import datetime as dt
from typing import Any

import pytest

from openscf.portal.shapes import Money, Page, View, seen_by, shaped


class Inner(View):
    name: str
    margin: Money | None = seen_by("funder")


class Deeper(Inner):
    rating: str | None = seen_by("operator")


class Outer(View):
    name: str
    on: dt.date
    tags: list[str]
    face: Money
    book: dict[str, Any] | None = seen_by("funder", "operator")
    many: list[Inner]
    rows: list[list[Inner]]
    one: Inner | None = None
    whatever: Any = None


FACE = Money(amount="5.00", currency="CNY")
INNER = Inner(name="inner", margin=FACE)
DEEPER = Deeper(name="deeper", margin=FACE, rating="BB")
OUTER = Outer(
    name="outer", on=dt.date(2026, 3, 10), tags=["a"], face=FACE, book={"k": "v"}, one=INNER, many=[INNER, DEEPER],
    rows=[[DEEPER]], whatever=INNER,
)  # fmt: skip


@pytest.mark.parametrize(
    ("relations", "book", "margin", "rating"),
    [((), False, False, False), (("client",), False, False, False), (("funder",), True, True, False),
     (("operator", "client"), True, False, True), (("funder", "operator"), True, True, True)],
)  # fmt: skip
def test_what_is_not_the_readers_is_null_wherever_it_lies(relations: Any, book: Any, margin: Any, rating: Any) -> None:
    money = FACE.model_dump() if margin else None
    inner = {"name": "inner", "margin": money}
    deeper = {"name": "deeper", "margin": money, "rating": "BB" if rating else None}
    seen = shaped(Page[Outer](items=[OUTER], next="on"), frozenset(relations))
    (item,) = seen.items
    assert seen.next == "on"
    assert (item.name, item.on, item.tags, item.face) == ("outer", dt.date(2026, 3, 10), ["a"], FACE)
    assert item.book == ({"k": "v"} if book else None)
    assert item.one is not None
    assert item.one.model_dump() == item.whatever.model_dump() == inner
    assert [one.model_dump() for one in (*item.many, *item.rows[0])] == [inner, deeper, deeper]


def test_the_view_itself_stays_whole() -> None:
    before = OUTER.model_dump_json()
    shaped(OUTER, ())
    assert OUTER.model_dump_json() == before
