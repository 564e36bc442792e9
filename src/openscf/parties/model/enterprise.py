"""Enterprises, what they do here, and who owns them."""

import datetime as dt
import enum
from dataclasses import dataclass

from openscf.kernel.ids import PartyId
from openscf.parties.model.ids import OwnershipId


class PartyKind(enum.Enum):
    """Legal form, as far as the platform cares."""

    COMPANY = "company"
    INDIVIDUAL_BUSINESS = "individual_business"  # 个体工商户
    INSTITUTION = "institution"
    BANK = "bank"
    FUND = "fund"


class PartyRole(enum.Enum):
    """What an enterprise does on the platform; it may do several things."""

    SUPPLIER = "supplier"
    BUYER = "buyer"
    ANCHOR = "anchor"  # 核心企业
    DISTRIBUTOR = "distributor"
    FUNDER = "funder"
    CUSTODIAN = "custodian"  # 监管方, the warehouse keeper
    CARRIER = "carrier"
    RATER = "rater"
    GUARANTOR = "guarantor"
    OPERATOR = "operator"  # runs the platform
    BACKER = "backer"  # 众筹参与人


class KybStatus(enum.Enum):
    """How far the platform knows the enterprise."""

    UNVERIFIED = "unverified"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    CLOSED = "closed"  # 注销, the enterprise has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """What is given to register an enterprise. Codes stand in the form of their standard (`normalise_code`).

    Attributes:
        name_zh, name_en: Legal names; at least one.
        short_name: What people call it.
        uscc, lei: Identity codes; at least one.
        kind: Legal form.
        country: ISO 3166-1 alpha-2.
        industry: GB/T 4754 code, a letter and up to four digits.
        registered_on: Day of registration.
    """

    name_zh: str | None = None
    name_en: str | None = None
    short_name: str | None = None
    uscc: str | None = None
    lei: str | None = None
    kind: PartyKind = PartyKind.COMPANY
    country: str = "CN"
    industry: str | None = None
    registered_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """What other members may know of an enterprise: what the public registers say."""

    id: PartyId
    kind: PartyKind
    name_zh: str | None
    name_en: str | None
    short_name: str | None
    uscc: str | None
    lei: str | None
    country: str
    industry: str | None
    registered_on: dt.date | None

    @property
    def name(self) -> str:
        """The legal name, Chinese first."""
        return self.name_zh or self.name_en or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(DirectoryEntry):
    """An enterprise as the house sees it.

    Attributes:
        kyb: How far the platform knows it.
        version: Grows with every change; an update names the one it has seen (If-Match).
        listed: Other members find it in the directory.
    """

    kyb: KybStatus
    version: int
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """A role and the days on which it holds: from `valid_from` up to, not including, `valid_until`."""

    role: PartyRole
    valid_from: dt.date
    valid_until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """A dated edge: `owner` holds `share_bps` of `owned`, and controls it or not.

    Attributes:
        share_bps: Hundredths of a per cent, 0 to 10,000; 0 where control rests on an agreement alone (协议控制).
        controls: `owner` has control of `owned` (IFRS 10.7): at most one owner has it on any day.
        valid_from: First day.
        valid_until: First day on which it holds no more; None: still holds.
        source: Where it is known from.
    """

    id: OwnershipId
    owner: PartyId
    owned: PartyId
    share_bps: int
    controls: bool
    valid_from: dt.date
    valid_until: dt.date | None
    source: str
