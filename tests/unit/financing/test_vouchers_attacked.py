"""Vouchers attacked on a real database, as PRODUCTS section 6 asks, and who may do what with them."""

import datetime as dt
from typing import Any

import pytest

from openscf import financing, parties
from openscf.db import Context
from openscf.financing import NewDeal
from openscf.financing import vouchers as desk
from openscf.financing.vouchers import NewDiscount
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.rates import Rate
from openscf.operations.verification import verify_tenant
from openscf.parties import PersonRole
from tests.unit.financing.vouchers_house import DAY, DUE, START, Chain, yuan
from tests.unit.parties.house import refused


def state_of(chain: Chain, piece: Any) -> str:
    return str(chain.act("system", desk.found_piece, piece)[1].deal.state)


def test_fraud_a_forged_acceptance_binds_nobody(chain: Chain) -> None:
    """The friend inside the operator's house may be a second pair of eyes elsewhere; he can't seal a promise to pay."""
    voucher, request = chain.issued()
    with refused("acceptance_not_own"):
        chain.approve("O checker", request)
    for stranger in ("T1 checker", "F checker"):
        with refused("approval_not_found"):
            chain.approve(stranger, request)
    with refused("approval_by_maker"):
        chain.approve("C maker", request)
    assert chain.state(voucher) == "issued"
    chain.approve("C checker", request)
    assert chain.state(voucher) == "offered"


def test_fraud_the_acceptor_consents_by_its_own_people(chain: Chain) -> None:
    voucher, request = chain.issued(obligor=chain.parties["P"])
    chain.approve("C checker", request)
    assert chain.state(voucher) == "sealed"
    with refused("not_allowed|party_not_found"):
        chain.act("C maker", desk.request_consent, voucher)
    consent = chain.act("P maker", desk.request_consent, voucher)
    for stranger in ("C checker", "O checker"):
        with pytest.raises(Refusal, match=r"^(approval_not_found|acceptance_not_own):"):
            chain.approve(stranger, consent)
    assert chain.state(voucher) == "sealed"
    chain.approve("P checker", consent)
    assert chain.state(voucher) == "offered"


def test_a_dismissed_checker_seals_nothing(chain: Chain) -> None:
    voucher, request = chain.issued()
    held = chain.act("system", parties.appointments_in, chain.parties["C"])
    for one in held:
        if one.role is PersonRole.CHECKER:
            chain.act("system", parties.dismiss, one.id)
    with pytest.raises(Refusal, match=r"^(approval_not_found|not_allowed|party_not_found):"):
        chain.approve("C checker", request)
    assert chain.state(voucher) == "issued"


def test_nobody_issues_for_another(chain: Chain) -> None:
    document = chain.invoice("T1", "C", "1,000,000.00")
    for who in ("T1 maker", "B maker", "C checker", "O checker"):
        with refused("step_not_allowed"):
            chain.act(
                who, desk.issue, chain.new("1,000,000.00", document), on=START,
                fingerprints=chain.market.desk.fingerprints,
            )  # fmt: skip


def test_a_rejected_seal_cancels_the_draft_and_frees_the_invoice(chain: Chain) -> None:
    document = chain.invoice("T1", "C", "3,000,000.00")
    voucher, request = chain.issued(document=document)
    with refused("pledge_exceeds_face|already_encumbered"):
        chain.issued(document=document)
    chain.act("C checker", parties.reject, request.id, request.payload_sha256, reason="not ours")
    assert chain.state(voucher) == "cancelled"
    chain.issued(document=document)


def test_fraud_an_invoice_that_backs_a_voucher_can_not_be_financed_elsewhere(chain: Chain) -> None:
    document = chain.invoice("T1", "C", "3,000,000.00")
    chain.issued(document=document)
    with refused("already_encumbered|pledge_exceeds_face"):
        chain.market.take(document, chain.parties["F"])


