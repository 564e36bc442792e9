"""From a history of late payments to a pool that carries less: learned, approved, foretold at night, verified.

Planted defect: a run that may be added before one that is there changes what older decisions knew, and
`test_no_run_comes_before_one_that_is_there` is red. What `verify` finds is tampered with in `tests/suites/verify`.
"""

import dataclasses
import datetime as dt
import json
from pathlib import Path

import psycopg
import pytest

from openscf import credit
from openscf.credit import ModelRole
from openscf.db import Context
from openscf.financing import deal_events, found_deal
from openscf.kernel.ports import SystemIds
from openscf.operations import take_snapshot
from openscf.trades import DocumentId
from tests.unit.financing.floor import DAY, SYSTEM, Floor, yuan
from tests.unit.operations.nights import ONE, Nights
from tests.unit.parties.house import refused
from tests.unit.trades.market import invoice


@pytest.fixture
def nights(floor: Floor, tmp_path: Path) -> Nights:
    found = Nights(floor, tmp_path)
    found.history()
    return found


def test_a_debtor_that_paid_late_before_makes_the_pool_carry_less_by_exactly_its_reserve(nights: Nights) -> None:
    """X: 800,000 capped at 600,000, foretold above the most of 20 %; Y: 700,000 capped at 600,000, foretold in between.

    Before:  1,200,000 × (80 % − 5 %) = 900,000. After: 600,000 × (80 % − 20 %) + 600,000 × (80 % − what is foretold).
    """
    floor, deal = nights.floor, nights.pools.of_example()
    assert nights.pools.available(deal, DAY) == yuan("900,000.00"), "nothing is foretold yet"
    assert nights.pools.draw(deal, "850,000.00", DAY).deal.book.available == yuan("50,000.00")
    nights.appointed()
    done = nights.night(DAY)
    assert (done.foretold, done.failed) == (3, ())
    found = nights.known(DAY)
    assert min(found["10000001"], found["20000002"]) > 200_000
    assert 50_000 < found["30000003"] < 200_000
    left = yuan("360,000.00").minor + 60 * (800_000 - found["30000003"])  # 600,000 are 60 fen for each millionth
    short_minor = yuan("850,000.00").minor - left
    assert short_minor > 0
    nights.tomorrow()
    standing = nights.pools.standing(deal, DAY + ONE)
    assert standing.available.minor == -short_minor
    assert standing.found.foretold_minor == yuan("900,000.00").minor - left
    assert standing.foretold is not None
    assert standing.foretold.as_of == DAY
    nights.ended(DAY + ONE)
    short = floor.run(SYSTEM, found_deal, deal).deal
    assert (short.state, short.book.shortfall.minor) == ("deficient", short_minor)
    assert short.book.reserve.minor == yuan("960,000.00").minor - left
    with refused("event_not_allowed"):
        nights.pools.draw(deal, "0.01", DAY + ONE)
    floor.bring("seller", "100,000.00")
    paid = short.book.shortfall + yuan("1,000.00")  # interest is paid first
    assert floor.do("seller.maker", deal, "repay", DAY + ONE, amount=paid.amount).deal.state == "drawn"
    rows = floor.run(SYSTEM, deal_events, deal)
    pinned = [json.loads(row.inputs)["asset"]["foretold"]["as_of"] for row in rows[1:]]
    assert pinned == [None, None, None, DAY.isoformat(), DAY.isoformat()]
    assert nights.reproduced(deal) == [True] * 5
    assert nights.breaches() == set()


def test_a_night_that_is_done_again_writes_nothing_and_of_what_is_unchanged_the_next_night_neither(
    nights: Nights,
) -> None:
    nights.pools.of_example()
    version = nights.appointed()
    nights.night(DAY)
    first = nights.rows("SELECT fingerprint, from_day, record FROM credit.lateness ORDER BY 1")
    assert len(first) == 3
    assert nights.night(DAY) is None
    context = Context(nights.floor.tenant, SYSTEM)
    with nights.floor.database.transaction(context) as work:
        assert credit.keep_forecasts(work, [], version.id, on=DAY, snapshot="") is None
    nights.tomorrow()
    assert nights.night(DAY + ONE).foretold == 3
    assert nights.rows("SELECT fingerprint, from_day, record FROM credit.lateness ORDER BY 1") == first
    runs = nights.rows("SELECT as_of, receivables FROM credit.lateness_run ORDER BY 1")
    assert runs == [(DAY, 3), (DAY + ONE, 3)]


def test_no_run_comes_before_one_that_is_there(nights: Nights) -> None:
    nights.pools.of_example()
    version = nights.appointed()
    nights.tomorrow()
    nights.night(DAY + ONE)
    with nights.floor.database.transaction(Context(nights.floor.tenant, SYSTEM)) as work:
        assert credit.keep_forecasts(work, [], version.id, on=DAY, snapshot="") is None
    assert nights.known(DAY) == {}, "what was foretold later was not known then"


def test_without_a_model_or_without_the_term_nothing_is_foretold_and_it_says_so(nights: Nights) -> None:
    deal = nights.pools.of_example()
    assert nights.night(DAY).foretold is None
    standing = nights.pools.standing(deal, DAY)
    assert (standing.available, standing.found.foretold_minor) == (yuan("900,000.00"), 0)
    assert standing.foretold is not None
    assert (standing.foretold.as_of, standing.foretold.model, standing.foretold.late_ppm) == (None, "", {})


