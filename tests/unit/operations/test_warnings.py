"""Each detector at its bounds: what it says, what it does not say, and in which order.

Planted defect: with `>` for `>=` in the ageing of a rating the day of its end is not seen; the table below is red then.
"""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from openscf.operations.warnings import (
    DETECTORS,
    AttemptFact,
    DisputeFact,
    Facts,
    FileFact,
    InvoiceFact,
    LimitFact,
    PartnerFact,
    RatingFact,
    Severity,
    TakenBackFact,
    detect_all,
)

TODAY = dt.date(2026, 6, 1)
INVOICE = InvoiceFact(
    id="doc_1",
    number="INV-1",
    seller="甲",
    buyer="乙",
    amount="1,000.00 CNY",
    issued_on=dt.date(2026, 3, 1),
    due_on=TODAY,
)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def seen(**facts: Any) -> list[tuple[str, str]]:
    return [(one.code, one.severity.value) for one in detect_all(Facts(on=TODAY, **facts))]


def invoice(**change: Any) -> dict[str, Any]:
    return {"invoices": (dataclasses.replace(INVOICE, **change),)}


def limit(taken: int, until: dt.date | None = None) -> dict[str, Any]:
    return {"limits": (LimitFact(id="lim_1", about="乙", amount_minor=1000, taken_minor=taken, valid_until=until),)}


def rating(until: dt.date) -> dict[str, Any]:
    return {"ratings": (RatingFact(id="rtg_1", subject="pty_1", rater="某评级", grade="M5", valid_until=until),)}


def partner(amount: int, last: dt.date) -> dict[str, Any]:
    one = PartnerFact(side="buyer", partner="乙", amount_minor=amount, whole_minor=1000, last_on=last)
    return {"partners": (one,)}


def file(rejected: int, on: dt.date = TODAY, rows: int = 100) -> dict[str, Any]:
    return {"files": (FileFact(id="fil_1", name="a.csv", rows=rows, rejected=rejected, received_on=on),)}


def attempt(*deals: str) -> dict[str, Any]:
    one = AttemptFact(
        invoice="doc_2", number="INV-l", other="INV-1", score=90, deals=deals, since=day(-9), evidence=("doc_1",)
    )
    return {"attempts": (one,)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (invoice(), []),
        (invoice(due_on=day(-1)), [("late_payer", "warning")]),
        (invoice(due_on=day(-30)), [("late_payer", "warning")]),
        (invoice(due_on=day(-31)), [("late_payer", "alarm")]),
        (invoice(due_on=day(-1), lent_on=True), [("late_payer", "alarm")]),
        (invoice(due_on=None), []),
        (invoice(contested=("gross",)), [("contradiction", "warning")]),
        (invoice(contested=("gross",), lent_on=True), [("contradiction", "alarm")]),
        (invoice(missing=("goods", "money")), []),
        (invoice(missing=("goods", "money"), lent_on=True), [("contradiction", "warning")]),
        (invoice(missing=("money",), lent_on=True), []),
        (limit(800), []),
        (limit(801), [("limit_use", "warning")]),
        (limit(949), [("limit_use", "warning")]),
        (limit(950), [("limit_use", "alarm")]),
        (limit(0, day(30)), [("limit_use", "notice")]),
        (limit(0, day(31)), []),
        (limit(0, day(-1)), []),
        (rating(day(31)), []),
        (rating(day(30)), [("rating_age", "notice")]),
        (rating(day(1)), [("rating_age", "notice")]),
        (rating(TODAY), [("rating_age", "warning")]),
        (partner(500, TODAY), []),
        (partner(501, TODAY), [("concentration", "notice")]),
        (partner(100, day(-90)), []),
        (partner(100, day(-91)), [("concentration", "warning")]),
        (partner(99, day(-91)), []),
        (attempt(), [("double_financing", "warning")]),
        (attempt("dea_1"), [("double_financing", "alarm")]),
        (file(9), []),
        (file(10), [("data_quality", "notice")]),
        (file(50), [("data_quality", "warning")]),
        (file(50, day(-31)), []),
        (file(0, rows=0), []),
        ({"disputes": (DisputeFact(id="dsp_1", invoice="doc_1", number="1", reason="x", raised_on=TODAY),)},
         [("disputed_claim", "alarm")]),
        ({"taken_back": (TakenBackFact(id="rcl_1", owed="", unpaid="", made_on=TODAY),)}, []),
        ({"taken_back": (TakenBackFact(id="rcl_1", owed="", unpaid="1.00 CNY", made_on=TODAY),)},
         [("payment_taken_back", "alarm")]),
    ],
)  # fmt: skip
def test_each_detector_at_its_bounds(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert seen(**facts) == expected


def test_every_detector_of_the_register_is_judged_above_and_speaks_both_languages() -> None:
    everything = Facts(
        on=TODAY, invoices=(dataclasses.replace(INVOICE, due_on=day(-40), contested=("gross",)),),
        disputes=(DisputeFact(id="dsp_1", invoice="doc_1", number="1", reason="x", raised_on=TODAY),),
        **limit(1000), **rating(TODAY), **partner(1000, day(-100)), **file(100),
        taken_back=(TakenBackFact(id="rcl_1", owed="2.00 CNY", unpaid="1.00 CNY", made_on=TODAY),),
        **attempt("dea_1"),
    )  # fmt: skip
    found = detect_all(everything)
    assert {one.code for one in found} == {one.name for one in DETECTORS}
    for one in found:
        assert one.en.isascii() or "乙" in one.en or "某评级" in one.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.zh), one
        assert one.evidence
        assert one.since <= TODAY
    order = [list(Severity).index(one.severity) for one in found]
    assert order == sorted(order)
    assert detect_all(Facts(on=TODAY)) == []