def test_fraud_a_transfer_against_a_used_invoice_is_refused_and_a_part_of_it_is_not(chain: Chain) -> None:
    _, t1 = chain.live()
    document = chain.invoice("T2", "T1", "500,000.00")
    chain.locked(t1, "T1", "T2", amount="300,000.00", document=document)
    with refused("pledge_exceeds_face"):
        chain.locked(t1, "T1", "T2", amount="200,000.01", document=document)
    _, second = chain.locked(t1, "T1", "T2", amount="200,000.00", document=document)
    chain.act("T1 checker", parties.reject, second.id, second.payload_sha256, reason="wrong amount")
    chain.locked(t1, "T1", "T2", amount="200,000.00", document=document)


def test_fraud_an_invoice_of_others_or_another_document_backs_nothing(chain: Chain) -> None:
    _, t1 = chain.live()
    for document in (
        chain.invoice("T3", "T1", "500,000.00"),
        chain.invoice("T2", "C", "500,000.00"),
        chain.invoice("T2", "T1", "500,000.00", currency="USD"),
    ):
        with refused("trade_document_unfit"):
            chain.locked(t1, "T1", "T2", amount="100,000.00", document=document)


def test_fraud_the_issuers_group_gets_none_of_it_back(chain: Chain) -> None:
    chain.act(
        "system", parties.record_ownership, chain.parties["C"], chain.parties["T3"], share_bps=6_000, controls=True,
        valid_from=START, source="工商登记",
    )  # fmt: skip
    with refused("issuer_is_payee"):
        chain.issued(payee="T3")
    _, t1 = chain.live()
    t2 = chain.passed(t1, "T1", "T2", amount="1,000,000.00")
    for back in ("C", "T1", "T3"):
        with refused("circular_transfer"):
            chain.locked(t2, "T2", back, amount="100,000.00")


def test_fraud_a_frozen_piece_is_neither_financed_nor_passed_on(chain: Chain) -> None:
    voucher, t1 = chain.live()
    asked = chain.asked(t1, "T1", "F", amount="500,000.00")
    funding = chain.act("F maker", desk.request_funding, asked, on=START)
    chain.act("system", desk.lapse, voucher, on=DUE + DAY)
    assert state_of(chain, t1) == "frozen"
    assert state_of(chain, asked) == "lapsed"
    with refused("voucher_moved_on|state_is_final"):
        chain.approve("F checker", funding)
    with refused("event_not_allowed"):
        chain.asked(t1, "T1", "F", amount="500,000.00")
    with refused("event_not_allowed"):
        chain.locked(t1, "T1", "T2", amount="500,000.00")
    chain.act("system", desk.redeem, voucher, yuan("3,000,000.00"), on=DUE + 9 * DAY)
    assert chain.cash("T1") == "3,000,000.00"


def test_fraud_cancelling_after_acceptance_is_refused(chain: Chain) -> None:
    voucher, _ = chain.live()
    with refused("event_not_allowed"):
        chain.act("C maker", desk.cancel, voucher, on=START)
    early = chain.offered("1,000,000.00")
    with refused("step_not_allowed"):
        chain.act("T1 maker", desk.cancel, early, on=START)
    chain.act("C maker", desk.cancel, early, on=START)
    with refused("state_is_final"):
        chain.act("T1 maker", desk.accept, early, on=START)


def test_only_whoever_is_offered_a_piece_takes_it_and_only_the_giver_withdraws_it(chain: Chain) -> None:
    _, t1 = chain.live()
    child, request = chain.locked(t1, "T1", "T2", amount="500,000.00")
    with refused("event_not_allowed"):
        chain.act("T2 maker", desk.accept_piece, child, on=START)
    chain.approve("T1 checker", request)
    for who in ("T1 maker", "T3 maker", "C maker", "T2 checker"):
        with refused("step_not_allowed"):
            chain.act(who, desk.accept_piece, child, on=START)
    with refused("step_not_allowed"):
        chain.act("T2 maker", desk.withdraw_piece, child, on=START)
    with refused("step_not_allowed"):
        chain.act("system", desk.accept_piece, child, on=START)
    chain.act("T2 maker", desk.accept_piece, child, on=START)
    for who in ("T1 maker", "T3 maker"):
        with refused("step_not_allowed"):
            chain.locked_by(who, child, "T3", "100,000.00")


