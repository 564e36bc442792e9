"""Who appears in the default demo, and what is sold: firms that do not exist, with codes of the right form."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from openscf.cluster import Member, Sale, Stage
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.parties import PartyRole

OPENS_ON: Final = dt.date(2026, 3, 9)
FUNDED_ON: Final = dt.date(2026, 3, 10)

MEMBERS: Final = {
    "operator": Member("长桥供应链平台", "Longbridge Platform", "91110000MA0DEM013H", PartyRole.OPERATOR),
    "anchor": Member("江海重工集团", "Jianghai Heavy Industries", "91310000MA0DEM021R", PartyRole.ANCHOR),
    "castings": Member("华岳精密铸造", "Huayue Precision Castings", "91320000MA0DEM03XM", PartyRole.SUPPLIER),
    "funder": Member("同舟商业保理", "Tongzhou Factoring", "91420000MA0DEM048C", PartyRole.FUNDER),
    "fasteners": Member("启明紧固件", "Qiming Fasteners", "91330000MA0DEM05XU", PartyRole.SUPPLIER),
    "cables": Member("远川电缆", "Yuanchuan Cable", "91340000MA0DEM06X1", PartyRole.SUPPLIER),
    "late": Member("北原工程", "Beiyuan Engineering", "91350000MA0DEM07X6", PartyRole.ANCHOR),
}
SUPPLIERS: Final = ("castings", "fasteners", "cables")
SWEPT: Final = ("castings", "fasteners")  # the third leaves its money on the platform, and can answer for a credit note
MISTYPED: Final = "91310000MA0DEM012R"  # two digits of the anchor's code changed places

TERMS: Final[Mapping[str, Any]] = {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"}
POLICY: Final[Mapping[str, Any]] = {"needs_order": True, "needs_receipt": True, "auto_fund_up_to": "2000000.00"}


def yuan(text: str) -> Money:
    """An amount of CNY."""
    return parse_amount(text, CNY)


DEPOSIT: Final = yuan("5000000.00")
LIMITS: Final = {
    "anchor": yuan("1300000.00"), "late": yuan("500000.00"), "castings": yuan("2000000.00"),
    "fasteners": yuan("1000000.00"), "cables": yuan("1000000.00"),
}  # fmt: skip
CREDITED: Final = yuan("100000.00")

_SALES: Final = {
    # name: number, seller, buyer, gross, due, goods
    "first": ("HY-2026-0001", "castings", "anchor", "1000000.00", dt.date(2026, 5, 31), "铸钢件 Steel castings"),
    "slow": ("QM-2026-0107", "fasteners", "late", "400000.00", dt.date(2026, 5, 15), "高强螺栓 Structural bolts"),
    "credited": ("YC-2026-0033", "cables", "anchor", "600000.00", dt.date(2026, 5, 31), "电缆 Cables"),
    "beyond": ("HY-2026-0002", "castings", "anchor", "900000.00", dt.date(2026, 6, 30), "铸钢件 Steel castings"),
}


def sales(stage: Stage) -> dict[str, Sale]:
    """The sales between those who have joined, by the demo's own names for them."""
    return {
        name: Sale(
            number=number, seller=stage.joined[seller].party, buyer=stage.joined[buyer].party, gross=yuan(gross),
            issued_on=dt.date(2026, 3, 2), due_on=due_on, goods=goods,
        )
        for name, (number, seller, buyer, gross, due_on, goods) in _SALES.items()
    }  # fmt: skip
