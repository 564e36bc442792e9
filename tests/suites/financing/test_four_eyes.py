"""One person in disguise, at every door of financing that needs two: steps, limits, frames, confirmations.

Whatever he tries, nothing happens: the rows that an effect would write are counted before and after. Planted: an effect
that trusts whoever asked.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from openscf import operations
from openscf.db import Database
from openscf.financing import (
    DealId,
    LimitKind,
    NewLimit,
    NewProgramme,
    propose_programme,
    request_confirmation,
    request_limit,
    request_programme_change,
    request_step,
)
from openscf.financing.service import permitting
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId
from openscf.kernel.money import CNY
from openscf.operations import Application
from openscf.parties import (
    ApprovalRequest,
    PersonalKind,
    PersonRole,
    add_login,
    appoint,
    approve,
    edit_request,
    request_approval,
    revoke_person,
)
from tests.suites.financing.crowd import BY_HAND, Crowd
from tests.unit.financing.floor import DAY, DUE, SYSTEM, TERMS, yuan
from tests.unit.parties.house import clear, refused

EFFECTS = """SELECT (SELECT count(*) FROM financing.deal_event), (SELECT count(*) FROM financing.confirmation),
             (SELECT count(*) FROM financing.limit_node),
             (SELECT coalesce(sum(amount_minor), 0)::bigint FROM financing.limit_node),
             (SELECT count(*) FROM financing.programme WHERE state = 'active'),
             (SELECT count(*) FROM ledger.transfer), (SELECT count(*) FROM trades.lien)"""


@dataclass
class Stage:
    """A deal that waits for money, and a request of each kind by its maker."""

    crowd: Crowd
    deal: DealId

    def effects(self) -> list[tuple[Any, ...]]:
        return self.crowd.rows(EFFECTS)

    def fund(self) -> ApprovalRequest:
        return self.crowd.run("funder.maker", request_step, self.deal, "fund", on=DAY)

    def limit(self) -> ApprovalRequest:
        new = NewLimit(kind=LimitKind.FUNDER, owner=self.crowd.parties["funder"], amount=yuan("9,999,999.00"))
        return self.crowd.run("funder.maker", request_limit, new)

    def frame(self) -> ApprovalRequest:
        new = NewProgramme(
            product="factoring", name="another", owner=self.crowd.parties["funder"], currency=CNY, calendar="CN-IB",
            parties={}, terms=TERMS, policy=BY_HAND, valid_from=DAY,
        )  # fmt: skip
        return self.crowd.run("funder.maker", propose_programme, new)[1]

    def suspension(self) -> ApprovalRequest:
        return self.crowd.run("funder.maker", request_programme_change, self.crowd.frames["funder"], "suspend")

    def confirmation(self) -> ApprovalRequest:
        document = self.crowd.invoice("B200000001", "500.00")
        return self.crowd.run(
            "buyer.maker", request_confirmation, document, obligor=self.crowd.parties["buyer"], face=yuan("500.00"),
            due_on=DUE,
        )  # fmt: skip


KINDS: dict[str, tuple[str, Callable[[Stage], ApprovalRequest]]] = {
    "a step": ("funder", Stage.fund), "a limit": ("funder", Stage.limit), "a frame": ("funder", Stage.frame),
    "its suspension": ("funder", Stage.suspension), "a confirmation": ("buyer", Stage.confirmation),
}  # fmt: skip


@pytest.fixture
def stage(database: Database, tenant: TenantId) -> Stage:
    crowd = Crowd(database, tenant, 1)
    crowd.limits()
    crowd.bring("funder", "1,000,000.00")
    crowd.frames["funder"] = crowd.frame("funder", BY_HAND)
    document = crowd.receivable("A100000001", "1,000.00")
    application = Application(programme=crowd.frames["funder"], document=document)
    deal = crowd.run("seller.maker", operations.apply, application, on=DAY, fingerprints=crowd.fingerprints).deal.id
    crowd.run("seller.maker", operations.accept, deal, on=DAY, fingerprints=crowd.fingerprints)
    return Stage(crowd, deal)


def judged(stage: Stage, actor: str, request: ApprovalRequest, sha256: bytes | None = None) -> str:
    """The code with which somebody's approval is refused; empty if it counts."""
    try:
        stage.crowd.run(actor, approve, request.id, sha256 or request.payload_sha256)
    except Refusal as refused_:
        return refused_.code
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_one_person_stays_one_person_in_whatever_disguise(stage: Stage, kind: str) -> None:
    owner, ask = KINDS[kind]
    crowd, maker = stage.crowd, stage.crowd.house.people[f"{owner}.maker"]
    crowd.run(SYSTEM, appoint, maker, crowd.parties[owner], role=PersonRole.CHECKER)
    login = crowd.run(
        SYSTEM, add_login, maker, clear(PersonalKind.LOGIN, "second.account"),
        password=clear(PersonalKind.SECRET, "a long enough phrase"), vault=crowd.house.vault,
    )  # fmt: skip
    request = ask(stage)
    before = stage.effects()
    assert judged(stage, f"{owner}.maker", request) == "approval_by_maker"
    assert judged(stage, str(login.id), request) == "approval_by_maker", "a second account is the same person"
    assert judged(stage, SYSTEM, request) == "not_a_person"
    if kind == "a confirmation":  # elsewhere the house may be the second pair of eyes of an enterprise of one person
        assert judged(stage, "operator.checker", request) == "not_the_debtors_word"
    assert judged(stage, "seller.checker", request) in ("approval_not_found", "not_allowed")
    assert judged(stage, f"{owner}.checker", request, b"\0" * 32) == "approval_payload_changed"
    with refused("approval_not_editable"):
        crowd.run(f"{owner}.maker", edit_request, request.id, payload={**request.payload, "amount": "CNY 1.00"})
    crowd.run(SYSTEM, revoke_person, crowd.house.people[f"{owner}.checker"], reason="left")
    assert judged(stage, f"{owner}.checker", request) in ("person_revoked", "approval_not_found")
    assert stage.effects() == before