def test_the_payees_own_piece_comes_and_goes_with_the_voucher(chain: Chain) -> None:
    voucher = chain.offered()
    root = chain.pieces(voucher)[0].piece.id
    with refused("piece_is_root"):
        chain.act("T1 maker", desk.accept_piece, root, on=START)
    with refused("step_not_allowed"):
        chain.act("T2 maker", desk.refuse, voucher, on=START)
    chain.act("T1 maker", desk.refuse, voucher, on=START)
    assert (chain.state(voucher), state_of(chain, root)) == ("refused", "refused")


def test_money_leaves_a_funder_only_by_two_of_its_people_and_only_a_funder_buys(chain: Chain) -> None:
    _, t1 = chain.live()
    child = chain.asked(t1, "T1", "F", amount="500,000.00")
    for who in ("T1 maker", "G maker"):
        with refused("step_not_allowed"):
            chain.act(who, desk.request_funding, child, on=START)
    request = chain.act("F maker", desk.request_funding, child, on=START)
    with refused("approval_by_maker"):
        chain.approve("F maker", request)
    assert chain.cash("T1") == "0.00"
    chain.approve("F checker", request)
    assert chain.cash("T1") == "490,562.50"  # 500,000 less 4.5 % for 151 days: 9,437.50
    with refused("not_a_funder"):
        chain.act("T2 maker", desk.request_funding, chain.asked(t1, "T1", "T2", amount="500,000.00"), on=START)


def test_a_limit_speaks_for_itself(chain: Chain) -> None:
    chain.limit("B", "C", "1,000,000.00")
    voucher, request = chain.issued("1,000,000.01")
    with refused("limit_exceeded"):
        chain.approve("C checker", request)
    assert chain.state(voucher) == "issued"
    _, t1 = chain.live("1,000,000.00")
    chain.limit("F", "C", "99,999.99")
    child = chain.asked(t1, "T1", "F", amount="100,000.00")
    request = chain.act("F maker", desk.request_funding, child, on=START)
    with refused("limit_exceeded"):
        chain.approve("F checker", request)
    assert (chain.cash("T1"), state_of(chain, child)) == ("0.00", "offered")


def test_at_maturity_the_obligor_or_the_days_job_pays_and_nobody_else(chain: Chain) -> None:
    voucher, _ = chain.live()
    for who in ("T1 maker", "F maker", "C checker"):
        with refused("step_not_allowed"):
            chain.act(who, desk.redeem, voucher, yuan("1.00"), on=DUE)
    with refused("step_not_allowed"):
        chain.act("T1 maker", desk.pay_in, voucher, yuan("1.00"), on=START)
    chain.act("C maker", desk.pay_in, voucher, yuan("1,000,000.00"), on=START)
    assert chain.cash("C") == "9,000,000.00"
    chain.act("C maker", desk.redeem, voucher, yuan("3,000,000.00"), on=DUE)
    assert (chain.cash("C"), chain.cash("T1")) == ("7,000,000.00", "3,000,000.00")
    assert verify_tenant(chain.database, chain.tenant).breaches == ()


def test_a_member_sees_the_pieces_that_it_holds_or_gave_and_not_its_neighbours_neighbours(chain: Chain) -> None:
    voucher, t1 = chain.live()
    t2 = chain.passed(t1, "T1", "T2", amount="1,000,000.00")
    t3 = chain.passed(t2, "T2", "T3", amount="400,000.00")
    seen = {name: _seen_by(chain, chain.parties[name]) for name in ("T1", "T2", "T3", "F")}
    assert seen["T1"] == ({voucher}, {t1, t2})
    assert seen["T2"] == ({voucher}, {t2, t3})
    assert seen["T3"] == ({voucher}, {t3})
    assert seen["F"] == (set(), set())
    assert chain.act("system", desk.find_vouchers, party=chain.parties["F"]) == []
    assert [one.id for one in chain.act("system", desk.find_vouchers, party=chain.parties["T3"])] == [voucher]


