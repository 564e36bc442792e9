"""Who lives in the mini-economy, what they make, and how they are financed. None of these firms exists."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from openscf.cluster.economy import YUAN, Design, Shock, Spec, Trade
from openscf.cluster.stage import Member, demo_uscc
from openscf.parties import PartyRole

OPENS_ON: Final = dt.date(2026, 3, 9)
DAYS: Final = 90
DEMAND: Final = 60
WEEKLY: Final = DEMAND * 5
GOODS: Final = {
    "machines": "成套设备 Machines", "castings": "铸钢件 Steel castings", "fasteners": "高强螺栓 Structural bolts",
    "cables": "电缆 Cables", "housings": "机壳 Housings", "castings-b": "生铁 Pig iron", "fasteners-b": "线材 Wire rod",
    "cables-b": "铜杆 Copper rod", "housings-b": "冷轧板 Steel sheet",
}  # fmt: skip

_NAMES: Final[Mapping[str, tuple[str, str, PartyRole]]] = {
    "operator": ("长桥供应链平台", "Longbridge Platform", PartyRole.OPERATOR),
    "anchor": ("江海重工集团", "Jianghai Heavy Industries", PartyRole.ANCHOR),
    "castings-0": ("华岳精密铸造", "Huayue Precision Castings", PartyRole.SUPPLIER),
    "castings-1": ("北原铸业", "Beiyuan Foundry", PartyRole.SUPPLIER),
    "fasteners-0": ("启明紧固件", "Qiming Fasteners", PartyRole.SUPPLIER),
    "fasteners-1": ("中岭标准件", "Zhongling Standard Parts", PartyRole.SUPPLIER),
    "cables-0": ("远川电缆", "Yuanchuan Cable", PartyRole.SUPPLIER),
    "cables-1": ("蓝湾线束", "Lanwan Harness", PartyRole.SUPPLIER),
    "housings-0": ("东麓钣金", "Donglu Sheet Metal", PartyRole.SUPPLIER),
    "housings-1": ("晨辉箱体", "Chenhui Enclosures", PartyRole.SUPPLIER),
    "castings-b-0": ("赤峰生铁", "Chifeng Pig Iron", PartyRole.SUPPLIER),
    "fasteners-b-0": ("河西线材", "Hexi Wire", PartyRole.SUPPLIER),
    "cables-b-0": ("铜山铜业", "Tongshan Copper", PartyRole.SUPPLIER),
    "housings-b-0": ("新港板材", "Xingang Steel Sheet", PartyRole.SUPPLIER),
    "shop-0": ("华东设备经销", "Huadong Equipment", PartyRole.DISTRIBUTOR),
    "shop-1": ("西南机电", "Xinan Electromechanical", PartyRole.DISTRIBUTOR),
    "shop-2": ("岭南工贸", "Lingnan Trading", PartyRole.DISTRIBUTOR),
    "bank-1": ("汇川银行", "Huichuan Bank", PartyRole.FUNDER),
    "bank-2": ("城江银行", "Chengjiang Bank", PartyRole.FUNDER),
    "factor": ("同舟商业保理", "Tongzhou Factoring", PartyRole.FUNDER),
    "warehouse": ("安仓监管", "Ancang Warehousing", PartyRole.CUSTODIAN),
    "carrier": ("顺捷物流", "Shunjie Logistics", PartyRole.CARRIER),
    "rater": ("明衡评级", "Mingheng Ratings", PartyRole.RATER),
    "tax-office": ("江海市税务局", "Jianghai Tax Office", PartyRole.BUYER),
}
MEMBERS: Final = {
    name: Member(zh, en, demo_uscc(f"91310000MA0DEM{at:03d}"), role)
    for at, (name, (zh, en, role)) in enumerate(_NAMES.items())
}
FUNDERS: Final = {"factor": 40_000_000 * YUAN, "bank-1": 60_000_000 * YUAN, "bank-2": 20_000_000 * YUAN}
SUPPLIERS: Final = tuple(name for name, (_, _, role) in _NAMES.items() if role is PartyRole.SUPPLIER)
SELLERS: Final = (*SUPPLIERS, "anchor")
SHOPS: Final = tuple(name for name, (_, _, role) in _NAMES.items() if role is PartyRole.DISTRIBUTOR)
RATED_PPB: Final = {"castings-0": 6_000_000, "castings-1": 42_000_000, "fasteners-0": 65_000_000}
USUAL_PPB: Final = 18_000_000

FACTORED: Final = ("castings-0", "castings-1", "fasteners-0", "castings-b-0", "fasteners-b-0")
REVERSED: Final = ("cables-0", "cables-1")
POOLED: Final = "fasteners-1"
VOUCHER: Final = ("housings-0", "housings-b-0")
EARLY: Final = "housings-1"
DISHONEST: Final = "castings-1"
FAILS: Final = "fasteners-0"
FAILS_ON: Final = 42
GRACE_DAYS: Final = 7
BY_EVENTS: Final = frozenset({"castings", "housings"})
"""Goods that carrier and warehouse report as events: shipped by the one, received for the anchor by the other."""
SHOPS_LATE: Final = (0, 9, 12)
"""Days by which each distributor pays late what it does not pay in time."""
RATES_EVERY: Final = 21
STATED_EVERY: Final = 30
"""Business days after which sellers send the statements of their own bank accounts."""

_POLICY: Final = {"needs_order": True, "needs_receipt": True, "auto_fund_up_to": "1000000.00"}
FRAMES: Final[Mapping[str, Mapping[str, Any]]] = {
    "factoring": {
        "owner": "factor", "product": "factoring", "policy": _POLICY,
        "terms": {"price": {"rate": "6.8%"}, "advance_rate": "80%", "fee_rate": "0.1%", "grace_days": GRACE_DAYS},
    },
    "credit": {  # priced one by one from what seller and buyer are judged at: whoever looks for money sees it beside
        "owner": "bank-2", "product": "factoring",
        "policy": {**_POLICY, "pricing": {"base": "2.6%", "margin": "0.7%", "highest": "15%"}},
        "terms": {"price": {"rate": "15%"}, "advance_rate": "85%", "grace_days": GRACE_DAYS},
    },
    "reverse": {
        "owner": "bank-1", "product": "reverse_factoring", "terms": {"rate": "3.9%"},
        "policy": {**_POLICY, "needs_order": False, "needs_receipt": False},
        "roles": {"obligor": "anchor", "funder": "bank-1"},
    },
    "pool": {
        "owner": "factor", "product": "receivables_pool", "policy": {**_POLICY, "needs_order": False},
        "terms": {
            "price": {"rate": "6.5%"}, "limit": "2000000.00", "debtor_cap": "1500000.00", "advance_rate": "80%",
            "reserve_rate": "5%", "fee_rate": "0.05%",
        },
    },
    "voucher": {
        "owner": "bank-1", "product": "payables_voucher", "terms": {"least_piece": "1000.00", "most_depth": 3},
        "roles": {},
    },
    "early": {"owner": "anchor", "product": "dynamic_discounting", "terms": {"rate": "8%"}, "roles": {}},
    "bill": {
        "owner": "bank-1", "product": "bill_discounting", "terms": {"rate": "2.4%", "kind": "bank"},
    },
    "refund": {
        "owner": "factor", "product": "export_tax_refund", "terms": {"price": {"rate": "7.5%"}, "ratio": "80%"},
    },
    "escrow": {
        "owner": "operator", "product": "payment_escrow", "terms": {"fee_rate": "0.3%"},
        "roles": {"operator": "operator"},
    },
}  # fmt: skip


def design() -> Design:
    """The firms of the mini-economy: an anchor, eight suppliers and four of theirs, three distributors."""
    firms = [
        Spec(
            name="anchor", trade=Trade.ANCHOR, tier=0, family=-1, makes="machines",
            of=("castings", "fasteners", "cables", "housings"), price=1_062 * 113, labour=250 * YUAN,
            capacity=WEEKLY * 3 // 2, cash=60_000_000 * YUAN, terms_days=10, upkeep=20_000 * YUAN,
        )
    ]  # fmt: skip
    for family, part in enumerate(("castings", "fasteners", "cables", "housings")):
        firms += [_first(part, family, at) for at in range(2)]
        firms.append(_second(part, family))
    firms += [
        Spec(
            name=f"shop-{at}", trade=Trade.DISTRIBUTOR, tier=-1, family=-1, makes="", of=("machines",), price=0,
            capacity=WEEKLY * 2 // 3, cash=1_500_000 * YUAN, upkeep=4_000 * YUAN,
            late_days=SHOPS_LATE[at], late_every=2,
        )
        for at in range(3)
    ]  # fmt: skip
    shock = Shock(day=FAILS_ON, days=1, kind="default", firm=FAILS)
    return Design(
        firms=tuple(firms), demand=DEMAND, expand_cost=60 * YUAN, grace_days=60, order_days=10, least_part=2,
        shocks=(shock,),
    )  # fmt: skip


def _first(part: str, family: int, at: int) -> Spec:
    """A supplier of the anchor; those who are financed on request begin with two weeks' labour, others with ten."""
    name = f"{part}-{at}"
    wages = WEEKLY // 2 * 66 * YUAN
    weeks = 2 if name in (*FACTORED, POOLED) else 10
    return Spec(
        name=name, trade=Trade.SUPPLIER, tier=1, family=family, makes=part, of=(f"{part}-b",), price=168 * 113,
        labour=66 * YUAN, capacity=WEEKLY * 3 // 4, cash=wages * weeks, terms_days=30,
        late_days=8 if name == "castings-0" else 0, upkeep=1_000 * YUAN,
    )  # fmt: skip


def _second(part: str, family: int) -> Spec:
    """A supplier of two suppliers."""
    name = f"{part}-b-0"
    wages = WEEKLY * 32 * YUAN
    weeks = 2 if name in FACTORED else 10
    return Spec(
        name=name, trade=Trade.SUPPLIER, tier=2, family=family, makes=f"{part}-b", price=81 * 113,
        labour=32 * YUAN, capacity=WEEKLY * 3 // 2, cash=wages * weeks, terms_days=25, upkeep=800 * YUAN,
    )  # fmt: skip
