"""Contract frames: proposed by one person, in force when a second one has approved exactly these terms."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openscf import parties
from openscf.db import UnitOfWork
from openscf.financing.fields import FIELD_OUT_OF_RANGE, field_of, read, write
from openscf.financing.ids import ProgrammeId
from openscf.financing.model import Product
from openscf.financing.model.programme import NewProgramme, Policy, Programme, ProgrammeState
from openscf.financing.registry import PRODUCTS
from openscf.financing.store import programmes as store
from openscf.kernel.calendars import calendar_named
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import PartyId
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import CNY, currency
from openscf.parties import ApprovalKind, ApprovalRequest, ApprovalRequestId

PROGRAMME_APPROVAL = "programme"
PROGRAMME_CHANGE = "programme_state"

LIFE = Lifecycle(
    "programme",
    states=("draft", "active", "suspended", "ended"),
    initial="draft",
    final=("ended",),
    transitions=(
        ("draft", "approve", "active"),
        ("active", "suspend", "suspended"),
        ("suspended", "resume", "active"),
        (("draft", "active", "suspended"), "end", "ended"),
    ),
)

PROGRAMME_NOT_FOUND = refusal(
    "programme_not_found",
    en="There is no programme {programme}, or you may not see it.",
    zh="项目 {programme} 不存在，或您无权查看。",
    status=404,
)
PROGRAMME_NOT_ACTIVE = refusal(
    "programme_not_active",
    en="The programme {programme} is {state} on {on}: no deal can be made under it.",
    zh="项目 {programme} 在 {on} 的状态为 {state}，不能办理业务。",
    fix_en="Choose a programme that is in force.",
    fix_zh="请选择有效的项目。",
    status=409,
)
PROGRAMME_ROLE_UNKNOWN = refusal(
    "programme_role_unknown",
    en="{product} knows no role {role}; known: {known}.",
    zh="{product} 没有角色 {role}；可用：{known}。",
    status=400,
)


PRODUCT_STATES_ITS_PRICE = refusal(
    "product_states_its_price",
    en="The price of {product} is stated in its contract; it does not follow from credit.",
    zh="{product} 的价格由合同约定，不依据信用定价。",
    fix_en="Take the pricing out of the policy, or choose a product that is priced from credit.",
    fix_zh="请删除规则中的定价条款，或选择依据信用定价的产品。",
    status=400,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A frame as a sender writes it; terms and policy are read by their own types."""

    product: str = field_of("Code of the product", "产品代码")
    name: str = field_of("What people call it", "项目名称")
    owner: str = field_of("Who offers it", "发起方")
    currency: str = field_of("Currency of all its deals", "币种", default="CNY")
    calendar: str = field_of("Business calendar", "营业日历", default="CN-IB")
    parties: Mapping[str, str] = field_of("Roles that it fixes", "固定的参与方", factory=dict)
    terms: Mapping[str, Any] = field_of("The contract", "合同条款")
    policy: Mapping[str, Any] = field_of("What is decided by rule", "自动决策规则", factory=dict)
    valid_from: dt.date = field_of("First day on which deals can be made", "生效日")
    valid_until: dt.date | None = field_of("Last day on which deals can be made", "终止日", default=None)


def propose_programme(work: UnitOfWork, new: NewProgramme) -> tuple[Programme, ApprovalRequest]:
    """Write a frame down and ask a second person of its owner to put it in force.

    Raises:
        Refusal: `unknown_product`, `unknown_calendar`, `programme_role_unknown`, `party_not_found`,
            `product_states_its_price`, what reading the terms refuses (with the field), or what
            `parties.request_approval` refuses.
    """
    terms, policy = check_programme(new)
    for party in new.parties.values():
        parties.find_party(work, party)
    programme = Programme(
        id=work.ids.new(ProgrammeId), product=new.product, name=new.name, owner=new.owner, currency=new.currency,
        calendar=new.calendar, parties=dict(new.parties), terms=terms, policy=policy, state=ProgrammeState.DRAFT,
        valid_from=new.valid_from, valid_until=new.valid_until,
    )  # fmt: skip
    identity = work.ids.new(ApprovalRequestId)
    store.insert(work, programme, identity)
    request = parties.request_approval(
        work, PROGRAMME_APPROVAL, new.owner, payload=programme_record(programme), identity=identity
    )
    work.audit("financing.propose_programme", str(programme.id), programme_record(programme))
    return programme, request


def check_programme(new: NewProgramme) -> tuple[Any, Policy]:
    """The terms and the policy of a frame, if they can be read; before anybody proposes it.

    Raises:
        Refusal: `unknown_product`, `unknown_calendar`, `programme_role_unknown`, `product_states_its_price`, what
            reading the terms refuses.
    """
    product = PRODUCTS.get(new.product)
    calendar_named(new.calendar)
    roles = [role.name for role in product.roles]
    for role in new.parties:
        if role not in roles:
            raise PROGRAMME_ROLE_UNKNOWN(product=product.code, role=role[:40], known=", ".join(roles))
    terms: Any = read(product.terms, new.terms, money=new.currency, prefix="terms.")
    policy = read(Policy, new.policy, money=new.currency, prefix="policy.")
    _check_pricing(product, policy)
    return terms, policy


