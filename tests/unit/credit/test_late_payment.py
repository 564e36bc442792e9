"""When a receivable is paid: only what was known on the day of its invoice, and figures on a later year."""

import csv
import dataclasses
import datetime as dt
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from openscf.cli import main
from openscf.credit.late_payment import (
    SIGNALS,
    Expectation,
    Foretold,
    LatePaymentModel,
    PaysLate,
    Receivable,
    figures_of,
    fit_late_payment,
    foretell,
    history,
    judged,
    lateness_between,
    lateness_of,
    lessons_in,
    receivables_in,
    signals_of,
    views_in,
)
from openscf.credit.pricing import Lateness
from openscf.kernel.errors import Refusal
from tests.suites.credit.market import Row, invoice, written

FILE = Path(__file__).parents[4] / "shared" / "data" / "late_payment" / "WA_Fn-UseC_-Accounts-Receivable.csv"
real = pytest.mark.skipif(not FILE.is_file(), reason="the real invoices (../shared/data/late_payment) are not here")
CUT = dt.date(2013, 1, 1)


def made(seed: int, count: int = 600) -> list[Receivable]:
    chance = np.random.default_rng(seed)
    habits = chance.normal(-5, 12, 30)
    found = []
    for number in range(count):
        debtor = int(chance.integers(30))
        day = dt.date(2012, 1, 1) + dt.timedelta(days=int(chance.integers(700)))
        took = max(0, round(30 + habits[debtor] + chance.normal(0, 6)))
        found.append(Receivable(
            id=f"i{number:04}", debtor=f"d{debtor}", issued_on=day, due_on=day + dt.timedelta(days=30),
            amount_minor=int(chance.integers(1000, 100_000)), settled_on=day + dt.timedelta(days=took),
        ))  # fmt: skip
    return found


