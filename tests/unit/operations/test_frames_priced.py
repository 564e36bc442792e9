"""Frames that price from credit, from evaluations of the platform's own to the contract of a deal.

Planted defects: with `on` for `oldest` never compared in `pricing._judged` an old evaluation counts, and
`test_an_evaluation_that_is_too_old_counts_as_none` is red; a contract that is changed in the row of its decision is
found by `test_a_changed_contract_is_found`; with `points` for `confirmed_points` in `pricing._points` the seller's own
telling lowers its price, and `test_the_sellers_own_telling_lowers_nothing` is red.
"""

import datetime as dt
import json
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openscf import credit
from openscf.credit import NewRating, RaterKind
from openscf.financing import (
    CHECKS,
    Priced,
    deal_events,
    found_deal,
    parts_of,
    price_of_deal,
    reproduce,
    worths_of,
)
from openscf.kernel.errors import Refusal
from openscf.kernel.rates import Rate
from openscf.operations import Application, Applied, Quote, accept, apply, finance_many, look_again, quote
from openscf.parties import PartyRole
from openscf.trades import BankLine, BankStatement, DocumentId, Identity, link_parties
from tests.conftest import Server
from tests.unit.financing.floor import DAY, SYSTEM, TERMS, Floor, yuan
from tests.unit.operations.town import PLACE, TODAY, Town

DUE = dt.date(2026, 5, 31)
PRICING = {"base": "3%", "highest": "18%", "margin": "0.8%", "operating_cost": "0.5%"}


def rated(town: Town, name: str, symbol: str) -> None:
    new = NewRating(
        subject=town.floor.parties[name], kind=RaterKind.AGENCY, rater_name="信用评级", scale="international",
        symbol=symbol, rated_on=TODAY, valid_until=TODAY + dt.timedelta(days=300), source="report 1",
    )  # fmt: skip
    town.floor.run(SYSTEM, credit.record_rating, new)


@pytest.fixture
def judged_town(town: Town) -> Town:
    """A weak seller and a strong buyer of eight months, both judged by the platform."""
    town.history(8)
    for name, symbol in (("buyer", "AAA"), ("seller", "B")):
        rated(town, name, symbol)
    town.refreshed()
    return town


def frame(floor: Floor, *, terms: dict[str, Any] | None = None, **pricing: Any) -> Any:
    policy = {"needs_receipt": False, "pricing": {**PRICING, **pricing}, "auto_fund_up_to": "5000000.00"}
    return floor.programme(parties={"funder": "funder"}, policy=policy, terms={**TERMS, **(terms or {})})


def claim(floor: Floor, number: str = "9001", *, confirmed: bool = True) -> DocumentId:
    document = floor.invoice(number)
    if confirmed:
        floor.confirm(document)
    return document


def asked(programme: Any, document: DocumentId) -> Application:
    return Application(programme=programme, document=document, due_on=DUE)


def quoted(floor: Floor, application: Application) -> Quote:
    return floor.run("seller.maker", quote, application, on=DAY, fingerprints=floor.fingerprints)


def applied(floor: Floor, application: Application) -> Applied:
    return floor.run("seller.maker", apply, application, on=DAY, fingerprints=floor.fingerprints)


def priced_of(floor: Floor, deal: Any) -> Priced | None:
    return floor.run(SYSTEM, lambda work: price_of_deal(work, found_deal(work, deal)))


def breaches(floor: Floor) -> set[str]:
    return {one.check for one in floor.run(SYSTEM, lambda work: [b for each in CHECKS for b in each.find(work)])}


def test_the_offer_and_the_decision_are_at_one_rate_that_follows_from_the_evaluations(judged_town: Town) -> None:
    floor = judged_town.floor
    application = asked(frame(floor), claim(floor))
    found = quoted(floor, application)
    assert found.judged.priced is not None
    assert found.offer is not None
    known = found.judged.priced.known
    seller, buyer = (floor.run(SYSTEM, credit.evaluations_of, floor.parties[name])[-1] for name in ("seller", "buyer"))
    assert known.seller is not None
    assert known.buyer is not None
    assert known.relation is not None
    assert (known.seller.evaluation, known.seller.pd_ppb) == (str(seller.id), seller.pd_ppb)
    assert (known.buyer.evaluation, known.buyer.pd_ppb) == (str(buyer.id), buyer.pd_ppb)
    assert (known.relation.tenure_months, known.relation.settled.amount) == (7, "7000000.00")
    assert known.buyer.pd_ppb < found.judged.priced.pd_ppb < known.seller.pd_ppb  # type: ignore[operator]
    done = applied(floor, application)
    assert done.deal.state == "verified"
    assert done.deal.terms.price.rate == found.offer.rate != Rate.bps(720)
    assert done.quote.offer == found.offer
    told = priced_of(floor, done.deal.id)
    assert told == found.judged.priced, "told again from what was kept"
    assert parts_of(told) == parts_of(found.judged.priced)
    assert {one.element for one in worths_of(told)} == {"confirmation", "depth", "tier", "anchor"}


