"""Roads round the checks of a deal: each is closed where the thing happens, whoever knocks.

Planted: without the guard on liens, a lien leaves its deal.
"""

import datetime as dt

import pytest

from openscf.financing import deal_events, found_deal, open_deal, request_confirmation, request_limit, request_step
from openscf.financing.limits import rules
from openscf.financing.limits.model import LimitKind, NewLimit
from openscf.financing.service.deals import NewDeal
from openscf.kernel.errors import Refusal
from openscf.parties import PartyRole
from openscf.trades import LIEN_GUARDS, assign_lien
from tests.unit.financing.floor import DAY, DUE, SYSTEM, TERMS, Floor, yuan
from tests.unit.parties.house import refused

LATER = dt.date(2026, 7, 30)


def test_a_lien_does_not_leave_an_open_deal_for_another_funder(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = floor.funded()
    rival, lien = floor.join("rival", PartyRole.FUNDER), floor.run(SYSTEM, found_deal, deal).lien
    given = {"holder": floor.parties["funder"], "to": rival, "deal": "deal_of_the_rival"}
    with refused("lien_secures_deal"):
        floor.run(SYSTEM, assign_lien, lien, **given)
    monkeypatch.setattr("openscf.trades.service.liens.GUARDS", [])
    assert floor.run(SYSTEM, assign_lien, lien, **given).holder == rival, "planted: the deal's funder is another"
    assert LIEN_GUARDS, "financing keeps its liens"


def test_an_approval_that_comes_late_pays_on_its_own_day(floor: Floor) -> None:
    programme, document = floor.ready()
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    request = floor.run("funder.maker", request_step, deal, "fund", on=DAY)
    floor.clock.advance(dt.timedelta(days=2))
    floor.agreed("funder", request)
    (funded,) = [one for one in floor.run(SYSTEM, deal_events, deal) if one.event == "fund"]
    assert funded.value_on == DAY + dt.timedelta(days=2)


def test_an_approval_on_the_due_day_pays_nothing(floor: Floor) -> None:
    floor.limits()
    floor.bring("funder", "10,000,000.00")
    programme, document, soon = floor.programme(), floor.invoice(), DAY + dt.timedelta(days=2)
    floor.confirm(document, due_on=soon)
    deal = floor.open(programme, document, proposal={"due_on": soon.isoformat()})
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    request = floor.run("funder.maker", request_step, deal, "fund", on=DAY)
    floor.clock.advance(dt.timedelta(days=2))
    with pytest.raises(Refusal):
        floor.agreed("funder", request)
    assert floor.cash("seller") == yuan("0.00")


def undisclosed(floor: Floor) -> tuple[object, object]:
    floor.limits()
    floor.bring("funder", "10,000,000.00")
    programme = floor.programme(terms={**TERMS, "notified": False})
    return programme, floor.invoice()


def test_an_undisclosed_deal_is_extended_by_nobody_but_its_debtor(floor: Floor) -> None:
    programme, document = undisclosed(floor)
    floor.confirm(document)
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    floor.do("seller.maker", deal, "accept")
    floor.agree("funder", deal, "fund")
    with refused("debtor_must_agree"):
        floor.agree("funder", deal, "extend", due_on=LATER.isoformat())
    word = {"obligor": floor.parties["buyer"], "face": yuan("1,000,000.00"), "due_on": LATER}
    floor.agreed("buyer", floor.run("buyer.maker", request_confirmation, document, **word))
    floor.agree("funder", deal, "extend", due_on=LATER.isoformat())
    assert floor.run(SYSTEM, found_deal, deal).deal.book.due_on == LATER


def test_a_deal_is_opened_by_the_people_whose_claim_it_is(floor: Floor) -> None:
    programme, document = floor.ready()
    stranger = floor.join("stranger", PartyRole.SUPPLIER)
    with refused("not_your_claim"):
        floor.open(programme, document, actor="stranger.maker")
    with refused("not_your_claim"):
        floor.open(programme, document, actor="buyer.maker")
    with refused("not_your_claim"):
        floor.open(programme, document, actor="seller.checker")
    for actor in ("seller.maker", "funder.maker"):
        floor.open(programme, document, actor=actor)
    roles = {"client": stranger, "obligor": floor.parties["buyer"], "funder": floor.parties["funder"]}
    proposal = {"number": "0001", "face": "1000000.00", "due_on": DUE.isoformat()}
    mine = NewDeal(programme=programme, parties=roles, proposal=proposal)
    floor.run("stranger.maker", open_deal, mine, on=DAY)


def test_volume_is_judged_whichever_way_an_offer_is_taken(floor: Floor) -> None:
    programme, document = undisclosed(floor)
    deal = floor.open(programme, document)
    floor.do(SYSTEM, deal, "verify")
    with refused("beyond_observed_purchases"):
        floor.do("seller.maker", deal, "accept")


@pytest.mark.parametrize("kind", list(LimitKind))
def test_a_level_of_the_limits_is_named_in_the_language_of_the_sentence(kind: LimitKind) -> None:
    said = rules.LIMIT_EXCEEDED(**rules.named(kind), name="某公司", available="1.00", asked="2.00")
    assert kind.value in said.sentence("en")
    assert kind.value not in said.sentence("zh")
    assert f"{rules.KINDS_ZH[kind]}额度" in said.sentence("zh")


def test_who_asks_for_a_limit_that_is_not_his_is_told_so_in_chinese(floor: Floor) -> None:
    new = NewLimit(kind=LimitKind.PLATFORM, owner=floor.parties["funder"], amount=yuan("1.00"))
    with refused("limit_not_yours") as caught:
        floor.run("funder.maker", request_limit, new)
    assert "platform" not in caught.value.sentence("zh")