@pytest.mark.slow
def test_two_checkers_who_approve_at_once_bring_about_one_effect(stage: Stage) -> None:
    crowd = stage.crowd
    crowd.house.person("funder.second", crowd.parties["funder"], PersonRole.CHECKER)
    request = stage.fund()
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(lambda one: judged(stage, one, request), ["funder.checker", "funder.second"]))
    assert codes == ["", "state_is_final"]
    assert crowd.cash("seller") == yuan("795.00")


@pytest.mark.slow
def test_requests_for_one_version_have_one_effect(stage: Stage) -> None:
    first, second = stage.fund(), stage.fund()
    assert judged(stage, "funder.checker", first) == ""
    assert judged(stage, "funder.checker", second) == "deal_moved_on"
    assert stage.crowd.cash("seller") == yuan("795.00")


@pytest.mark.slow
def test_two_people_of_the_seller_cannot_do_what_is_the_funders(stage: Stage) -> None:
    """Four eyes of the wrong enterprise: whatever door lets them ask, the effect looks whose it is."""
    before = stage.effects()
    for request in forged(stage):
        code = judged(stage, "seller.checker", request)
        assert code in ("step_not_allowed", "limit_not_yours", "programme_not_found", "not_the_debtor"), code
    assert stage.effects() == before


def forged(stage: Stage) -> Iterator[ApprovalRequest]:
    """Requests of the seller's own, each with the payload of somebody else's."""
    for kind, (_, ask) in KINDS.items():
        honest = ask(stage)
        if kind == "a frame":
            continue  # proposing it is the effect counted above, and its approval is the suspension's case
        yield stage.crowd.run(
            "seller.maker", request_approval, honest.kind, stage.crowd.parties["seller"], payload=honest.payload
        )


@pytest.mark.slow
def test_the_platforms_own_limit_is_the_operators(stage: Stage) -> None:
    """A supplier who sets the platform's limit to nothing would stop everybody."""
    new = NewLimit(kind=LimitKind.PLATFORM, owner=stage.crowd.parties["seller"], amount=yuan("0.00"))
    with refused("limit_not_yours"):
        stage.crowd.run("seller.maker", request_limit, new)


@pytest.mark.slow
def test_planted_an_effect_that_trusts_whoever_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permitting, "check_asked_by", lambda *_args, **_named: None)
    honest = stage.fund()
    request = stage.crowd.run(
        "seller.maker", request_approval, honest.kind, stage.crowd.parties["seller"], payload=honest.payload
    )
    assert judged(stage, "seller.checker", request) == ""
    assert stage.crowd.cash("seller") == yuan("795.00"), "paid by the seller's own people with the funder's money"
