"""What a warning is, what detectors look at, and the register of them."""

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from openscf.kernel.errors import refusal
from openscf.kernel.registry import Registry

UNKNOWN_DETECTOR = refusal(
    "unknown_detector",
    en="There is no detector {name}; known: {known}.",
    zh="没有预警规则 {name}；已知：{known}。",
    status=400,
)


class Severity(enum.Enum):
    """How much it presses; in this order they are shown."""

    ALARM = "alarm"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyWarning:
    """Something that goes wrong.

    Attributes:
        code: The detector.
        severity: How much it presses.
        subject: What it is about: a party, an invoice, a limit, a file.
        since: The day from which it holds.
        en, zh: It in a sentence.
        evidence: Ids of what it rests on.
    """

    code: str
    severity: Severity
    subject: str
    since: dt.date
    en: str
    zh: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFact:
    """An invoice that is not paid yet.

    Attributes:
        seller, buyer: Their names.
        amount: For people, with its currency.
        contested: In what its versions contradict each other.
        missing: Flows that are not closed.
        lent_on: Whether a lien holds on it.
    """

    id: str
    number: str
    seller: str
    buyer: str
    amount: str
    issued_on: dt.date | None
    due_on: dt.date | None
    contested: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lent_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact:
    """A debtor disputes a claim.

    Attributes:
        pools: Pools of the reader in which it is; it counts in none of them meanwhile.
    """

    id: str
    invoice: str
    number: str
    reason: str
    raised_on: dt.date
    pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBackFact:
    """A payment that a bank took back, as far as it is not made good.

    Attributes:
        owed: What receivers have not given back, for people, with its currency; empty: nothing.
        unpaid: What the payer owes again; empty: nothing.
    """

    id: str
    owed: str
    unpaid: str
    made_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFact:
    """A claim that looks like another one under lien, which nobody has cleared against it.

    Attributes:
        invoice, number: The claim.
        other: The number of the one under lien.
        score: How alike they are.
        deals: Open deals on the claim: money is asked for on it.
        since: The day of its issue.
        evidence: Id of the other document.
    """

    invoice: str
    number: str
    other: str
    score: int
    deals: tuple[str, ...]
    since: dt.date | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFact:
    """A limit: what it bounds and what of it is taken, in minor units."""

    id: str
    about: str
    amount_minor: int
    taken_minor: int
    valid_until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingFact:
    """The last rating of an enterprise by one rater."""

    id: str
    subject: str
    rater: str
    grade: str
    valid_until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFact:
    """What a side of an enterprise's trade comes to with one partner, of the whole of that side, in minor units."""

    side: str
    partner: str
    amount_minor: int
    whole_minor: int
    last_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFact:
    """A file that came in."""

    id: str
    name: str
    rows: int
    rejected: int
    received_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that detectors look at, as far as the reader may see it, as of a day."""

    on: dt.date
    invoices: tuple[InvoiceFact, ...] = ()
    disputes: tuple[DisputeFact, ...] = ()
    limits: tuple[LimitFact, ...] = ()
    ratings: tuple[RatingFact, ...] = ()
    partners: tuple[PartnerFact, ...] = ()
    files: tuple[FileFact, ...] = ()
    attempts: tuple[AttemptFact, ...] = ()
    taken_back: tuple[TakenBackFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A rule that sees something go wrong.

    Attributes:
        name: Stable; the code of its warnings.
        en, zh: What it looks for.
        detect: From facts to warnings.
    """

    name: str
    en: str
    zh: str
    detect: Callable[[Facts], Iterable[EarlyWarning]]


DETECTORS: Final[Registry[Detector]] = Registry(
    "detector", of=Detector, name=lambda one: one.name, unknown=UNKNOWN_DETECTOR
)
"""All detectors: the modules of `openscf.operations.warnings.detectors`."""


def detect_all(facts: Facts) -> list[EarlyWarning]:
    """What all detectors see, the most pressing first, then the oldest. Pure."""
    found = [
        one
        for detector in DETECTORS.discover("openscf.operations.warnings.detectors")
        for one in detector.detect(facts)
    ]
    order = list(Severity)
    return sorted(found, key=lambda one: (order.index(one.severity), one.since, one.code, one.subject))
