"""Products and contract frames: what there is, which of it one may use, and how a frame comes into force."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, parties
from openscf.db import UnitOfWork
from openscf.financing import PRODUCTS, FieldInfo, Product, Programme, ProgrammeId
from openscf.parties import PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk, House
from openscf.portal.model import Needs, Work
from openscf.portal.operations.asked import Asked, asked
from openscf.portal.seeing import frame_relations_of
from openscf.portal.shapes import Body, Page, Paging, View, seen_by, shaped

FRAME_EXAMPLE = {
    "factoring": {"product": "factoring", "name": "杭州供应商保理", "valid_from": "2026-03-10",
                  "terms": {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"},
                  "policy": {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}},
}  # fmt: skip
OFFERS = frozenset({PartyRole.FUNDER, PartyRole.ANCHOR, PartyRole.BUYER, PartyRole.OPERATOR})


class FieldView(View):
    """A field, as a form shows it."""

    name: str
    kind: str
    required: bool
    default: Any
    choices: list[str]
    en: str
    zh: str
    unit: str

    @classmethod
    def of(cls, info: FieldInfo) -> "FieldView":
        """A declared field."""
        return cls(
            name=info.name, kind=info.kind, required=info.required, default=info.default, choices=list(info.choices),
            en=info.en, zh=info.zh, unit=info.unit,
        )  # fmt: skip


class RoleView(View):
    """Who takes part in a deal."""

    name: str
    en: str
    zh: str
    offices: list[PartyRole]
    required: bool


class StepView(View):
    """Something that can be done with a deal.

    Attributes:
        by: Roles whose people may do it; `operator` is the house, `system` its jobs and the bank's messages.
        four_eyes: It needs a second person: `request_step` instead of `perform_step`.
        params: What must be said with it.
    """

    name: str
    en: str
    zh: str
    by: list[str]
    four_eyes: bool
    params: list[FieldView]


class TransitionView(View):
    """A row of a product's life."""

    state: str
    event: str
    next: str


class ProductView(View):
    """A financing product, as it is declared."""

    code: str
    version: int
    en: str
    zh: str
    summary_en: str
    summary_zh: str
    sources: list[str]
    shape: str
    states: list[str]
    transitions: list[TransitionView]
    roles: list[RoleView]
    terms: list[FieldView]
    proposal: list[FieldView]
    steps: list[StepView]
    waterfall: list[str]


class Products(View):
    """All products."""

    items: list[ProductView]


class ProgrammeView(View):
    """A contract frame, as far as the reader may see it.

    Attributes:
        owner: Who offers it.
        parties: Roles that it fixes.
        relations: What the reader's enterprise is to it; `client` and others: the roles in which it could use it.
        terms: The contract.
        policy: What is decided by rule.
    """

    id: str
    product: str
    name: str
    owner: str
    owner_name: str
    currency: str
    calendar: str
    parties: dict[str, str]
    relations: list[str]
    state: str
    in_force: bool
    valid_from: dt.date
    valid_until: dt.date | None
    terms: dict[str, Any]
    policy: dict[str, Any] | None = seen_by("owner", "funder", "operator")


class ProgrammeFilter(Paging):
    """Which frames."""

    product: Annotated[str | None, Field(max_length=60)] = None
    state: Annotated[str | None, Field(max_length=20)] = None
    role: Annotated[str | None, Field(max_length=40, description="Only those in which one could be this.")] = None


