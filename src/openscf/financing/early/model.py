"""A buyer's rule of early payment, and what of it is used."""

import datetime as dt
from dataclasses import dataclass

from openscf.financing.fields import field_of
from openscf.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyPayRule:
    """What a buyer puts into one of its programmes of early payment.

    Attributes:
        budget: The most cash that is out at once: agreed to or paid, and not due yet. None: as much as there is.
        daily: The most that is agreed to be paid on one day.
        suppliers: Ids of those who may take part; none named: all.
    """

    budget: Money | None = field_of("Most cash that is out early at once", "提前付款资金总额", default=None)
    daily: Money | None = field_of("Most cash paid early on one day", "单日提前付款限额", default=None)
    suppliers: tuple[str, ...] = field_of(
        "Suppliers who may take part; none: all", "可参与的供应商（不选为全部）", default=()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Cash of an early payment.

    Attributes:
        cash: What the supplier gets, or got.
        pay_on: The day that was agreed; of what is paid, the day on which it was.
        due_on: From this day on the money would have been paid anyway.
        paid: It has left.
    """

    cash: Money
    pay_on: dt.date
    due_on: dt.date
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyPayUse:
    """A rule with what is used of it.

    Attributes:
        rule: None where the buyer never set one: then neither amount nor supplier is bounded.
        out: Cash that is out.
        by_day: What is agreed to be paid from today on, by day.
    """

    rule: EarlyPayRule | None
    out: Money
    by_day: dict[dt.date, Money]
