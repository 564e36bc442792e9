"""How deals of each product are opened in the storm: contracts and proposals drawn from chance, good and odd ones."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openscf.cluster.simulation.chance import Chance
from openscf.kernel.money import CNY, Money

DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a deal is opened with.

    Attributes:
        roles: Role to the kind of party that stands in it: `client`, `obligor`, `funder`, `operator`.
        terms, proposal: As JSON values.
    """

    roles: Mapping[str, str]
    terms: Mapping[str, Any]
    proposal: Mapping[str, Any]


def _money(chance: Chance, *, most: int = 2_000_000_00) -> str:
    return Money(1 + chance.below(most), CNY).amount


def _due(chance: Chance, on: dt.date) -> str:
    return (on + (5 + chance.below(170)) * DAY).isoformat()


def _rate(chance: Chance) -> str:
    return f"{chance.below(1200) / 100:.2f}%"


_THREE: Final = {"client": "client", "obligor": "obligor", "funder": "funder"}


def _factoring(chance: Chance, on: dt.date, number: int) -> Opening:
    price = {"rate": _rate(chance), "timing": chance.pick(("arrears", "advance"))}
    terms = {
        "price": price, "advance_rate": f"{50 + chance.below(51)}%", "fee_rate": f"{chance.below(100) / 100:.2f}%",
        "notified": bool(chance.below(2)), "grace_days": chance.below(40),
    }  # fmt: skip
    return Opening(_THREE, terms, {"number": f"{number:08}", "face": _money(chance), "due_on": _due(chance, on)})


def _reverse(chance: Chance, on: dt.date, number: int) -> Opening:
    terms = {"rate": _rate(chance), "fee_rate": f"{chance.below(50) / 100:.2f}%"}
    said = {
        "number": f"{number:08}", "face": _money(chance), "due_on": _due(chance, on),
        "issued_on": (on - chance.below(30) * DAY).isoformat(),
    }  # fmt: skip
    return Opening(_THREE, terms, said)


def _bill(chance: Chance, on: dt.date, number: int) -> Opening:
    kind = chance.pick(("bank", "commercial"))
    said = {
        "number": f"{1 if kind == 'bank' else 2}{number:029}", "face": _money(chance), "due_on": _due(chance, on),
        "issued_on": on.isoformat(), "drawer": "出票有限公司",
    }  # fmt: skip
    return Opening(_THREE, {"rate": _rate(chance), "kind": kind, "fee_rate": "0.05%"}, said)


def _dynamic(chance: Chance, on: dt.date, number: int) -> Opening:
    terms: dict[str, Any] = chance.pick(
        (
            {"rate": _rate(chance)},
            {"scale": "sliding", "part": "1.5%", "days": 30},
            {"scale": "cliff", "part": "2%", "days": 10},
        )
    )
    said = {
        "number": f"{number:08}", "face": _money(chance), "issued_on": on.isoformat(), "due_on": _due(chance, on)
    }  # fmt: skip
    return Opening({"client": "client", "obligor": "obligor"}, terms, said)


def _refund(chance: Chance, on: dt.date, number: int) -> Opening:
    price = {"rate": _rate(chance), "timing": chance.pick(("arrears", "advance"))}
    terms = {"price": price, "ratio": f"{50 + chance.below(51)}%", "fee_rate": "0.30%"}
    said = {
        "number": f"T{number}", "export_value": _money(chance, most=9_000_000_00), "refund_rate": "13%",
        "due_on": _due(chance, on),
    }  # fmt: skip
    return Opening(_THREE, terms, said)


def _escrow(chance: Chance, on: dt.date, number: int) -> Opening:
    roles = {"seller": "client", "buyer": "obligor", "operator": "operator"}
    said = {
        "number": f"SO-{number}", "price": _money(chance), "pay_by": (on + (1 + chance.below(9)) * DAY).isoformat()
    }  # fmt: skip
    return Opening(roles, {"fee_rate": f"{chance.below(100) / 100:.2f}%"}, said)


def _pool(chance: Chance, on: dt.date, number: int) -> Opening:  # noqa: ARG001 - one signature
    terms = {
        "price": {"rate": _rate(chance)}, "limit": _money(chance, most=5_000_000_00),
        "debtor_cap": _money(chance, most=3_000_000_00), "advance_rate": f"{50 + chance.below(51)}%",
        "reserve_rate": f"{chance.below(10)}%", "fee_rate": "0.10%", "sweep": chance.pick(("full", "base")),
    }  # fmt: skip
    until = (on + (60 + chance.below(300)) * DAY).isoformat()
    return Opening({"client": "client", "funder": "funder"}, terms, {"until": until})


OPENINGS: Final[Mapping[str, Callable[[Chance, dt.date, int], Opening]]] = {
    "factoring": _factoring, "reverse_factoring": _reverse, "bill_discounting": _bill,
    "dynamic_discounting": _dynamic, "export_tax_refund": _refund, "payment_escrow": _escrow,
    "receivables_pool": _pool,
}  # fmt: skip
