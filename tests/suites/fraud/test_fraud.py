"""Frauds of PRODUCTS section 6, attacked through `operations`; the name of a test begins with the control's number.

Attacked elsewhere: exact, normalised and near duplicates under concurrency in `suites/financing`, their rates in
`suites/double_financing/test_look_alikes.py`; red-lettered invoices (6) in `unit/operations/test_day_end.py`;
changed bank accounts (7) in `unit/parties/test_bank_accounts.py`; a payer who is not the debtor (2) in
`unit/settlement/test_statements.py`.
"""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from openscf import operations
from openscf.db import Database, UnitOfWork
from openscf.financing import DealId, LimitKind, ProgrammeId, find_deals, found_deal, request_confirmation
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.operations import Application, Applied, run_day_end
from openscf.parties import PartyRole, PersonRole, appoint, move_kyb
from openscf.trades import DocumentId, DocumentStatus, Identity, request_clearance
from tests.unit.financing.floor import DAY, DUE, SYSTEM, TERMS, Floor, yuan
from tests.unit.parties.house import refused
from tests.unit.trades.market import invoice

pytestmark = pytest.mark.slow
UNDISCLOSED = {**TERMS, "notified": False}
AUTOMATIC = {"needs_receipt": False, "auto_fund_up_to": "10000000.00"}


@pytest.fixture
def rich(database: Database, tenant: TenantId) -> Floor:
    floor = Floor(database, tenant)
    floor.limits("50,000,000.00")
    floor.bring("funder", "50,000,000.00")
    return floor


def frame(floor: Floor, **named: Any) -> ProgrammeId:
    return floor.programme(parties={"funder": "funder"}, policy=AUTOMATIC, **named)


def applied(
    floor: Floor, programme: ProgrammeId, document: DocumentId, *, due_on: dt.date | None = None,
    actor: str = "seller.maker",
) -> Applied:  # fmt: skip
    application = Application(programme=programme, document=document, due_on=due_on)
    return floor.run(actor, operations.apply, application, on=DAY, fingerprints=floor.fingerprints)


def codes(found: Applied) -> list[str]:
    return [reason.code for reason in found.quote.judged.reasons]


def taken(floor: Floor, deal: DealId) -> str:
    return floor.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=floor.fingerprints).deal.state


def sides(floor: Floor) -> dict[str, Identity]:
    return {name: Identity(f"{name}有限公司", {"uscc": floor.codes[name]}) for name in ("seller", "buyer")}


# 1. One invoice financed twice


@pytest.mark.parametrize("written", ["０００１２３４５", " 12345", "1２345", "00012345\u200b"])
def test_1_an_invoice_in_another_writing_is_the_same_invoice(rich: Floor, written: str) -> None:
    programme, document = frame(rich), rich.invoice("00012345")
    rich.confirm(document, due_on=DUE)
    taken(rich, applied(rich, programme, document).deal.id)
    with refused("encumbered"):
        applied(rich, programme, rich.invoice(written))


def test_1_a_look_alike_waits_and_its_seller_cannot_clear_it(rich: Floor) -> None:
    programme, document, other = frame(rich), rich.invoice("10234567"), rich.invoice("10243567")
    for one in (document, other):
        rich.confirm(one, due_on=DUE)
    taken(rich, applied(rich, programme, document).deal.id)
    found = applied(rich, programme, other)
    assert (codes(found), found.deal.state) == (["looks_like_financed"], "proposed")
    for party in ("seller", "buyer"):
        with refused("clears_its_own"):
            rich.run(
                f"{party}.maker", request_clearance, document, other, party=rich.parties[party], reason="two trades"
            )
    cleared = rich.run(
        "funder.maker", request_clearance, document, other, party=rich.parties["funder"], reason="two deliveries seen"
    )
    rich.agreed("funder", cleared)
    again = rich.run(SYSTEM, operations.look_again, found.deal.id, on=DAY, fingerprints=rich.fingerprints)
    assert again.deal.state == "verified"


def test_1_a_claim_without_a_due_date_is_refused_by_name(rich: Floor) -> None:
    with refused("due_date_unknown"):
        applied(rich, frame(rich), rich.invoice())


# 2. Invented receivables


def test_2_a_confirmation_by_somebody_whom_the_debtor_did_not_enrol_is_none(rich: Floor) -> None:
    document = rich.invoice()
    named = {"obligor": rich.parties["buyer"], "face": yuan("1,000,000.00"), "due_on": DUE}
    for forger in ("seller.maker", "funder.maker", "operator.maker"):
        with pytest.raises(Refusal) as caught:
            rich.run(forger, request_confirmation, document, **named)
        assert caught.value.code in ("not_allowed", "party_not_found")
    request = rich.run("buyer.maker", request_confirmation, document, **named)
    for forger in ("buyer.maker", "seller.checker", "funder.checker", "operator.checker"):
        with pytest.raises(Refusal):
            rich.run(forger, operations_approve, request)
    assert codes(applied(rich, frame(rich), document, due_on=DUE)) == ["receivable_not_confirmed"]


