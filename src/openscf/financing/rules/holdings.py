"""Where a funder's money lies: sums of open financings by who owes, in which product, and how far from the due day.

Integer arithmetic alone; a share is an exact fraction of its currency's whole.
"""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency, Money


class Bucket(enum.Enum):
    """How far from its due day a financing is, those that fall due last first."""

    OPEN_ENDED = "open_ended"
    LATER = "later"
    IN_90 = "in_90"
    IN_30 = "in_30"
    LATE_30 = "late_30"
    LATE_60 = "late_60"
    LATE_90 = "late_90"
    LATE_MORE = "late_more"

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self in LATE


LATE: Final = frozenset({Bucket.LATE_30, Bucket.LATE_60, Bucket.LATE_90, Bucket.LATE_MORE})
BOUNDS: Final = (-90, -30, 1, 31, 61, 91)
"""Days past due at which the next bucket begins; negative: days to go. Banks count lateness by 30, 60 and 90."""
_BY_PLACE: Final = tuple(one for one in Bucket if one is not Bucket.OPEN_ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Open financings that are alike.

    Attributes:
        debtor: On whom the exposure lies: the first of the roles whose limits the product uses.
        count: How many.
        principal: Lent and not repaid.
        provision: Expected credit loss when the last day was ended; nothing before the first.
    """

    product: str
    debtor: PartyId | None
    bucket: Bucket
    count: int
    principal: Money
    provision: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the portfolio in one currency.

    Attributes:
        key: What its holdings have in common.
        share: Of what is lent in this currency.
        late: Of its principal, what is past its day.
    """

    key: str
    count: int
    principal: Money
    late: Money
    provision: Money
    share: Fraction


def bucket_of(place: int | None) -> Bucket:
    """The bucket at a place among `BOUNDS`, counted as PostgreSQL's `width_bucket` does; None: there is no due day."""
    return Bucket.OPEN_ENDED if place is None else _BY_PLACE[place]


def slices(holdings: Iterable[Holding], key: Callable[[Holding], str]) -> list[Slice]:
    """Holdings by something that they have in common and by currency; the largest first.

    Their principals sum to the whole of each currency, and so do their shares.
    """
    held = list(holdings)
    wholes: dict[Currency, int] = {}
    grouped: dict[tuple[Currency, str], list[Holding]] = {}
    for one in held:
        unit = one.principal.currency
        wholes[unit] = wholes.get(unit, 0) + one.principal.minor
        grouped.setdefault((unit, key(one)), []).append(one)
    found = [_slice(name, ones, whole=Money(wholes[unit], unit)) for (unit, name), ones in grouped.items()]
    return sorted(found, key=lambda one: (one.principal.currency.code, -one.principal.minor, one.key))


def _slice(key: str, ones: list[Holding], *, whole: Money) -> Slice:
    unit = whole.currency
    lent = sum(one.principal.minor for one in ones)
    return Slice(
        key=key, count=sum(one.count for one in ones), principal=Money(lent, unit),
        late=Money(sum(one.principal.minor for one in ones if one.bucket.late), unit),
        provision=Money(sum(one.provision.minor for one in ones), unit),
        share=Fraction(lent, whole.minor) if whole.minor else Fraction(0),
    )  # fmt: skip
