"""Consents to share data: given and taken back by an authorised person of the grantor alone."""

import datetime as dt

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties.model import Consent, ConsentId, NewConsent, Permission, Scope
from openscf.parties.rules import consent as rules
from openscf.parties.rules.dates import business_date
from openscf.parties.service.access import authorise, found_party, may_see
from openscf.parties.store import consents as store


def grant_consent(work: UnitOfWork, new: NewConsent) -> Consent:
    """Let another enterprise see a scope of one's data, for a purpose and a time.

    Raises:
        Refusal: `party_not_found`, `not_allowed`, or what `rules.consent.check_consent` refuses.
    """
    found_party(work, new.grantor)
    authorise(work, Permission.GRANT_CONSENT, new.grantor)
    found_party(work, new.grantee)
    rules.check_consent(new)
    consent = Consent(
        id=work.ids.new(ConsentId), grantor=new.grantor, grantee=new.grantee, scope=new.scope,
        purpose=new.purpose.strip(), valid_from=new.valid_from, valid_until=new.valid_until, revoked_on=None,
    )  # fmt: skip
    store.insert(work, consent)
    work.audit("parties.grant_consent", str(consent.id), _facts(consent))
    return consent


def revoke_consent(work: UnitOfWork, consent: ConsentId, *, reason: str = "") -> Consent:
    """Take a consent back, at once.

    Raises:
        Refusal: `consent_not_found`, `not_allowed`, `consent_already_revoked`.
    """
    known = _found(work, consent)
    if not (may_see(work, known.grantor) or may_see(work, known.grantee)):
        raise rules.CONSENT_NOT_FOUND(consent=str(consent))
    authorise(work, Permission.REVOKE_CONSENT, known.grantor)
    if not store.revoke(work, consent, on=business_date(work.at)):
        raise rules.CONSENT_ALREADY_REVOKED(consent=str(consent), on=str(_found(work, consent).revoked_on))
    work.audit("parties.revoke_consent", str(consent), {"reason": reason})
    work.emit("parties.consent_revoked", str(known.grantor), {"consent": consent, "grantee": known.grantee})
    return _found(work, consent)


def may_share(work: UnitOfWork, grantor: PartyId, grantee: PartyId, *, scope: Scope, on: dt.date) -> bool:
    """Whether the grantor's data of that scope may be shown to the grantee on that day; no, unless a consent holds.

    Its own data an enterprise sees without one.
    """
    if grantor == grantee:
        return True
    return rules.shares(store.between(work, grantor, grantee, scope=scope), on)


def consents_of(work: UnitOfWork, party: PartyId) -> list[Consent]:
    """The consents that an enterprise gave and received, for those who may see it."""
    if work.context.member is None and not may_see(work, party):
        return []
    return store.of_party(work, party)


def _found(work: UnitOfWork, consent: ConsentId) -> Consent:
    known = store.get(work, consent)
    if known is None:
        raise rules.CONSENT_NOT_FOUND(consent=str(consent))
    return known


def _facts(consent: Consent) -> dict[str, object]:
    return {
        "grantor": consent.grantor, "grantee": consent.grantee, "scope": consent.scope, "purpose": consent.purpose,
        "valid_from": consent.valid_from, "valid_until": consent.valid_until,
    }  # fmt: skip