def _check_pricing(product: Product, policy: Policy) -> None:
    terms = policy.pricing
    if terms is None:
        return
    if not product.prices:
        raise PRODUCT_STATES_ITS_PRICE(product=product.code, where=Where(field="policy.pricing"))
    if terms.lowest > terms.highest:
        least, most, value = "0 %", str(terms.highest), str(terms.lowest)
        field = "policy.pricing.lowest"
        raise FIELD_OUT_OF_RANGE(field=field, value=value, least=least, most=most, where=Where(field=field))


def read_programme(said: Mapping[str, Any]) -> NewProgramme:
    """A frame to be agreed, of the JSON values that somebody sent.

    Raises:
        Refusal: `field_missing`, `field_unknown`, `field_malformed`, `unknown_currency`, `bad_id`, each with the field.
    """
    given = read(_Said, said, money=CNY)
    return NewProgramme(
        product=given.product, name=given.name, owner=PartyId.parse(given.owner), currency=currency(given.currency),
        calendar=given.calendar, parties={role: PartyId.parse(party) for role, party in given.parties.items()},
        terms=given.terms, policy=given.policy, valid_from=given.valid_from, valid_until=given.valid_until,
    )  # fmt: skip


def request_programme_change(work: UnitOfWork, programme: ProgrammeId, event: str) -> ApprovalRequest:
    """Ask to suspend, resume or end a frame.

    Raises:
        Refusal: `programme_not_found`, `event_not_allowed`, `state_is_final`, or what the request refuses.
    """
    known = found_programme(work, programme)
    LIFE.next(known.state.value, event)
    payload = {"programme": programme, "event": event}
    return parties.request_approval(work, PROGRAMME_CHANGE, known.owner, payload=payload)


def found_programme(work: UnitOfWork, programme: ProgrammeId) -> Programme:
    """A frame by its id.

    Raises:
        Refusal: `programme_not_found`.
    """
    found = store.get(work, programme)
    if found is None:
        raise PROGRAMME_NOT_FOUND(programme=str(programme))
    return found


def active_programme(work: UnitOfWork, programme: ProgrammeId, on: dt.date) -> Programme:
    """A frame under which a deal can be made on that day.

    Raises:
        Refusal: `programme_not_found`, `programme_not_active`.
    """
    found = found_programme(work, programme)
    inside = found.valid_from <= on and (found.valid_until is None or on <= found.valid_until)
    if found.state is not ProgrammeState.ACTIVE or not inside:
        state = found.state.value if found.state is not ProgrammeState.ACTIVE else "outside its dates"
        raise PROGRAMME_NOT_ACTIVE(programme=str(programme), state=state, on=on.isoformat())
    return found


def programmes_named(work: UnitOfWork, wanted: Iterable[ProgrammeId]) -> list[Programme]:
    """Those of these frames that are there."""
    found = [store.get(work, programme) for programme in sorted(set(wanted))]
    return [one for one in found if one is not None]


def programmes(work: UnitOfWork, *, owner: PartyId | None = None, product: str | None = None) -> list[Programme]:
    """Frames, newest first."""
    return store.listed(work, owner, product)


def programme_record(programme: Programme) -> dict[str, Any]:
    """A frame as JSON values: what its approvers see, and what the doors show."""
    return {
        "id": programme.id, "product": programme.product, "name": programme.name, "owner": programme.owner,
        "currency": programme.currency.code, "calendar": programme.calendar, "parties": dict(programme.parties),
        "terms": write(programme.terms), "policy": write(programme.policy), "valid_from": programme.valid_from,
        "valid_until": programme.valid_until,
    }  # fmt: skip


def _move(work: UnitOfWork, programme: ProgrammeId, event: str, *, by: PartyId) -> None:
    known = store.get(work, programme, lock=True)
    if known is None or known.owner != by:
        raise PROGRAMME_NOT_FOUND(programme=str(programme))
    state = ProgrammeState(LIFE.next(known.state.value, event))
    store.set_state(work, programme, state)
    work.audit(f"financing.{event}_programme", str(programme), {"before": known.state, "state": state})


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    _move(work, ProgrammeId.parse(str(request.payload["id"])), "approve", by=request.party)


def _refused(work: UnitOfWork, request: ApprovalRequest) -> None:
    _move(work, ProgrammeId.parse(str(request.payload["id"])), "end", by=request.party)


def _changed(work: UnitOfWork, request: ApprovalRequest) -> None:
    payload: Mapping[str, Any] = request.payload
    _move(work, ProgrammeId.parse(str(payload["programme"])), str(payload["event"]), by=request.party)


parties.KINDS.add(
    ApprovalKind(name=PROGRAMME_APPROVAL, effect=_approved, undone=_refused, editable=False), origin=__name__
)
parties.KINDS.add(ApprovalKind(name=PROGRAMME_CHANGE, effect=_changed), origin=__name__ + ".change")
