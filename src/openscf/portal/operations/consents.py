"""Consents to share data."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import parties
from openscf.db import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties import Consent, ConsentId, NewConsent, Permission, Scope
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.banking import OfParty
from openscf.portal.shapes import Body, View

CONSENT_EXAMPLE = {
    "rating": {"grantee": "pty_01JD0000000000000000000000", "scope": "trades", "purpose": "independent rating",
               "valid_until": "2027-01-01"},
}  # fmt: skip


class GrantConsent(Body):
    """Another enterprise is to see a scope of one's data, for a purpose and a time."""

    grantee: Annotated[str, Field(max_length=40, description="Who may see (pty_…).")]
    scope: Scope
    purpose: Annotated[str, Field(min_length=1, max_length=300)]
    valid_from: Annotated[dt.date | None, Field(description="By default today.")] = None
    valid_until: Annotated[dt.date, Field(description="First day on which it holds no more.")]


class ConsentView(View):
    """A consent."""

    id: str
    grantor: str
    grantee: str
    scope: Scope
    purpose: str
    valid_from: dt.date
    valid_until: dt.date
    revoked_on: dt.date | None


class Consents(View):
    """The consents that an enterprise gave and received."""

    items: list[ConsentView]


class RevokeConsent(Body):
    """Why a consent is taken back; nobody has to say."""

    reason: Annotated[str, Field(max_length=500)] = ""


def _view(one: Consent) -> ConsentView:
    return ConsentView(
        id=str(one.id), grantor=str(one.grantor), grantee=str(one.grantee), scope=one.scope, purpose=one.purpose,
        valid_from=one.valid_from, valid_until=one.valid_until, revoked_on=one.revoked_on,
    )  # fmt: skip


@operation(
    "POST /v1/consents", group="consents", en="Let another enterprise see your data.", zh="授权数据共享。", status=201,
    examples=CONSENT_EXAMPLE,
    refusals=("party_not_found", "consent_to_oneself", "consent_needs_purpose", "consent_too_long", "bad_period",
    "bad_id"), cli="openscf parties consent grant {grantor} {grantee} {scope} --purpose {purpose}"
        " --until {valid_until}",
)  # fmt: skip
def grant_consent(desk: Desk, work: UnitOfWork, body: GrantConsent) -> ConsentView:
    """Given by an authorised signatory, for a stated purpose and time; taken back at any moment."""
    grantee = PartyId.parse(body.grantee)
    parties.find_party(work, grantee)
    new = NewConsent(
        grantor=desk.party, grantee=grantee, scope=body.scope, purpose=body.purpose,
        valid_from=body.valid_from or desk.today, valid_until=body.valid_until,
    )  # fmt: skip
    return _view(parties.grant_consent(work, new))


@operation(
    "GET /v1/consents", group="consents", en="List consents given and received.", zh="数据授权列表。",
    work=Work.READ_HOUSE, refusals=("party_not_found", "bad_id"), cli="openscf parties consent list {party}",
)  # fmt: skip
def list_consents(desk: Desk, work: UnitOfWork, query: OfParty) -> Consents:
    """The consents of an enterprise, past ones too."""
    party = desk.for_party(query.party)
    parties.authorise(work, Permission.VIEW, party)
    return Consents(items=[_view(one) for one in parties.consents_of(work, party)])


@operation(
    "POST /v1/consents/{consent_id}/revoke", group="consents", en="Take a consent back.", zh="撤回数据授权。",
    examples={"plain": {}}, refusals=("consent_not_found", "consent_already_revoked", "bad_id"),
    cli="openscf parties consent revoke {consent_id}",
)  # fmt: skip
def revoke_consent(desk: Desk, work: UnitOfWork, consent_id: str, *, body: RevokeConsent) -> ConsentView:
    """It is void at once."""
    return _view(parties.revoke_consent(work, ConsentId.parse(consent_id), reason=body.reason))
