"""Natural persons, what they may do for whom."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.model.ids import AppointmentId, LoginId
from openscf.parties.personal import Cleartext, Personal


class DocumentKind(enum.Enum):
    """An identity document."""

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"


class PersonRole(enum.Enum):
    """What a person does for the enterprise that appointed it. What each may do: `rules.access.TABLE`."""

    VIEWER = "viewer"
    MAKER = "maker"
    CHECKER = "checker"
    TREASURER = "treasurer"
    SIGNATORY = "signatory"  # 有权签字人
    ADMIN = "admin"


class Permission(enum.Enum):
    """An act that somebody may be allowed to do."""

    VIEW = "party.view"
    EDIT = "party.edit"
    REGISTER = "party.register"
    SET_ROLE = "party.set_role"
    SUBMIT_KYB = "kyb.submit"
    REVIEW_KYB = "kyb.review"
    RECORD_OWNERSHIP = "ownership.record"
    ENROL_PERSON = "person.enrol"
    REVOKE_PERSON = "person.revoke"
    APPOINT = "person.appoint"
    REVEAL = "personal.reveal"
    MAKE = "request.make"
    CHECK = "request.check"
    PROPOSE_BANK_ACCOUNT = "bank_account.propose"
    APPROVE_BANK_ACCOUNT = "bank_account.approve"
    STOP_BANK_ACCOUNT = "bank_account.stop"
    GRANT_CONSENT = "consent.grant"
    REVOKE_CONSENT = "consent.revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """An identity document on its way in.

    Attributes:
        kind: What document.
        number: Its number, in the form of its standard.
        country: Who issued it, ISO 3166-1 alpha-2.
    """

    kind: DocumentKind
    number: Cleartext
    country: str = "CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What is given to enrol a natural person."""

    name: Cleartext
    document: NewDocument
    mobile: Cleartext | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A natural person, masked."""

    id: PersonId
    active: bool
    name: Personal
    mobile: Personal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account to sign in with.

    Attributes:
        has_totp: A second factor is enrolled.
    """

    id: LoginId
    person: PersonId
    active: bool
    has_totp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A person's role in one enterprise, from `valid_from` up to, not including, `valid_until`."""

    id: AppointmentId
    person: PersonId
    party: PartyId
    role: PersonRole
    valid_from: dt.date
    valid_until: dt.date | None
