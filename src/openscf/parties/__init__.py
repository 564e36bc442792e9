"""Enterprises, people, their permissions and approvals, bank accounts and consents.

Functions take the open transaction (`UnitOfWork`) first; its actor is judged. Whoever wants them exactly once runs them
inside `openscf.db.commands.run_command`. What touches personal data also takes the installation's `Vault`.
"""

from openscf.parties.checks import CHECKS
from openscf.parties.identity import (
    Normalised,
    normalise_code,
    verify_bic,
    verify_card,
    verify_cnaps,
    verify_iban,
    verify_lei,
    verify_resident_id,
    verify_uscc,
)
from openscf.parties.keys import vault_at
from openscf.parties.model import *  # noqa: F403 - the types of this capability, all named in model.__all__
from openscf.parties.model import __all__ as _model
from openscf.parties.personal import Cleartext, Personal, PersonalKind
from openscf.parties.records import as_record
from openscf.parties.rules.access import Asked
from openscf.parties.rules.banking import COOLING
from openscf.parties.rules.dates import BUSINESS_ZONE, business_date
from openscf.parties.service.access import acting_person, authorise, makes_for, may
from openscf.parties.service.approvals import (
    KINDS,
    ApprovalKind,
    approve,
    edit_request,
    found_request,
    four_eyes_breaches,
    open_requests,
    reject,
    request_approval,
    use_approval,
    withdraw,
)
from openscf.parties.service.bank_accounts import (
    bank_account,
    bank_accounts_of,
    destination_of,
    number_to_pay,
    payment_destination,
    propose_bank_account,
    reveal_account_number,
    stop_bank_account,
)
from openscf.parties.service.consents import consents_of, grant_consent, may_share, revoke_consent
from openscf.parties.service.enterprises import (
    add_role,
    check_known,
    end_role,
    find_party,
    list_parties,
    move_kyb,
    operators_of,
    register_party,
    roles_of,
    unverified_parties,
    update_party,
    verified_parties,
)
from openscf.parties.service.logins import add_login, check_password, check_totp, enrol_totp, set_password
from openscf.parties.service.ownership import (
    end_ownership,
    group_of,
    owners_of,
    record_ownership,
    ultimate_parent,
    ultimate_parents,
)
from openscf.parties.service.people import (
    add_document,
    appoint,
    appointments_in,
    dismiss,
    document_numbers,
    enrol_person,
    person_of,
    reveal,
    revoke_person,
)
from openscf.parties.vault import KeyRing, SealBrokenError, Vault

__all__ = [  # noqa: PLE0604 - the model's names are text as well
    *_model,
    "BUSINESS_ZONE",
    "CHECKS",
    "COOLING",
    "KINDS",
    "ApprovalKind",
    "Asked",
    "Cleartext",
    "KeyRing",
    "Normalised",
    "Personal",
    "PersonalKind",
    "SealBrokenError",
    "Vault",
    "acting_person",
    "add_document",
    "add_login",
    "add_role",
    "appoint",
    "appointments_in",
    "approve",
    "as_record",
    "authorise",
    "bank_account",
    "bank_accounts_of",
    "business_date",
    "check_known",
    "check_password",
    "check_totp",
    "consents_of",
    "destination_of",
    "dismiss",
    "document_numbers",
    "edit_request",
    "end_ownership",
    "end_role",
    "enrol_person",
    "enrol_totp",
    "find_party",
    "found_request",
    "four_eyes_breaches",
    "grant_consent",
    "group_of",
    "list_parties",
    "makes_for",
    "may",
    "may_share",
    "move_kyb",
    "normalise_code",
    "number_to_pay",
    "open_requests",
    "operators_of",
    "owners_of",
    "payment_destination",
    "person_of",
    "propose_bank_account",
    "record_ownership",
    "register_party",
    "reject",
    "request_approval",
    "reveal",
    "reveal_account_number",
    "revoke_consent",
    "revoke_person",
    "roles_of",
    "set_password",
    "stop_bank_account",
    "ultimate_parent",
    "ultimate_parents",
    "unverified_parties",
    "update_party",
    "use_approval",
    "vault_at",
    "verified_parties",
    "verify_bic",
    "verify_card",
    "verify_cnaps",
    "verify_iban",
    "verify_lei",
    "verify_resident_id",
    "verify_uscc",
    "withdraw",
]