def test_what_entered_since_the_last_night_has_no_forecast_and_the_pool_says_so(nights: Nights) -> None:
    deal = nights.pools.of_example()
    nights.appointed()
    nights.night(DAY)
    nights.tomorrow()
    kept = nights.pools.standing(deal, DAY + ONE)
    assert kept.reserve_said is not None
    assert "of the others" not in kept.reserve_said.en
    fresh = nights.pools.invoice("40000004", "buyer", "100,000.00")
    nights.floor.do("seller.maker", deal, "add", DAY + ONE, documents=[str(fresh)])
    standing = nights.pools.standing(deal, DAY + ONE)
    assert standing.late_ppm(str(fresh)) is None
    assert standing.available - kept.available == yuan("75,000.00"), "80 % less the contract's own 5 %"
    said = standing.reserve_said
    assert said is not None
    assert "3 of 4 receivables" in said.en
    assert "of the others there is no forecast" in said.en
    assert said.zh.endswith("其余无预测，按合同准备比例计提。")
    assert nights.reproduced(deal)[-1]


def test_a_pool_whose_contract_does_not_ask_is_not_foretold(floor: Floor, tmp_path: Path) -> None:
    nights = Nights(floor, tmp_path, reserve_most="0")
    nights.history()
    deal = nights.pools.of_example()
    nights.appointed()
    assert nights.night(DAY).foretold == 0
    standing = nights.pools.standing(deal, DAY)
    assert (standing.available, standing.foretold) == (yuan("900,000.00"), None)
    rows = floor.run(SYSTEM, deal_events, deal)
    assert all("foretold" not in row.inputs for row in rows)


def test_a_model_that_is_retired_foretells_nothing_from_then_on_and_what_was_decided_stays(nights: Nights) -> None:
    deal = nights.pools.of_example()
    nights.appointed()
    nights.night(DAY)
    nights.tomorrow()
    nights.ended(DAY + ONE)
    nights.retired()
    nights.tomorrow()
    nights.night(DAY + 2 * ONE)
    assert nights.known(DAY + ONE) != {}
    assert nights.known(DAY + 2 * ONE) == {}
    assert nights.pools.available(deal, DAY + 2 * ONE) == yuan("900,000.00")
    nights.tomorrow()
    nights.ended(DAY + 3 * ONE)
    assert nights.reproduced(deal) == [True] * len(nights.reproduced(deal))
    assert nights.breaches() == set()


def test_what_the_seller_says_itself_lowers_nothing_that_is_kept_back(nights: Nights) -> None:
    """It tells of prompt payments of X, by its own word, and tells its invoice again in other words."""
    deal = nights.pools.of_example()
    mine = str(nights.floor.parties["seller"])
    for back in range(30):
        nights.sold("X", DAY - dt.timedelta(days=70 + 9 * back), late=-20, seller="seller", sender=mine)
    model = nights.learned()
    assert model.trained["receivables"] == 24, "nobody teaches the model alone"
    nights.appointed(model)
    nights.night(DAY)
    before = nights.known(DAY)
    assert before["10000001"] > 200_000
    nights.tomorrow()
    again = invoice(
        "10000001", yuan("500,000.00").minor, seller=nights.pools.identity("seller"), buyer=nights.pools.identity("X"),
        due_on=dt.date(2027, 12, 31),
    )  # fmt: skip
    nights.floor.market.deliver(again, sender=mine)
    nights.night(DAY + ONE)
    after = nights.known(DAY + ONE)
    assert after["10000001"] >= before["10000001"]
    assert nights.pools.standing(deal, DAY + ONE).found.foretold_minor >= yuan("90,000.00").minor


def test_what_is_open_beyond_what_is_tolerated_is_late_for_certain(nights: Nights) -> None:
    nights.pools.of_example()
    model = nights.learned()
    late = nights.pools.documents["20000002"]  # due on 2026-04-01
    on = dt.date(2026, 5, 2)
    with nights.floor.database.reading(Context(nights.floor.tenant, SYSTEM)) as work:
        opened = credit.open_snapshot(take_snapshot(work, nights.home).folder)
    found = {}
    for day in (on - ONE, on):
        for known, own in credit.views_in(opened, [f"tax:{nights.floor.codes['seller']}"], currency="CNY"):
            made = credit.forecasts(model, known, credit.open_on(known, own, day), on=day)
            found[day] = {one.document: one for one in made}[str(late)]
    assert found[on - ONE].late_ppm < 1_000_000
    assert found[on].late_ppm == 1_000_000
    assert credit.forecast_again(found[on].data, model) == found[on]
    changed = found[on].data.replace(b'"overdue":true', b'"overdue":false')
    with refused("forecast_not_reproduced"):
        credit.forecast_again(changed, model)


def test_a_model_judges_only_what_it_was_learned_for(nights: Nights) -> None:
    version = nights.floor.run(SYSTEM, credit.register_model, nights.learned(), metrics={})
    with refused("model_of_another_purpose"):
        nights.floor.run(
            "operator.maker", credit.propose_model, version.id, nights.floor.parties["operator"],
            role=ModelRole.CHAMPION, effective_from=DAY, purpose=credit.FIRM_DEFAULT,
        )  # fmt: skip


def test_a_member_reads_no_forecast(nights: Nights) -> None:
    nights.pools.of_example()
    nights.appointed()
    nights.night(DAY)
    for name in ("seller", "funder", "X"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            nights.floor.house.read(
                nights.floor.parties[name], lambda work: work.execute("SELECT * FROM credit.lateness").fetchall()
            )


def test_a_document_of_which_nobody_knows_has_no_forecast(nights: Nights) -> None:
    unknown = DocumentId.of(SystemIds().new(DocumentId))
    found = nights.floor.run(SYSTEM, credit.forecasts_known, [unknown], on=DAY)
    assert dataclasses.astuple(found) == (None, None, {})
    assert nights.floor.run(SYSTEM, credit.forecast_of, unknown, on=DAY) is None
