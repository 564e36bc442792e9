"""The frozen types of this capability."""

from openscf.parties.model.approval import ApprovalRequest, ApprovalState, Verdict
from openscf.parties.model.banking import AccountPurpose, AccountScheme, BankAccount, BankAccountState, NewBankAccount
from openscf.parties.model.consent import Consent, NewConsent, Scope
from openscf.parties.model.enterprise import (
    DirectoryEntry,
    KybStatus,
    NewParty,
    Ownership,
    Party,
    PartyKind,
    PartyRole,
    RoleHeld,
)
from openscf.parties.model.ids import (
    AppointmentId,
    ApprovalRequestId,
    BankAccountId,
    ConsentId,
    LoginId,
    OwnershipId,
)
from openscf.parties.model.people import (
    Appointment,
    DocumentKind,
    Login,
    NewDocument,
    NewPerson,
    Permission,
    Person,
    PersonRole,
)

__all__ = [
    "AccountPurpose",
    "AccountScheme",
    "Appointment",
    "AppointmentId",
    "ApprovalRequest",
    "ApprovalRequestId",
    "ApprovalState",
    "BankAccount",
    "BankAccountId",
    "BankAccountState",
    "Consent",
    "ConsentId",
    "DirectoryEntry",
    "DocumentKind",
    "KybStatus",
    "Login",
    "LoginId",
    "NewBankAccount",
    "NewConsent",
    "NewDocument",
    "NewParty",
    "NewPerson",
    "Ownership",
    "OwnershipId",
    "Party",
    "PartyKind",
    "PartyRole",
    "Permission",
    "Person",
    "PersonRole",
    "RoleHeld",
    "Scope",
    "Verdict",
]
