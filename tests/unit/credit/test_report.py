"""The report: one page, both languages, no script, nothing loaded, names made harmless."""

import re
from html.parser import HTMLParser

import pytest

from openscf.credit import Findings, model_report, train_models
from openscf.credit.reports.svg import Plot, ticks
from tests.unit.credit.conftest import synthetic

FACTS = {"snapshot_sha256": "0" * 64, "as_of": "2026-06-30"}
VOID = {"meta", "input", "line", "polyline", "polygon", "circle", "rect", "br"}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag


@pytest.fixture(scope="module")
def page(sample) -> str:
    contest = train_models(sample, name="<script>alert(1)</script>", seed=1, facts=FACTS, repetitions=1)
    one = contest.trained["scorecard"]
    return model_report(one.model, Findings(one.validation, one.figures, sample, now=synthetic(9), duel=contest.duel))


def test_the_page_is_whole_and_runs_and_loads_nothing(page):
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert {"svg", "table", "style"} <= set(tags.seen)
    names = {name for name, _ in tags.attributes}
    assert not names & {"src", "href", "onclick", "onload", "srcset"}
    assert not re.search(r"https?://|url\(|@import", page)
    assert "default-src 'none'" in page


def test_every_text_stands_there_in_both_languages(page):
    assert page.count('class="en"') == page.count('class="zh"') > 100
    assert re.search(r"[一-鿿]", page)


def test_the_page_tells_roc_calibration_grades_bins_and_drift(page):
    for label in ("ROC", "Calibration", "Grades", "Drift", "Sales, 12 months", "Void sales invoices"):
        assert f'aria-label="{label}"' in page


def test_a_challenger_without_bins_has_a_page_too(sample):
    contest = train_models(sample, name="toy", seed=1, facts=FACTS, repetitions=1)
    one = contest.trained["boosted"]
    page = model_report(one.model, Findings(one.validation, one.figures, sample))
    assert 'aria-label="ROC"' in page
    assert 'aria-label="Drift"' not in page


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.3), (0, 17), (-1, 1), (0, 1e9), (0.1, 0.2)])
def test_ticks_are_round_and_inside(low, high):
    found = ticks(low, high)
    assert 3 <= len(found) <= 11
    assert low - 1e-9 <= found[0] < found[-1] <= high + 1e-9


def test_words_in_a_plot_are_escaped():
    plot = Plot((0, 1), (0, 1), "x", "y", 'a "title" <b>').dot((0.5, 0.5), say="<b>").text((0.5, 0.5), "<i>")
    assert "<b>" not in plot.render()
    assert "<i>" not in plot.render()
