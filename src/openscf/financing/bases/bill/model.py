"""Contract and book of a bill that is discounted."""

import datetime as dt
import enum
from dataclasses import dataclass
from fractions import Fraction

from openscf.financing.bases import advance
from openscf.financing.bases.bill.chain import BillKind, Endorsement
from openscf.financing.fields import field_of


class Dishonour(enum.Enum):
    """Why the bill will not be paid as it says."""

    REFUSED = "refused"
    INSOLVENT = "insolvent"  # recourse before maturity: 票据法 article 61


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(advance.DiscountTerms):
    """The contract; one for each kind of bill, since the price looks at the acceptor."""

    kind: BillKind = field_of("Whose acceptance", "票据种类（银承或商承）")
    fee_rate: Fraction = field_of(
        "Fee as a part of the face, taken at funding", "手续费率（按票面，放款时收取）",
        default=Fraction(0), least=Fraction(0), most=Fraction(1, 10),
    )  # fmt: skip
    extra_days: int = field_of(
        "Days added where the acceptor is in another town", "异地加收天数", default=3, least=0, most=10, unit="days"
    )
    buyer_share: Fraction = field_of(
        "Part of the discount that the buyer pays: 1 buyer-pays-interest, between split", "买方付息比例",
        default=Fraction(0), least=Fraction(0), most=Fraction(1),
    )  # fmt: skip

    @property
    def notified(self) -> bool:
        """The acceptance is the debtor's word."""
        return False

    @property
    def most_tenor_days(self) -> int:
        """Longer than six months of any length: the law's own bound is checked from the day of issue."""
        return 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(advance.Proposal):
    """The bill that is offered."""

    number: str = field_of("Number of the electronic bill, 30 digits", "电子票据号码（30 位）")
    issued_on: dt.date = field_of("Day of issue", "出票日")
    out_of_town: bool = field_of("The acceptor is in another town", "承兑人在异地", default=False)
    drawer: str = field_of("Drawer, where he is liable beside the acceptor", "出票人", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(advance.Book):
    """What is known of the bill."""

    issued_on: dt.date = field_of("Day of issue", "出票日")
    out_of_town: bool = field_of("The acceptor is in another town", "承兑人在异地")
    drawer: str = field_of("Drawer", "出票人")
    chain: tuple[Endorsement, ...] = field_of("Endorsements in their order", "背书记录", default=())
    buyer_agreed: bool = field_of("The buyer agreed to pay its interest", "买方已同意付息", default=False)
    dishonoured_on: dt.date | None = field_of("Refused on", "拒付日", default=None)
    asked: tuple[str, ...] = field_of("Asked to pay in recourse, in their order", "已追索对象", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What is said with a dishonour."""

    reason: Dishonour = field_of("Why it is not paid", "拒付原因", default=Dishonour.REFUSED)