def _seen_by(chain: Chain, member: PartyId) -> tuple[set[Any], set[Any]]:
    context = Context(chain.tenant, "system:test", member=member)

    def look(work: Any) -> tuple[set[Any], set[Any]]:
        vouchers = {row[0] for row in work.execute("SELECT id FROM financing.voucher").fetchall()}
        return vouchers, {row[0] for row in work.execute("SELECT id FROM financing.voucher_piece").fetchall()}

    return chain.database.run(context, look)


def test_what_happened_is_kept_with_its_inputs(chain: Chain) -> None:
    voucher, t1 = chain.live()
    chain.funded(chain.passed(t1, "T1", "T2", amount="500,000.00"), "T2", "F", amount="200,000.00")
    chain.act("system", desk.redeem, voucher, yuan("3,000,000.00"), on=DUE)
    events = chain.act("system", desk.voucher_events, voucher)
    told = [one.event for one in events]
    for event in ("issue", "seal_own", "lock", "offer", "accept", "give_part", "fund", "draw", "redeem_all"):
        assert event in told, event
    assert all(one.inputs.startswith("{") and one.outcome.startswith("{") for one in events)
    funded = next(one for one in events if one.event == "fund")
    assert '"own_limit":true' in funded.inputs
    assert "3775.00" in funded.outcome  # 200,000 at 4.5 % for 151 days


def test_a_frame_for_vouchers_opens_no_deals_and_a_frame_for_deals_issues_no_vouchers(chain: Chain) -> None:
    assert chain.programme is not None
    new = NewDeal(
        programme=chain.programme, parties={"issuer": chain.parties["C"], "obligor": chain.parties["C"],
        "payee": chain.parties["T1"], "grantor": chain.parties["B"]},
        proposal={"number": "1", "face": "1.00", "due_on": "2026-07-31"},
    )  # fmt: skip
    with refused("claim_is_issued"):
        chain.act("system", financing.open_deal, new, on=START)
    factoring = financing.NewProgramme(
        product="factoring", name="保理框架", owner=chain.parties["B"], currency=yuan("1").currency, calendar="CN-IB",
        parties={}, terms={"price": {"rate": "6%"}, "advance_rate": "80%"}, policy={}, valid_from=START,
    )  # fmt: skip
    programme, request = chain.act("B maker", financing.propose_programme, factoring)
    chain.approve("B checker", request)
    chain.programme = programme.id
    with refused("not_a_claim"):
        chain.issued()


def test_absent_and_foreign_things_are_refused_alike(chain: Chain) -> None:
    ids = chain.database.ids
    with refused("voucher_not_found"):
        chain.act("C maker", desk.redeem, ids.new(financing.VoucherId), yuan("1.00"), on=DUE)
    with refused("piece_not_found"):
        chain.act("T1 maker", desk.accept_piece, ids.new(financing.PieceId), on=START)
    new = NewDiscount(funder=chain.parties["F"], amount=yuan("1.00"), rate=Rate.percent("4.5"))
    with refused("piece_not_found"):
        chain.act("T1 maker", desk.finance, ids.new(financing.PieceId), new, on=START)


def test_a_voucher_that_is_not_accepted_by_its_due_day_is_cancelled_by_the_days_job(chain: Chain) -> None:
    voucher = chain.offered()
    with refused("voucher_already_due"):
        chain.act("T1 maker", desk.accept, voucher, on=DUE)
    chain.act("system", desk.cancel, voucher, on=DUE + dt.timedelta(days=1))
    assert chain.state(voucher) == "cancelled"