def operations_approve(work: UnitOfWork, request: Any) -> None:
    from openscf.parties import approve

    approve(work, request.id, request.payload_sha256)


def test_2_the_sellers_friend_without_the_debtors_administrator_is_nobody(rich: Floor) -> None:
    """Chengxing 2019: somebody inside the buyer who was never enrolled for it stamped the confirmations."""
    document = rich.invoice()
    rich.house.person("friend", rich.parties["buyer"], PersonRole.VIEWER)
    with refused("not_allowed"):
        rich.run(
            "friend", request_confirmation, document, obligor=rich.parties["buyer"], face=yuan("1,000,000.00"),
            due_on=DUE,
        )  # fmt: skip
    with refused("not_allowed"):
        rich.run("seller.maker", appoint, rich.house.people["friend"], rich.parties["buyer"], role=PersonRole.MAKER)


@pytest.mark.parametrize("notified", [True, False])
def test_2_the_tenor_is_not_moved_from_30_days_to_180_without_the_debtor(rich: Floor, notified: bool) -> None:
    stated, moved = DAY + dt.timedelta(days=30), DAY + dt.timedelta(days=180)
    document = rich.market.one(invoice("0001", yuan("1,000,000.00").minor, due_on=stated, **sides(rich)))
    rich.run(SYSTEM, _link, rich)
    programme = frame(rich, terms=TERMS if notified else UNDISCLOSED)
    with refused("due_date_not_of_document"):
        applied(rich, programme, document, due_on=moved)
    rich.confirm(document, due_on=stated)
    with refused("due_date_differs"):
        applied(rich, programme, document, due_on=moved)
    assert applied(rich, programme, document, due_on=stated).deal.state == "verified"


def _link(work: UnitOfWork, floor: Floor) -> None:
    from openscf.trades import link_parties

    link_parties(work, [f"tax:{code}" for code in floor.codes.values()])


