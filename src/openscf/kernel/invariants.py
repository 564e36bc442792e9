"""What must hold at every instant, by name, and how a breach is told.

Capabilities check the invariants that live in their own tables; `openscf verify`, the simulator's auditor, the load
tests and the restore drill all read the same list.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

INVARIANTS: Mapping[str, tuple[str, str]] = {
    "I1": ("Every transfer balances, in one unit", "每笔转账借贷平衡，且计量单位一致"),
    "I2": ("The trial balance is zero", "试算平衡为零"),
    "I3": (
        "Balances are the sum of their entries, held amounts the sum of open holds",
        "余额等于分录之和，冻结额等于未结冻结之和",
    ),
    "I4": ("No account is below its floor or above its ceiling", "账户不低于下限、不高于上限"),
    "I5": ("Entries and audit log are append-only and unaltered", "分录与审计日志只增不改"),
    "I6": (
        "No asset is pledged above its face or beside an exclusive lien; one live record per document",
        "资产担保不超过面额，排他担保独占；每份单据仅一条有效记录",
    ),
    "I7": ("Exposures are what was drawn, within every limit", "敞口等于已提用额且不超过各级额度"),
    "I8": ("One effect per idempotency key", "每个幂等键只产生一次效果"),
    "I9": ("A hold ends exactly once", "每笔冻结只结束一次"),
    "I10": ("A receipt is the sum of its shares", "每笔回款等于各分配项之和"),
    "I11": ("Four eyes: two persons approved that very payload", "双人复核：两个自然人批准了同一内容"),
    "I13": ("The audit chain is valid, one entry per state change", "审计链有效，每次变更均有记录"),
    "I14": ("Messages: delivered in order, none lost", "消息按序送达且不丢失"),
    "I15": ("Nothing posts into a closed day", "已关账日期不再入账"),
    "I16": (
        "The ledger's cash is the bank's, each bank line counted once",
        "账面资金等于银行余额，银行流水逐笔入账一次",
    ),
    "I17": ("The platform's own accounts carry nobody's principal", "平台自有账户不含客户本金"),
    "I18": (
        "A voucher's leaves are what was issued less paid and cancelled; locked never exceeds them",
        "凭证末端份额之和等于开立减兑付与撤销；锁定不超过余额",
    ),
}
"""The invariants that have something to check so far; the list grows with the capabilities."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where an invariant does not hold.

    Attributes:
        invariant: As `I3`.
        check: Name of the check that found it.
        subject: Prefixed id, unit or place in the chain.
        facts: What was found and what was expected, JSON-ready.
    """

    invariant: str
    check: str
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Source = TypeVar("Source")


@dataclass(frozen=True, slots=True)
class Check(Generic[Source]):
    """A check of one invariant.

    Attributes:
        invariant: As `I3`.
        name: In snake_case, unique within its invariant.
        find: Yields the breaches, in a stable order; reads only.
    """

    invariant: str
    name: str
    find: Callable[[Source], Iterable[Breach]]

    def __post_init__(self) -> None:
        if self.invariant not in INVARIANTS:
            raise ValueError(f"no invariant {self.invariant!r}")