def leaks(receivables: list[Receivable], compute) -> list[str]:
    """Receivables whose signals change when everything that happened on their day or later is forgotten."""
    whole = {each.id: signals for each, signals in compute(receivables)}
    found = []
    for each in receivables[:: len(receivables) // 40]:
        day = each.issued_on
        past = [
            dataclasses.replace(one, settled_on=one.settled_on if one.settled_on and one.settled_on < day else None)
            for one in receivables
            if (one.issued_on, one.id) <= (day, each.id)
        ]
        alone = {one.id: signals for one, signals in compute(past)}
        if alone[each.id] != whole[each.id]:
            found.append(each.id)
    return found


def test_nothing_that_happens_after_the_invoice_date_is_known():
    assert leaks(made(1), signals_of) == []


def test_a_history_that_counts_open_invoices_as_paid_would_be_noticed():
    """The planted defect: an invoice is in its debtor's history from its first day, with the outcome it will have."""

    def careless(receivables):
        early = [dataclasses.replace(one, settled_on=one.issued_on) for one in receivables]
        truth = {one.id: one for one in receivables}
        for each, signals in signals_of(early):
            late = truth[each.id].settled_on is not None and truth[each.id].settled_on > each.due_on
            yield truth[each.id], (*signals, float(late))

    assert leaks(made(1), careless) != []


def test_a_debtor_without_a_history_is_taken_for_the_usual_one():
    rows = made(2)
    new = Receivable(
        id="zz", debtor="stranger", issued_on=dt.date(2014, 6, 1), due_on=dt.date(2014, 7, 1), amount_minor=5000
    )
    signals = dict(zip([s.name for s in SIGNALS], list(signals_of([*rows, new]))[-1][1], strict=True))
    late = np.mean([one.settled_on > one.due_on for one in rows])
    assert signals["debtor_late_share"] == pytest.approx(late)
    assert signals["debtor_history"] == 0


def test_what_is_overdue_and_open_is_known_to_be_late():
    each = Receivable(id="a", debtor="d", issued_on=CUT, due_on=CUT + dt.timedelta(days=30), amount_minor=1)
    assert each.is_late(CUT + dt.timedelta(days=30)) is None
    assert each.is_late(CUT + dt.timedelta(days=31)) is True
    paid = dataclasses.replace(each, settled_on=CUT + dt.timedelta(days=40))
    assert paid.is_late(CUT + dt.timedelta(days=35)) is True
    assert paid.is_late(CUT + dt.timedelta(days=30)) is None
    assert dataclasses.replace(each, settled_on=CUT).is_late(CUT) is False


def test_what_is_tolerated_is_not_late():
    each = Receivable(id="a", debtor="d", issued_on=CUT, due_on=CUT + dt.timedelta(days=30), amount_minor=1)
    paid = dataclasses.replace(each, settled_on=CUT + dt.timedelta(days=60))
    whole = CUT + dt.timedelta(days=90)
    assert [paid.is_late(whole, grace_days=days) for days in (0, 29, 30)] == [True, True, False]
    assert [each.is_late(CUT + dt.timedelta(days=days), grace_days=30) for days in (60, 61)] == [None, True]
    rows = made(4, 1200)
    plain, tolerant = (fit_late_payment(rows, known_on=CUT, grace_days=days) for days in (0, 10))
    assert tolerant.trained["late"] < plain.trained["late"]
    assert LatePaymentModel.from_json(json.loads(tolerant.to_bytes())).grace_days == 10
    last, signals = list(signals_of(rows))[-1]
    assert tolerant.expect(last, signals).late_ppm < plain.expect(last, signals).late_ppm


def test_signals_of_some_are_those_that_they_have_among_all():
    rows = made(1)
    wanted = {each.id for each in rows[::7]}
    assert list(signals_of(rows, wanted=wanted)) == [one for one in signals_of(rows) if one[0].id in wanted]


def test_the_model_does_not_change_with_what_happens_after_its_day():
    rows = made(3)
    later = [
        dataclasses.replace(one, settled_on=one.settled_on + dt.timedelta(days=200)) if one.settled_on >= CUT else one
        for one in rows
        if one.issued_on < CUT
    ]
    assert fit_late_payment(rows, known_on=CUT).to_bytes() == fit_late_payment(later, known_on=CUT).to_bytes()


def test_it_learns_habits_and_says_when_to_expect_the_money():
    rows = made(4, 1200)
    model = fit_late_payment(rows, known_on=CUT)
    figures = judged(model, rows, [one for one in rows if one.issued_on >= CUT], seed=1)
    assert figures.auc.low > 0.75
    assert figures.days_error < 0.8 * figures.terms_error
    assert 0.65 < figures.within < 0.95
    again = LatePaymentModel.from_json(json.loads(model.to_bytes()))
    assert again.sha256 == model.sha256
    each, signals = list(signals_of(rows))[-1]
    found = again.expect(each, signals)
    assert found == model.expect(each, signals)
    assert found.early_days <= found.days <= found.late_days
    assert found.expected_on == each.issued_on + dt.timedelta(days=found.days)
    assert str(found.expected_on) in found.sentence("zh")
    assert str(found.expected_on) in found.sentence("en")


def test_nothing_undeclared_can_be_weighed():
    record = json.loads(fit_late_payment(made(5), known_on=CUT).to_bytes())
    for days in (-1, "1", True, None):
        with pytest.raises(Refusal, match=r"^model_malformed:"):
            LatePaymentModel.from_json({**record, "grace_days": days})
    record["signals"][0]["signal"] = "country"
    with pytest.raises(Refusal, match=r"^model_malformed:"):
        LatePaymentModel.from_json(record)
    with pytest.raises(Refusal, match=r"^model_malformed:"):
        LatePaymentModel.from_json({"kind": 1})
    assert not {"country", "disputed"} & {signal.name for signal in history.SIGNALS}


def test_too_few_outcomes_teach_nothing():
    with pytest.raises(Refusal, match=r"^sample_too_small:"):
        fit_late_payment(made(6)[:4], known_on=CUT)


def real_invoices() -> list[Receivable]:
    def day(text: str) -> dt.date:
        month, of_month, year = map(int, text.split("/"))
        return dt.date(year, month, of_month)

    with FILE.open(encoding="utf-8-sig") as file:
        return [
            Receivable(
                id=row["invoiceNumber"], debtor=row["customerID"], issued_on=day(row["InvoiceDate"]),
                due_on=day(row["DueDate"]), amount_minor=int(row["InvoiceAmount"].replace(".", "")),
                electronic=row["PaperlessBill"] == "Electronic", settled_on=day(row["SettledDate"]),
            )
            for row in csv.DictReader(file)
            if len(row["InvoiceAmount"].partition(".")[2]) == 2
        ]  # fmt: skip


@real
def test_real_invoices_of_2013_by_what_2012_taught():
    """IBM's sample: a plain logistic model that knows only the invoice date reaches an AUC of 0.876 on 2013."""
    rows = real_invoices()
    model = fit_late_payment(rows, known_on=CUT)
    figures = judged(model, rows, [one for one in rows if one.issued_on >= CUT], seed=20261122)
    print(figures.auc, figures.brier, figures.days_error, figures.terms_error, figures.within)
    assert figures.auc.value >= 0.86
    assert figures.days_error < 0.7 * figures.terms_error


def settled(each: Receivable, *, creditor: str, source: str) -> Row:
    return {
        "document_id": each.id, "source": source, "obligor": each.debtor, "creditor": creditor, "currency": "CNY",
        "amount_minor": each.amount_minor, "issued_on": each.issued_on, "due_on": each.due_on,
        "settled_on": each.settled_on,
    }  # fmt: skip


def test_what_a_price_counts_of_an_expectation_is_days_beyond_the_due_day_only():
    """Thirty days of terms; ten, fifty and ninety per cent are paid after 25, 35 and 50 days: 0.4 × 5 + 0.3 × 20."""
    one = Receivable(id="i", debtor="d", issued_on=CUT, due_on=CUT + dt.timedelta(days=30), amount_minor=1)
    found = Expectation(
        late_ppm=700_000, days=35, early_days=25, late_days=50, expected_on=CUT + dt.timedelta(days=35), reasons=()
    )
    assert lateness_of(found, one) == Lateness(late_ppm=700_000, days=Fraction(8))


def test_from_a_snapshot_to_a_price_by_what_others_than_the_creditor_say(tmp_path):
    """Planted defect: with the rows of the creditor's own word its statements would make its buyers look prompt."""
    known = made(3)
    asked = dataclasses.replace(
        known[0], id="asked", issued_on=CUT, due_on=CUT + dt.timedelta(days=30), settled_on=None, debtor="d7"
    )
    rows = [settled(each, creditor="other", source="other") for each in known]
    told = [settled(asked, creditor="me", source="d7")]
    prompt = [
        settled(dataclasses.replace(each, id=f"own-{each.id}", settled_on=each.issued_on), creditor="me", source="me")
        for each in known
        if each.debtor == "d7"
    ]
    day = CUT + dt.timedelta(days=1)

    def foretold(number: int, settlement: list[Row]) -> Foretold:
        sold = [invoice("me", "d7", CUT, asked.amount_minor, document_id="asked")]
        opened = written(tmp_path / str(number), invoice=sold, settlement=settlement)
        return foretell(receivables_in(opened, "asked"), "asked", known_on=day)

    plain = foretold(1, rows + told)
    assert foretold(2, rows + told + prompt).expectation == plain.expectation, "its own word counts for nothing"
    heard = [{**one, "source": "d7"} for one in prompt]
    assert foretold(3, rows + told + heard).expectation.late_ppm < plain.expectation.late_ppm, "its debtor's word does"
    with pytest.raises(Refusal, match=r"^receivable_unknown"):
        foretold(4, [*rows, settled(asked, creditor="me", source="me")])


def told_by(each: Receivable, creditor: str, sources: tuple[str, ...]) -> list[Row]:
    return [settled(each, creditor=creditor, source=source) for source in sources]


def test_each_seller_s_receivables_are_seen_without_its_word_and_lessons_without_anybody_s(tmp_path):
    """The views of all sellers at once are those that `receivables_in` takes of each; both sides teach, or nobody."""
    chance, rows, both = np.random.default_rng(7), [], set()
    for each in made(5, 200):
        creditor = f"c{int(chance.integers(4))}"
        sources = ((creditor, each.debtor), (creditor,), (each.debtor,))[int(chance.integers(3))]
        both |= {each.id} if len(sources) == 2 else set()
        rows += told_by(each, creditor, sources)
    rows.append({**rows[0], "document_id": "dollars", "currency": "USD"})
    sold = [invoice("c0", "d1", CUT, 1000, document_id="any")]
    opened = written(tmp_path, invoice=sold, settlement=rows)
    views = {own: known for known, own in views_in(opened, [f"c{n}" for n in range(5)], currency="CNY")}
    assert len(views) == 4, "c4 sold nothing"
    for own, known in views.items():
        expected = [one for one in receivables_in(opened, min(own)) if one.id != "dollars"]
        assert sorted(known, key=lambda one: one.id) == expected
    assert {one.id for one in lessons_in(opened, currency="CNY")} == both
    apart = [{**row, "settled_on": None} if row["source"].startswith("c") else row for row in rows]
    again = written(tmp_path / "apart", invoice=sold, settlement=apart)
    assert lessons_in(again, currency="CNY") == [], "where they contradict each other nobody teaches"


def test_figures_are_those_of_a_model_that_knew_three_quarters():
    rows = made(4, 1200)
    day = dt.date(2014, 6, 1)
    found = figures_of(rows, known_on=day, grace_days=0, seed=1)
    assert float(found["auc"]["low"]) > 0.75
    assert found["receivables"] == sum(one.issued_on >= dt.date.fromisoformat(found["from"]) for one in rows)
    assert figures_of([], known_on=day, grace_days=0, seed=1) == {"receivables": 0, "late": 0}
    assert "auc" not in figures_of(rows[:6], known_on=day, grace_days=0, seed=1)


@real
def test_real_invoices_of_2013_that_are_ten_days_late():
    rows = real_invoices()
    model = fit_late_payment(rows, known_on=CUT, grace_days=10)
    figures = judged(model, rows, [one for one in rows if one.issued_on >= CUT], seed=20261126)
    print(figures.late, figures.receivables, figures.auc, figures.brier)
    assert figures.auc.value >= 0.85


def test_the_command_tells_the_day_and_the_component(tmp_path, capsys):
    known = [dataclasses.replace(each, settled_on=each.settled_on + dt.timedelta(days=12)) for each in made(3)]
    asked = dataclasses.replace(
        known[0], id="asked", issued_on=CUT, due_on=CUT + dt.timedelta(days=30), settled_on=None
    )
    rows = [settled(each, creditor="other", source="other") for each in known]
    sold = [invoice("me", "d7", CUT, 1000, document_id="asked")]
    written(tmp_path, invoice=sold, settlement=[*rows, settled(asked, creditor="me", source=asked.debtor)])
    named = ["--snapshot", str(tmp_path), "--as-of", "2013-01-02", "--pd", "0.01", "--json"]
    with pytest.raises(SystemExit) as left:
        main(["credit", "receivable", "asked", *named])
    assert left.value.code == 0
    found = json.loads(capsys.readouterr().out)
    names = [one["name"] for one in found["price"]["components"]]
    assert "late_payment" in names
    assert Fraction(found["days_beyond_due"]) > 0


def test_the_command_tells_what_the_anchor_is_worth_in_the_price(tmp_path, capsys):
    """Seller 4 %, debtor 0.25 %, confirmed: weight ½ (27 months, a ninth of the sales, all settled) and a PD of 1 %."""
    known = made(3)
    asked = dataclasses.replace(
        known[0], id="asked", issued_on=CUT, due_on=CUT + dt.timedelta(days=30), settled_on=None
    )
    rows = [settled(each, creditor="other", source="other") for each in known]
    sold = [invoice("me", "d7", CUT, 1000, document_id="asked")]
    written(tmp_path, invoice=sold, settlement=[*rows, settled(asked, creditor="me", source=asked.debtor)])
    relation = ["--confirmation", "confirmed", "--tenure", "27", "--share", "0.111111111111", "--settled", "99999999"]

    def told(*words: str) -> dict:
        named = ["--snapshot", str(tmp_path), "--as-of", "2013-01-02", "--json", *words]
        with pytest.raises(SystemExit) as left:
            main(["credit", "receivable", "asked", *named])
        assert left.value.code == 0
        return json.loads(capsys.readouterr().out)

    found = told("--pd", "0.0025", "--seller-pd", "0.04", *relation)
    assert found["pd_ppb"] == pytest.approx(10_000_000, abs=10), "a ninth, as near as twelve digits come"
    worths = {one["element"]: one for one in found["worths"]}
    assert list(worths) == ["confirmation", "depth", "tier", "anchor"]
    alone, at_one = told("--pd", "0.04"), told("--pd", "0.01")
    assert worths["anchor"]["percent_without"] == alone["price"]["percent"]
    assert found["price"]["percent"] == at_one["price"]["percent"]
    difference = round(100 * (float(alone["price"]["percent"]) - float(at_one["price"]["percent"])))
    assert worths["anchor"]["saved_bps"] == difference > worths["tier"]["saved_bps"] > 0
    assert worths["anchor"]["pd_without_ppb"] == found["seller_pd_ppb"] == 40_000_000
    assert "worths" not in alone, "without the seller's PD the debtor alone is priced, as ever"


def test_how_late_a_buyer_pays_is_what_others_than_its_seller_tell(tmp_path):
    """Others: in time, 10, 20 and open for 12 days; on the seller's own claims, as others tell: 8 days.

    The seller's own word (in time, fifty times) is left out, and its sister's, too. Five invoices and three of a
    stranger's weight: 50 days / 8 = 6.25, so 6; four late of 8: 50 %.
    """
    on, due = dt.date(2013, 6, 30), dt.date(2013, 6, 18)

    def row(number: str, over: int | None, *, creditor: str, source: str, debtor: str = "d") -> Row:
        paid = None if over is None else due + dt.timedelta(days=over)
        one = Receivable(
            id=number, debtor=debtor, issued_on=due - dt.timedelta(days=30), due_on=due, amount_minor=1, settled_on=paid
        )
        return settled(one, creditor=creditor, source=source)

    told = [
        row(f"o{at}", over, creditor=f"other{at}", source=f"other{at}") for at, over in enumerate((0, 10, 11, None))
    ]
    told[2] = {**told[2], "due_on": due - dt.timedelta(days=9)}  # 20 days beyond it
    own = [row(f"x{at}", 0, creditor=name, source=name) for at in range(50) for name in ("me", "sister")]
    heard = [row("h", 8, creditor="me", source="d"), row("d-own", 0, creditor="other0", source="d")]
    early = [{**row("e", None, creditor="other0", source="other0"), "due_on": on + dt.timedelta(days=1)}]
    old = [{**row("a", 300, creditor="other0", source="other0"), "due_on": on - dt.timedelta(days=365)}]
    sold = [invoice("me", "d", CUT, 1)]
    opened = written(tmp_path / "1", invoice=sold, settlement=[*told, *own, *heard, *early, *old])
    groups = {"me": "us", "sister": "us"}
    pairs = [("me", "d"), ("other0", "d"), ("me", "nobody")]
    found = lateness_between(opened, pairs, on, groups=groups)
    assert found["me", "d"] == PaysLate(late_ppm=500_000, days=6)
    # For another seller the first one's word counts like anybody's: 100 in time, 8 is heard of nobody else.
    assert found["other0", "d"] == PaysLate(late_ppm=30_000, days=0)
    assert ("me", "nobody") not in found
    assert lateness_between(written(tmp_path / "2", invoice=sold), pairs, on, groups=groups) == {}
