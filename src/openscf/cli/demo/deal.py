"""What the demo's deal is: the terms, those who appear, their accounts. Nothing here touches a database.

A factoring with recourse, by hand: an invoice of 1,000,000.00 due on 2026-05-31 (a Sunday), 80 % advanced on
2026-03-10 at 7.2 % ACT/360 in arrears, 0.5 % of the face as fee.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.kernel.calendars import china_interbank, due_day
from openscf.kernel.daycount import Period
from openscf.kernel.ids import AccountId, TransferId
from openscf.kernel.money import CNY, Money, Rounding, parse_amount
from openscf.kernel.ports import IdSource
from openscf.kernel.rates import Rate, interest
from openscf.ledger import Maker, Transfer
from openscf.parties import PartyRole

FUNDED_ON: Final = dt.date(2026, 3, 10)
PAID_ON: Final = due_day(dt.date(2026, 5, 31), china_interbank()).on
RATE: Final = Rate.percent("7.2")
DEPOSIT: Final = parse_amount("5000000.00", CNY)
LIMIT: Final = parse_amount("1000000.00", CNY)
FACE: Final = parse_amount("1000000.00", CNY)
ADVANCE: Final = FACE.times(Fraction(80, 100), Rounding.HALF_UP)
FEE: Final = FACE.times(Fraction(5, 1000), Rounding.HALF_UP)
INTEREST: Final = interest(ADVANCE, RATE, Period(FUNDED_ON, PAID_ON))

# Firms that do not exist; their codes have the form and the check characters of real ones.
MEMBERS: Final = {
    "operator": ("91110000MA0DEM013H", "长桥供应链平台", "Longbridge Platform", PartyRole.OPERATOR),
    "anchor": ("91310000MA0DEM021R", "江海重工集团", "Jianghai Heavy Industries", PartyRole.ANCHOR),
    "supplier": ("91320000MA0DEM03XM", "华岳精密铸造", "Huayue Precision Castings", PartyRole.SUPPLIER),
    "funder": ("91420000MA0DEM048C", "同舟商业保理", "Tongzhou Factoring", PartyRole.FUNDER),
}
MISTYPED: Final = "91310000MA0DEM012R"  # two digits of the anchor's code changed places

HEADROOM: Final = "LIMIT-JIANGHAI"
# Owner, unit, purpose, and whether the balance may not fall below zero.
ACCOUNTS: Final = {
    "bank": ("operator", "CNY", "bank", False),
    "escrow": ("operator", "CNY", "escrow", True),
    "funder": ("funder", "CNY", "cash", True),
    "fees": ("funder", "CNY", "fees", True),
    "supplier": ("supplier", "CNY", "cash", True),
    "granted": ("funder", HEADROOM, "granted", False),
    "headroom": ("anchor", HEADROOM, "headroom", True),
    "used": ("anchor", HEADROOM, "used", True),
}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes the transfers of one event, by the accounts' short names.

    Attributes:
        ids: Source of their ids.
        accounts: The accounts.
        maker: Business date and reason.
    """

    ids: IdSource
    accounts: Mapping[str, AccountId]
    maker: Maker

    def move(self, debit: str, credit: str, amount: Money) -> Transfer:
        """Move an amount from one account to another."""
        return self.maker.transfer(
            self.ids.new(TransferId),
            debit=self.accounts[debit],
            credit=self.accounts[credit],
            amount_minor=amount.minor,
        )

    def reserve(self, amount: Money) -> Transfer:
        """Set headroom aside: it counts as used from now on."""
        return self.maker.hold(
            self.ids.new(TransferId),
            debit=self.accounts["headroom"],
            credit=self.accounts["used"],
            amount_minor=amount.minor,
        )


def prepare(pen: Pen) -> list[Transfer]:
    """The funder brings its money, grants the anchor's limit, and reserves headroom for the receivable."""
    return [pen.move("bank", "funder", DEPOSIT), pen.move("granted", "headroom", LIMIT), pen.reserve(ADVANCE)]


def fund(pen: Pen, reservation: TransferId, *, fee: Money) -> list[Transfer]:
    """The reservation becomes use, the supplier gets the advance less the fee."""
    return [
        pen.maker.post_hold(pen.ids.new(TransferId), reservation),
        pen.move("funder", "supplier", ADVANCE - fee),
        pen.move("funder", "fees", fee),
    ]


def collect(pen: Pen) -> list[Transfer]:
    """The buyer pays: interest, principal and the rest leave the escrow account; headroom is free again."""
    return [
        pen.move("bank", "escrow", FACE),
        pen.move("escrow", "funder", INTEREST),
        pen.move("escrow", "funder", ADVANCE),
        pen.move("escrow", "supplier", FACE - INTEREST - ADVANCE),
        pen.move("used", "headroom", ADVANCE),
    ]
