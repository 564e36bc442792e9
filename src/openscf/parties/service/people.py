"""Enrolling natural persons, giving them roles, and taking both away."""

import datetime as dt
import hmac
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties.identity import verify_resident_id
from openscf.parties.model import (
    Appointment,
    AppointmentId,
    DocumentKind,
    NewDocument,
    NewPerson,
    PartyRole,
    Permission,
    Person,
    PersonRole,
)
from openscf.parties.names import clean_name
from openscf.parties.personal import Cleartext, Personal, PersonalKind
from openscf.parties.rules.access import PERSON_NOT_FOUND, PERSON_REVOKED
from openscf.parties.rules.dates import business_date, checked_period, holds
from openscf.parties.service.access import authorise, found_party, may_see
from openscf.parties.store import people as store
from openscf.parties.vault import Place, Vault

BAD_DOCUMENT = refusal(
    "bad_document",
    en="{field}: a passport number has 5 to 20 letters and digits.",
    zh="{field}：护照号码应为 5 至 20 位字母或数字。",
    fix_en="Copy it from the passport.",
    fix_zh="请按护照抄录。",
)
BAD_MOBILE = refusal(
    "bad_mobile",
    en="{field}: a mobile number has 7 to 15 digits, with + and the country before it if it is not Chinese.",
    zh="{field}：手机号码应为 7 至 15 位数字，境外号码前加 + 和国家代码。",
    fix_en="Type the digits without spaces.",
    fix_zh="请连续填写数字。",
)
PERSON_DIFFERS = refusal(
    "person_differs",
    en="This identity document is enrolled under another name.",
    zh="该证件已以其他姓名登记。",
    fix_en="Compare name and number with the document; if both are right, ask the platform's operator.",
    fix_zh="请与证件核对姓名和号码；如无误，请联系平台运营方。",
    status=409,
)
ALREADY_APPOINTED = refusal(
    "already_appointed",
    en="{person} is {role} of {party} already.",
    zh="{person} 已是 {party} 的 {role}。",
    status=409,
)
APPOINTMENT_NOT_FOUND = refusal(
    "appointment_not_found",
    en="There is no appointment {appointment}, or you may not see it.",
    zh="任职 {appointment} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)


def enrol_person(work: UnitOfWork, new: NewPerson, *, party: PartyId | None, vault: Vault) -> Person:
    """Enrol a natural person, or recognise him: the same document is the same person, however often he comes.

    Args:
        work: The transaction.
        new: Name and identity document.
        party: On behalf of which enterprise; None for the house.
        vault: Seals and recognises.

    Raises:
        Refusal: What is wrong with the document; `person_differs` if it is known under another name; `person_revoked`.
    """
    authorise(work, Permission.ENROL_PERSON, party)
    name = Cleartext(PersonalKind.NAME, clean_name(new.name.expose(), field="name"))
    mobile = None if new.mobile is None else _checked_mobile(new.mobile)
    person = work.ids.new(PersonId)
    document = _sealed_document(work, person, new.document, vault=vault)
    sealed = None if mobile is None else vault.seal(mobile, _place(work, person, "mobile"))
    row = store.PersonRow(person, True, vault.seal(name, _place(work, person, "name")), sealed)
    if not store.insert(work, row, document):
        return _recognised(work, document.fingerprint, name, vault=vault)
    work.audit("parties.enrol_person", str(person), {"document": document.kind, "country": document.country})
    return person_of(work, person, vault=vault)


def add_document(work: UnitOfWork, person: PersonId, document: NewDocument, *, vault: Vault) -> None:
    """Add a second identity document, so that the person is recognised by either.

    Raises:
        Refusal: `person_not_found`, what is wrong with the document, or `person_differs` if it is another person's.
    """
    authorise(work, Permission.ENROL_PERSON, None)
    _found(work, person)
    row = _sealed_document(work, person, document, vault=vault)
    if store.insert_document(work, person, row):
        work.audit("parties.add_document", str(person), {"document": row.kind, "country": row.country})
    elif store.by_document(work, row.fingerprint) != person:
        raise PERSON_DIFFERS()


def person_of(work: UnitOfWork, person: PersonId, *, vault: Vault) -> Person:
    """The person, masked.

    Raises:
        Refusal: `person_not_found`.
    """
    row = store.get(work, person)
    if row is None:
        raise PERSON_NOT_FOUND(person=str(person))
    mobile = row.mobile_sealed
    return Person(
        id=person,
        active=row.active,
        name=vault.personal(PersonalKind.NAME, row.name_sealed, _place(work, person, "name")),
        mobile=None if mobile is None else vault.personal(PersonalKind.MOBILE, mobile, _place(work, person, "mobile")),
    )


def document_numbers(work: UnitOfWork, person: PersonId, *, vault: Vault) -> list[Personal]:
    """The numbers of a person's documents, masked, oldest first."""
    return [
        vault.personal(PersonalKind.DOCUMENT, row.number_sealed, _document_place(work, person, row.fingerprint))
        for row in store.documents(work, person)
    ]


def reveal(work: UnitOfWork, value: Personal, *, party: PartyId, reason: str) -> str:
    """Show a masked value of somebody who acts for `party` to one who may see it; the reason goes on the record.

    Raises:
        Refusal: `not_allowed` or `reveal_needs_reason`.
    """
    authorise(work, Permission.REVEAL, party)
    return value.reveal(work, reason)


def reveal_person(work: UnitOfWork, person: PersonId, field: str, *, party: PartyId, reason: str, vault: Vault) -> None:
    """Note that the name or the mobile number of somebody who acts for an enterprise is shown, to whom and why.

    Raises:
        Refusal: `person_not_found`, also for one who does not act for that enterprise (the house asks for all);
            `not_allowed`, `reveal_needs_reason`.
    """
    check_reveals(work, person, party=party)
    known = person_of(work, person, vault=vault)
    value = known.mobile if field == "mobile" else known.name
    if value is not None:
        value.reveal(work, reason)


def check_reveals(work: UnitOfWork, person: PersonId, *, party: PartyId) -> None:
    """Refuse one who may not see the values of this person in clear.

    Raises:
        Refusal: `person_not_found`, `not_allowed`.
    """
    held = {one.party for one in store.appointments(work, person)}
    visible = [one for one in sorted(held) if may_see(work, one)]
    if not visible:
        raise PERSON_NOT_FOUND(person=str(person))
    authorise(work, Permission.REVEAL, party if party in held else visible[0])


def revoke_person(work: UnitOfWork, person: PersonId, *, reason: str) -> None:
    """Revoke a person for ever: neither he nor his past approvals count any more.

    Raises:
        Refusal: `person_not_found`, `not_allowed`, `person_revoked`.
    """
    authorise(work, Permission.REVOKE_PERSON, None, about=person)
    row = _found(work, person)
    if not row.active:
        raise PERSON_REVOKED(person=str(person))
    store.revoke(work, person)
    work.audit("parties.revoke_person", str(person), {"reason": reason})


def appoint(
    work: UnitOfWork,
    person: PersonId,
    party: PartyId,
    *,
    role: PersonRole,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Appointment:
    """Give a person a role in an enterprise, from a day on (by default today).

    Raises:
        Refusal: `party_not_found`, `person_not_found`, `person_revoked`, `not_allowed`, `bad_period`,
            `already_appointed`.
    """
    found_party(work, party)
    authorise(work, Permission.APPOINT, party, about=person)
    if not _found(work, person).active:
        raise PERSON_REVOKED(person=str(person))
    today = business_date(work.at)
    held = Appointment(
        id=work.ids.new(AppointmentId), person=person, party=party, role=role, valid_from=valid_from or today,
        valid_until=valid_until,
    )  # fmt: skip
    checked_period(held.valid_from, held.valid_until)
    store.end_lapsed(work, person, party, on=today)
    if not store.insert_appointment(work, held):
        raise ALREADY_APPOINTED(person=str(person), role=role.value, party=str(party))
    facts = {"party": party, "role": role, "valid_from": held.valid_from, "valid_until": valid_until}
    work.audit("parties.appoint", str(person), facts)
    return held


def dismiss(work: UnitOfWork, appointment: AppointmentId) -> None:
    """End an appointment at once.

    Raises:
        Refusal: `appointment_not_found` or `not_allowed`.
    """
    held = store.appointment(work, appointment)
    if held is None or not may_see(work, held.party):
        raise APPOINTMENT_NOT_FOUND(appointment=str(appointment))
    authorise(work, Permission.APPOINT, held.party, about=held.person)
    store.get(work, held.person, lock=True)
    store.end_appointment(work, appointment)
    work.audit("parties.dismiss", str(held.person), {"party": held.party, "role": held.role})


def appointments_of(work: UnitOfWork, person: PersonId) -> list[Appointment]:
    """What a person does, for which enterprises, on the business date; for doors: they ask who came in."""
    on = business_date(work.at)
    return [held for held in store.appointments(work, person) if holds(held.valid_from, held.valid_until, on)]


@dataclass(frozen=True, slots=True)
class ComingIn:
    """Who comes in at a door for an enterprise.

    Attributes:
        duties: What the person does in it on the business date.
        offices: What it does on the platform.
    """

    duties: frozenset[PersonRole]
    offices: frozenset[PartyRole]


def coming_in(work: UnitOfWork, person: PersonId, party: PartyId | None) -> ComingIn | None:
    """Who comes in, in one look; None for a person who is not there or was revoked. For doors.

    His row is not locked: the transaction that asks does nothing, and whoever then acts for him judges him again under
    the lock (`acting_person`).
    """
    rows, on = store.coming_in(work, person, party), business_date(work.at)
    if not rows:
        return None
    held = [(what, role) for what, role, days in rows if role is not None and holds(*days, on)]
    return ComingIn(
        duties=frozenset(PersonRole(role) for what, role in held if what == "duty"),
        offices=frozenset(PartyRole(role) for what, role in held if what == "office"),
    )


def appointments_in(work: UnitOfWork, party: PartyId) -> list[Appointment]:
    """Who does what in an enterprise, for those who may see it."""
    if work.context.member is None and not may_see(work, party):
        return []
    return store.appointments_in(work, party)


def _recognised(work: UnitOfWork, mark: bytes, name: Cleartext, *, vault: Vault) -> Person:
    person = store.by_document(work, mark)
    if person is None:
        raise PERSON_DIFFERS()
    known = person_of(work, person, vault=vault)
    if not hmac.compare_digest(known.name.exposed().expose().encode(), name.expose().encode()):
        raise PERSON_DIFFERS()
    if not known.active:
        raise PERSON_REVOKED(person=str(person))
    work.audit("parties.recognise_person", str(person), {})
    return known


def _sealed_document(work: UnitOfWork, person: PersonId, document: NewDocument, *, vault: Vault) -> store.DocumentRow:
    mark = vault.fingerprint(work.context.tenant, _checked(document))
    sealed = vault.seal(document.number, _document_place(work, person, mark))
    return store.DocumentRow(document.kind, document.country, mark, sealed)


def _document_place(work: UnitOfWork, person: PersonId, mark: bytes) -> Place:
    return _place(work, person, f"document:{mark.hex()}")


def _checked(document: NewDocument) -> Cleartext:
    number = document.number.expose()
    if document.kind is DocumentKind.RESIDENT_ID:
        verify_resident_id(number)
    elif not (5 <= len(number) <= 20 and number.isascii() and number.isalnum() and number == number.upper()):
        raise BAD_DOCUMENT(field="document", where=Where(field="document"))
    # Kind and country are part of what is recognised: two countries may give out the same passport number.
    return Cleartext(PersonalKind.DOCUMENT, f"{document.kind.value}:{document.country}:{number}")


def _checked_mobile(mobile: Cleartext) -> Cleartext:
    digits = mobile.expose().removeprefix("+")
    if not (7 <= len(digits) <= 15 and digits.isascii() and digits.isdigit()):
        raise BAD_MOBILE(field="mobile", where=Where(field="mobile"))
    return mobile


def _found(work: UnitOfWork, person: PersonId) -> store.PersonRow:
    row = store.get(work, person, lock=True)
    if row is None:
        raise PERSON_NOT_FOUND(person=str(person))
    return row


def _place(work: UnitOfWork, person: PersonId, field: str) -> Place:
    return Place(work.context.tenant, person, field)