class ProposeProgramme(Body):
    """A frame to be agreed; its owner is the enterprise acted for."""

    product: Annotated[str, Field(max_length=60)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    currency: Annotated[str, Field(min_length=3, max_length=3)] = "CNY"
    calendar: Annotated[str, Field(max_length=20)] = "CN-IB"
    parties: Annotated[dict[str, str], Field(max_length=12, default_factory=dict, description="Roles it fixes.")]
    terms: Annotated[dict[str, Any], Field(description="As `list_products` describes them.")]
    policy: Annotated[dict[str, Any], Field(default_factory=dict)]
    valid_from: dt.date
    valid_until: dt.date | None = None


class ProposedProgramme(View):
    """A frame that waits for a second person."""

    programme: ProgrammeView
    request: Asked


class ChangeProgramme(Body):
    """What is to become of a frame: `suspend`, `resume` or `end`."""

    event: Annotated[str, Field(max_length=20)]


def programme_view(desk: Desk, work: UnitOfWork, programme: Programme) -> ProgrammeView:
    """A frame, as the reader may see it.

    Raises:
        Refusal: `programme_not_found`, the same as for an absent one, where it is not the reader's to see.
    """
    relations = frame_relations_of(desk, work, programme)
    if not relations:
        raise financing.PROGRAMME_NOT_FOUND(programme=str(programme.id))
    record = financing.programme_record(programme)
    full = ProgrammeView(
        id=str(programme.id), product=programme.product, name=programme.name, owner=str(programme.owner),
        owner_name=parties.find_party(work, programme.owner).name, currency=programme.currency.code,
        calendar=programme.calendar, parties={role: str(party) for role, party in programme.parties.items()},
        relations=sorted(relations), state=programme.state.value, in_force=financing.in_force(programme, desk.today),
        valid_from=programme.valid_from, valid_until=programme.valid_until, terms=record["terms"],
        policy=record["policy"],
    )  # fmt: skip
    return shaped(full, relations)


@operation(
    "GET /v1/products", group="programmes", en="Which financing products are there?", zh="金融产品目录。",
    needs=Needs.NOTHING, work=Work.ALONE, cli="openscf financing products",
)  # fmt: skip
def list_products(house: House) -> Products:
    """All products as they are declared: lives, roles, terms, steps with what must be said; open to everybody."""
    del house
    return Products(items=[_product_view(product) for product in PRODUCTS])


def _product_view(product: Product) -> ProductView:
    return ProductView(
        code=product.code, version=product.version, en=product.en, zh=product.zh, summary_en=product.summary_en,
        summary_zh=product.summary_zh, sources=list(product.sources), shape=product.shape.value,
        states=list(product.lifecycle.states),
        transitions=[
            TransitionView(state=state, event=event, next=product.lifecycle.next(state, event))
            for state in product.lifecycle.states
            for event in sorted(product.lifecycle.allowed(state))
        ],
        roles=[
            RoleView(name=role.name, en=role.en, zh=role.zh, offices=list(role.party_roles), required=role.required)
            for role in product.roles
        ],
        terms=_fields(product.terms), proposal=_fields(product.proposal),
        steps=[
            StepView(name=name, en=step.en, zh=step.zh, by=list(step.by), four_eyes=step.four_eyes,
                     params=[] if step.params is None else _fields(step.params))
            for name, step in product.steps.items()
        ],
        waterfall=list(product.waterfall),
    )  # fmt: skip


def _fields(kind: type) -> list[FieldView]:
    return [FieldView.of(info) for info in financing.describe(kind)]


@operation(
    "GET /v1/programmes", group="programmes", en="Which contract frames can I use?", zh="可用的融资项目。",
    work=Work.READ_HOUSE, refusals=("bad_id",), cli="openscf financing programmes",
)  # fmt: skip
def list_programmes(desk: Desk, work: UnitOfWork, query: ProgrammeFilter) -> Page[ProgrammeView]:
    """The frames that one offers, stands in, or could use, newest first; those of others are not there."""
    after = None if query.cursor is None else ProgrammeId.parse(query.cursor)
    found = [
        one
        for one in financing.programmes(work, product=query.product)
        if (after is None or one.id < after)
        and (query.state is None or one.state.value == query.state)
        and (seen := frame_relations_of(desk, work, one))
        and (query.role is None or query.role in seen)
    ]
    page = found[: query.limit]
    more = str(page[-1].id) if len(found) > query.limit else None
    return Page[ProgrammeView](items=[programme_view(desk, work, one) for one in page], next=more)


@operation(
    "GET /v1/programmes/{programme_id}", group="programmes", en="Show a contract frame.", zh="查看项目。",
    work=Work.READ_HOUSE, refusals=("programme_not_found", "bad_id"),
    cli="openscf financing programmes",
)  # fmt: skip
def get_programme(desk: Desk, work: UnitOfWork, programme_id: str) -> ProgrammeView:
    """A frame that one offers, stands in, or could use."""
    return programme_view(desk, work, financing.found_programme(work, ProgrammeId.parse(programme_id)))


@operation(
    "POST /v1/programmes", group="programmes", en="Propose a contract frame.", zh="发起融资项目。", offices=OFFERS,
    status=201, examples=FRAME_EXAMPLE,
    refusals=("unknown_product", "unknown_calendar", "programme_role_unknown", "party_not_found", "field_missing",
              "field_unknown", "field_malformed", "field_out_of_range", "unknown_currency", "bad_id"),
    cli="openscf financing propose-programme {file}",
)  # fmt: skip
def propose_programme(desk: Desk, work: UnitOfWork, body: ProposeProgramme) -> ProposedProgramme:
    """Write a frame down; it is in force once a second person of one's enterprise has approved exactly these terms."""
    said = {**body.model_dump(mode="json", exclude_none=True), "owner": str(desk.party)}
    programme, request = financing.propose_programme(work, financing.read_programme(said))
    return ProposedProgramme(programme=programme_view(desk, work, programme), request=asked(request))


@operation(
    "POST /v1/programmes/{programme_id}/changes", group="programmes", en="Ask to suspend, resume or end a frame.",
    zh="申请暂停、恢复或终止项目。", offices=OFFERS, status=201, examples={"suspend": {"event": "suspend"}},
    refusals=("programme_not_found", "event_not_allowed", "state_is_final", "bad_id"),
    cli="openscf financing change-programme {programme_id} {event}",
)  # fmt: skip
def change_programme(desk: Desk, work: UnitOfWork, programme_id: str, *, body: ChangeProgramme) -> Asked:
    """Ask a second person of the frame's owner to approve another state of it."""
    identity = ProgrammeId.parse(programme_id)
    programme_view(desk, work, financing.found_programme(work, identity))
    return asked(financing.request_programme_change(work, identity, body.event))
