"""Asking a person to come in: enrolled, appointed and given an account in one step; the person chooses the password."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from openscf import parties
from openscf.access.model import Invitation, InvitationId
from openscf.access.rules import INVITATION_NOT_VALID, INVITED_FOR
from openscf.access.service.sessions import Gate
from openscf.access.store import invitations as store
from openscf.access.tokens import Secret, make_token, read_token, token_digest
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import PartyId
from openscf.parties import Appointment, Cleartext, NewPerson, Person, PersonalKind, PersonRole, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who is to act for an enterprise.

    Attributes:
        person: Name and identity document.
        login: The name to sign in with.
        party: For which enterprise.
        roles: As what.
    """

    person: NewPerson
    login: Cleartext
    party: PartyId
    roles: Sequence[PersonRole]


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of an invitation.

    Attributes:
        person: The person, masked.
        appointments: What it does from now on.
        invitation: To be handed to the person; None for one who signs in already.
        reason: Why there is none.
    """

    person: Person
    appointments: tuple[Appointment, ...]
    invitation: Invitation | None
    reason: Refusal | None = None


def invite(work: UnitOfWork, new: NewUser, *, vault: Vault, secret: Secret) -> Invited:
    """Enrol a person or recognise it, appoint it, and give one without an account an invitation to come in.

    The account's first password is unpredictable and told to nobody; the bearer of the invitation replaces it.

    Args:
        work: The transaction; its actor must be an administrator of the enterprise, or of the house.
        new: Who, for which enterprise, as what.
        vault: Seals and recognises.
        secret: Makes the secret of the invitation's token.

    Raises:
        Refusal: What `parties.enrol_person`, `parties.appoint` and `parties.add_login` refuse.
    """
    person = parties.enrol_person(work, new.person, party=new.party, vault=vault)
    held = tuple(parties.appoint(work, person.id, new.party, role=role) for role in new.roles)
    unknown = Cleartext(PersonalKind.SECRET, base64.b64encode(vault.token(32)).decode())
    try:
        login = parties.add_login(work, person.id, new.login, password=unknown, vault=vault, party=new.party)
    except Refusal as no:
        if no.kind is not parties.SIGNS_IN_ALREADY:
            raise
        return Invited(person, held, None, no)
    one = Invitation(
        id=work.ids.new(InvitationId), person=person.id, login=login.id, party=new.party, made_at=work.at,
        expires_at=work.at + INVITED_FOR, accepted_at=None,
    )  # fmt: skip
    store.insert(work, one, token_sha256=token_digest(invitation_token(work, one.id, secret)))
    work.audit("access.invite", str(one.id), {"person": person.id, "party": new.party, "expires_at": one.expires_at})
    return Invited(person, held, one)


def invitation_token(work: UnitOfWork, invitation: InvitationId, secret: Secret) -> str:
    """What the person who was invited shows."""
    return make_token("inv", work.context.tenant, secret(invitation))


def accept_invitation(gate: Gate, token: str, password: str) -> Invitation:
    """Take up an invitation: from now on the person signs in with this password.

    Raises:
        Refusal: `invitation_not_valid` for a token that nobody gave out, a used and an old one alike; `weak_password`.
    """

    def act(work: UnitOfWork) -> Invitation:
        shown = read_token(token)
        found = None if shown is None or shown.kind != "inv" else store.by_token(work, shown.sha256)
        if found is None or found.accepted_at is not None or work.at >= found.expires_at:
            raise INVITATION_NOT_VALID(days=INVITED_FOR.days)
        chosen = Cleartext(PersonalKind.SECRET, password)
        parties.set_password(work, found.login, password=chosen, vault=gate.vault)
        store.accept(work, found.id)
        work.audit("access.accept_invitation", str(found.id), {"person": found.person})
        return found

    return gate.database.run(gate.context, act)