def test_a_priced_deal_is_funded_at_its_rate_and_every_decision_is_made_again(judged_town: Town) -> None:
    floor = judged_town.floor
    floor.limits()
    floor.bring("funder", "2,000,000.00")
    done = applied(floor, asked(frame(floor), claim(floor)))
    offer = done.quote.offer
    assert offer is not None
    taken = floor.run("seller.maker", accept, done.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert taken.deal.state == "funded"
    assert taken.deal.terms.price.rate == offer.rate
    rows = floor.run(SYSTEM, deal_events, done.deal.id)
    assert [row.command for row in rows] == ["open", "verify", "accept", "fund"]
    for row in rows[1:]:
        was, now = floor.run(SYSTEM, reproduce, done.deal.id, row.version)
        assert was == now
    notes = [json.loads(row.inputs)["evidence"]["notes"] for row in rows[1:]]
    assert [list(one) for one in notes] == [["pricing"], [], []], "only the step that sets the rate"
    assert "." not in json.loads(notes[0]["pricing"])["seller"]["evaluation"]


@pytest.mark.parametrize("tables", [("deal",), ("deal_event",), ("deal", "deal_event")])
def test_a_changed_contract_is_found(judged_town: Town, server: Server, tables: tuple[str, ...]) -> None:
    """By a superuser: in the deal, in the row of its decision, or in both alike."""
    floor = judged_town.floor
    done = applied(floor, asked(frame(floor), claim(floor)))
    rate = done.deal.terms.price.rate.as_json()
    assert breaches(floor) == set()
    with psycopg.connect(make_conninfo(server.admin, dbname=floor.database.endpoints.database)) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            changed = connection.execute(
                f"UPDATE financing.{table} SET terms = replace(terms, %s, %s)".encode(),
                [f'"rate":"{rate}"', '"rate":"1/100"'],
            )
            assert changed.rowcount > 0
    was, now = floor.run(SYSTEM, reproduce, done.deal.id, 1)
    assert (was != now) is ("deal_event" in tables)
    found = breaches(floor)
    assert ("contracts_are_what_decisions_left" in found) is (len(tables) == 1)
    assert ("rates_follow_from_what_was_known" in found) is ("deal_event" in tables)


def test_a_later_evaluation_changes_no_decision(judged_town: Town) -> None:
    floor = judged_town.floor
    done = applied(floor, asked(frame(floor), claim(floor)))
    rated(judged_town, "buyer", "CCC")
    judged_town.refreshed()
    was, now = floor.run(SYSTEM, reproduce, done.deal.id, 1)
    assert was == now
    again = quoted(floor, asked(frame(floor), claim(floor, "9002")))
    assert again.offer is not None
    assert again.offer.rate > done.deal.terms.price.rate, "the next one is priced on the news"


def test_without_an_evaluation_the_highest_rate_applies_or_the_deal_waits(town: Town) -> None:
    floor = town.floor
    document = claim(floor)
    lent = quoted(floor, asked(frame(floor), document))
    assert lent.offer is not None
    assert (lent.offer.rate, lent.eligible) == (Rate.bps(1800), True)
    strict = frame(floor, beyond="refuse")
    waiting = applied(floor, asked(strict, document))
    assert waiting.deal.state == "proposed"
    assert [one.code for one in waiting.quote.judged.reasons] == ["seller_credit_unknown"]
    with pytest.raises(Refusal, match="seller_credit_unknown"):
        floor.do(SYSTEM, waiting.deal.id, "verify")
    town.history(3)
    for name, symbol in (("buyer", "AAA"), ("seller", "BB")):
        rated(town, name, symbol)
    town.refreshed()
    again = floor.run(SYSTEM, look_again, waiting.deal.id, on=DAY, fingerprints=floor.fingerprints)
    assert again.deal.state == "verified"
    assert again.quote.offer is not None
    assert again.deal.terms.price.rate == again.quote.offer.rate < Rate.bps(1800)


def test_an_evaluation_that_is_too_old_counts_as_none(judged_town: Town) -> None:
    floor = judged_town.floor
    programme = frame(floor, most_age_days=5)
    document = claim(floor)

    def rate(on: dt.date) -> Rate:
        found = floor.run("seller.maker", quote, asked(programme, document), on=on, fingerprints=floor.fingerprints)
        assert found.offer is not None
        return found.offer.rate

    assert rate(TODAY + dt.timedelta(days=5)) < Rate.bps(1800) == rate(TODAY + dt.timedelta(days=6))


def test_nobody_looks_ahead(judged_town: Town) -> None:
    floor = judged_town.floor
    programme = frame(floor)
    before = TODAY - dt.timedelta(days=1)
    with pytest.raises(Refusal, match="programme_not_active"):
        floor.run("seller.maker", quote, asked(programme, claim(floor)), on=before, fingerprints=floor.fingerprints)
    found = floor.run(SYSTEM, credit.newest_evaluations, [judged_town.seller], before)
    assert found == {}


def test_the_sellers_own_telling_lowers_nothing(judged_town: Town) -> None:
    floor = judged_town.floor
    programme, document = frame(floor), claim(floor)
    before = quoted(floor, asked(programme, document))
    own = str(judged_town.seller)
    judged_town.copied(own)
    for back in range(6):
        number = judged_town.sold(9_000_000, TODAY - dt.timedelta(days=2 + 30 * back), sender=own)
        judged_town.paid(9_000_000, number, TODAY - dt.timedelta(days=1 + 30 * back), sender=own)
    judged_town.refreshed()
    after = quoted(floor, asked(programme, document))
    assert before.offer is not None
    assert after.offer is not None
    assert after.offer.rate >= before.offer.rate


def test_a_claim_in_a_batch_is_priced_as_if_it_came_alone(judged_town: Town) -> None:
    floor = judged_town.floor
    floor.limits("20,000,000.00")
    floor.bring("funder", "20,000,000.00")
    programme = frame(floor)
    documents = [claim(floor, f"90{number:02}", confirmed=number % 3 > 0) for number in range(6)]
    alone = {one: quoted(floor, asked(programme, one)) for one in documents}
    many = [asked(programme, one) for one in documents]
    done = floor.run("seller.maker", finance_many, many, on=DAY, fingerprints=floor.fingerprints)
    assert [one.deal.state for one in done if one.deal is not None] == ["proposed", "funded", "funded"] * 2
    for one in done:
        single = alone[one.document]
        assert one.quote is not None
        assert (one.quote.offer, one.quote.judged.priced) == (single.offer, single.judged.priced)
        if one.deal is not None and one.deal.state == "funded":
            assert single.offer is not None
            assert one.deal.terms.price.rate == single.offer.rate


def test_a_batch_reads_what_its_firms_are_judged_at_once(judged_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: without `gather_judged` each firm is asked for by itself."""
    floor = judged_town.floor
    programme = frame(floor)
    many = [asked(programme, claim(floor, f"90{number:02}")) for number in range(3)]
    read, known = list[int](), credit.newest_evaluations

    def counted(work: Any, subjects: Any, on: dt.date) -> Any:
        read.append(len(subjects))
        return known(work, subjects, on)

    monkeypatch.setattr(credit, "newest_evaluations", counted)
    done = floor.run("seller.maker", finance_many, many, on=DAY, fingerprints=floor.fingerprints, take=False)
    assert [one.deal.state for one in done if one.deal is not None] == ["verified"] * 3
    assert read == [2]


def test_a_frame_that_states_its_rate_decides_as_before(judged_town: Town) -> None:
    floor = judged_town.floor
    programme = floor.programme(parties={"funder": "funder"}, policy={"needs_receipt": False})
    done = applied(floor, asked(programme, claim(floor)))
    assert done.deal.terms.price.rate == Rate.bps(720)
    assert done.quote.judged.priced is None
    assert priced_of(floor, done.deal.id) is None
    row = floor.run(SYSTEM, deal_events, done.deal.id)[-1]
    assert json.loads(row.inputs)["evidence"]["notes"] == {}
    assert json.loads(row.terms) == json.loads(floor.run(SYSTEM, deal_events, done.deal.id)[0].terms)


@pytest.mark.parametrize(
    ("product", "pricing", "code", "field"),
    [
        ("factoring", {"highest": "18%"}, "field_missing", "policy.pricing.base"),
        ("factoring", {**PRICING, "lgd": "120%"}, "field_out_of_range", "policy.pricing.lgd"),
        ("factoring", {**PRICING, "lowest": "20%"}, "field_out_of_range", "policy.pricing.lowest"),
        ("factoring", {**PRICING, "risk_of": "me"}, "field_malformed", "policy.pricing.risk_of"),
        ("factoring", {**PRICING, "margin": 0.008}, "bad_rate", "policy.pricing.margin"),
        ("export_tax_refund", PRICING, "product_states_its_price", "policy.pricing"),
    ],
)
def test_terms_of_pricing_are_read_strictly(
    floor: Floor, product: str, pricing: dict[str, Any], code: str, field: str
) -> None:
    terms = TERMS if product == "factoring" else {"price": {"rate": "7.2%"}, "ratio": "80%"}
    with pytest.raises(Refusal, match=code) as refused:
        floor.programme(product, terms, policy={"pricing": pricing})
    assert refused.value.where is not None
    assert refused.value.where.field == field


def test_a_late_buyer_makes_a_claim_on_it_dearer_by_what_others_say(judged_town: Town) -> None:
    """Planted: with the rows of the seller's own word counted, its statements would make its buyer look prompt."""
    town, floor = judged_town, judged_town.floor
    programme, document = frame(floor), claim(floor)
    before = quoted(floor, asked(programme, document))
    assert before.judged.priced is not None
    rival = floor.join("rival", PartyRole.SUPPLIER)
    town.names["rival"] = Identity("rival有限公司", {"uscc": floor.codes["rival"]})
    floor.run(SYSTEM, link_parties, [f"tax:{floor.codes['rival']}"])
    for back in range(1, 7):
        issued = TODAY - dt.timedelta(days=40 + 30 * back)
        number, named = f"RIV-{back}", {"seller": town.names["rival"], "due_on": issued + dt.timedelta(days=20)}
        town.issued(number, 500_000, issued, buyer="buyer", sender="tax office", **named)
        paid(town, number, issued + dt.timedelta(days=50))
    town.refreshed()
    late = quoted(floor, asked(programme, document))
    assert late.judged.priced is not None
    assert late.offer is not None
    assert late.judged.priced.known.paying is not None
    assert late.judged.priced.known.paying.days > 0
    assert "late_payment" in {one["name"] for one in parts_of(late.judged.priced)}
    own = str(town.seller)
    for back in range(6):
        issued = TODAY - dt.timedelta(days=50 + 30 * back)
        number = town.sold(300_000, issued, sender=own, due_on=issued + dt.timedelta(days=30))
        town.paid(300_000, number, issued + dt.timedelta(days=1), sender=own)
    town.refreshed()
    after = quoted(floor, asked(programme, document))
    assert after.judged.priced is not None
    assert after.judged.priced.known.paying is not None
    assert after.judged.priced.known.paying.days >= late.judged.priced.known.paying.days
    assert str(rival) not in str(after.judged.priced.known)
    done = applied(floor, asked(programme, document))
    assert done.deal.terms.price.rate == priced_rate(floor, done.deal.id)
    was, now = floor.run(SYSTEM, reproduce, done.deal.id, 1)
    assert was == now


def paid(town: Town, number: str, on: dt.date) -> None:
    """The buyer pays the rival, by the rival's bank."""
    line = BankLine(
        on, yuan("500000.00").minor, "CNY", PLACE, value_on=on, remittance=number, counterparty=town.names["buyer"]
    )
    account = Identity("rival有限公司", account="6222000011113333")
    town.floor.market.deliver(BankStatement(account, PLACE, number, "CNY", lines=(line,)), sender="bank")


def priced_rate(floor: Floor, deal: Any) -> Rate:
    found = priced_of(floor, deal)
    assert found is not None
    return found.rate