def test_2_a_deal_that_says_another_due_date_than_the_debtor_is_not_verified(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    waiting = applied(rich, programme, document, due_on=DAY + dt.timedelta(days=180))
    rich.confirm(document, due_on=DUE)
    with refused("receivable_not_confirmed"):
        rich.do(SYSTEM, waiting.deal.id, "verify")


def test_2_a_due_date_is_not_extended_without_the_debtors_word(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    taken(rich, deal)
    with refused("debtor_must_agree"):
        rich.agree("funder", deal, "extend", due_on="2026-09-01")
    rich.confirm(document, due_on=dt.date(2026, 9, 1))
    rich.agree("funder", deal, "extend", due_on="2026-09-01")


def test_2_applications_that_each_fit_the_debtors_purchases_do_not_exceed_them_together(rich: Floor) -> None:
    """Two undisclosed claims apply before either is funded; what the debtor stands to covers one of them."""
    known = rich.invoice("A100000001")
    rich.confirm(known, due_on=DUE)
    programme = frame(rich, terms=UNDISCLOSED)
    deals = [
        applied(rich, programme, rich.invoice(number), due_on=DUE).deal.id for number in ("B200000001", "C300000001")
    ]
    assert taken(rich, deals[0]) == "funded"
    with refused("beyond_observed_purchases"):
        taken(rich, deals[1])


def test_2_nobody_applies_for_money_on_somebody_elses_claim(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    rich.join("stranger", PartyRole.SUPPLIER)
    for actor in ("stranger.maker", "buyer.maker"):
        with refused("not_your_claim"):
            applied(rich, programme, document, actor=actor)
    assert rich.run(SYSTEM, find_deals) == []


def test_2_a_debtor_whose_verification_has_lapsed_is_named_to_whoever_asks(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    buyer = rich.run(SYSTEM, _party, rich)
    rich.run("operator.checker", move_kyb, buyer.id, "suspend", reason="register entry gone", version=buyer.version)
    assert codes(applied(rich, programme, document)) == ["party_not_verified"]


def _party(work: UnitOfWork, floor: Floor) -> Any:
    from openscf.parties import find_party

    return find_party(work, floor.parties["buyer"])


# 3. Future receivables, concentration by group, lapsed cover


def test_3_a_claim_without_an_acknowledged_debtor_is_no_claim(rich: Floor) -> None:
    """Greensill 2021: money on sales that had not happened to debtors who had not been asked."""
    future = invoice("0001", yuan("1,000,000.00").minor, seller=sides(rich)["seller"], buyer=Identity("未来客户", {}))
    document = rich.market.one(future)
    rich.run(SYSTEM, _link, rich)
    with refused("document_party_unknown"):
        applied(rich, frame(rich), document, due_on=DUE)


def test_3_debtors_of_one_group_share_its_limit(rich: Floor) -> None:
    from openscf.parties import record_ownership

    holding = rich.join("holding", PartyRole.ANCHOR)
    sister = rich.join("sister", PartyRole.ANCHOR)
    for owned in (rich.parties["buyer"], sister):
        rich.run(
            SYSTEM, record_ownership, holding, owned, share_bps=10_000, controls=True, valid_from=dt.date(2020, 1, 1),
            source="register",
        )  # fmt: skip
    rich.limit(LimitKind.GROUP, "1,000,000.00", party=holding)
    rich.limit(LimitKind.COUNTERPARTY, "50,000,000.00", party=sister)
    programme, first = frame(rich), rich.invoice("A100000001")
    rich.confirm(first, due_on=DUE)
    assert taken(rich, applied(rich, programme, first).deal.id) == "funded"
    said = sides(rich) | {"buyer": Identity("sister有限公司", {"uscc": rich.codes["sister"]})}
    second = rich.market.one(invoice("B200000001", yuan("1,000,000.00").minor, **said))
    rich.run(SYSTEM, _link, rich)
    named = {"obligor": sister, "face": yuan("1,000,000.00"), "due_on": DUE}
    rich.agreed("sister", rich.run("sister.maker", request_confirmation, second, **named))
    deal = applied(rich, programme, second).deal.id
    with pytest.raises(Refusal) as caught:
        taken(rich, deal)
    assert (caught.value.code, caught.value.params["kind"]) == ("limit_exceeded", "group")


def test_3_a_lapsed_limit_is_not_drawn_on_even_if_it_was_reserved_in_time(rich: Floor) -> None:
    rich.limit(LimitKind.FUNDER, "50,000,000.00", valid_until=DAY)
    programme, document = rich.programme(parties={"funder": "funder"}), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    assert taken(rich, deal) == "accepted"
    with refused("limit_expired"):
        rich.agree("funder", deal, "fund", DAY + dt.timedelta(days=1))
    assert rich.run(SYSTEM, found_deal, deal).deal.state == "accepted"


def test_3_a_frame_that_was_suspended_funds_nothing_by_rule(rich: Floor) -> None:
    from openscf.financing import request_programme_change

    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    rich.agreed("funder", rich.run("funder.maker", request_programme_change, programme, "suspend"))
    assert taken(rich, deal) == "accepted", "two persons of the funder look at it now"


# 6. An invoice voided or red-lettered after funding


def test_6_an_invoice_voided_between_offer_and_acceptance_is_not_paid_for(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    rich.market.deliver(invoice("0001", yuan("1,000,000.00").minor, status=DocumentStatus.VOID, **sides(rich)))
    with refused("document_void"):
        taken(rich, deal)
    assert rich.cash("seller").minor == 0


def test_6_an_invoice_voided_after_funding_is_asked_back_at_the_end_of_the_day(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    taken(rich, deal)
    rich.market.deliver(invoice("0001", yuan("1,000,000.00").minor, status=DocumentStatus.VOID, **sides(rich)))
    done = run_day_end(rich.database, rich.context(), DAY + dt.timedelta(days=1), fingerprints=rich.fingerprints)
    assert done.diluted == 1
    assert rich.run(SYSTEM, found_deal, deal).deal.book.demand == yuan("800,000.00")


# 7. Redirected payment


def test_7_what_the_debtor_pays_arrives_where_only_the_deal_disposes_of_it(rich: Floor) -> None:
    from openscf.financing import escrow_of

    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    taken(rich, deal)
    kept = rich.run(SYSTEM, found_deal, deal)
    escrow = escrow_of(kept.deal)
    assert escrow is not None
    assert escrow.owner == rich.parties["funder"], "the collection account is the funder's"
    rich.pay_in(deal, "1,000,000.00")
    for actor in ("seller.maker", "buyer.maker"):
        with refused("step_not_allowed"):
            rich.do(actor, deal, "collect", DUE, amount="1000000.00")


# 8. Valuation by the applicant


def test_8_an_application_has_no_place_for_a_value() -> None:
    assert {field.name for field in dataclasses.fields(Application)} == {"programme", "document", "funder", "due_on"}


def test_8_the_face_of_a_deal_is_what_register_and_debtor_say_whatever_was_proposed(rich: Floor) -> None:
    programme, document = frame(rich), rich.invoice()
    rich.confirm(document, due_on=DUE)
    deal = applied(rich, programme, document).deal.id
    assert rich.run(SYSTEM, found_deal, deal).deal.book.face == yuan("1,000,000.00")
    puffed = rich.open(programme, document, proposal={"face": "9000000.00", "due_on": DUE.isoformat()})
    with refused("receivable_not_confirmed"):
        rich.do(SYSTEM, puffed, "verify")
