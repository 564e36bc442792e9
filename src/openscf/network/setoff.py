"""Setting debts off in rings: what can be struck out so that each firm's net position stays as it is.

Of all ways to strike out cycles this takes the one that clears the most. That is a circulation of the greatest amount
within the debts; its constraints are the incidence of a graph, so the linear programme ends at whole numbers (Hoffman
and Kruskal, 1956). The answer is checked in integers before it is given: what a solver says is not believed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from openscf.kernel.errors import refusal

LARGEST_SUM_MINOR: Final = 2**52  # sums of debts up to here are exact in the solver's numbers

SET_OFF_TOO_LARGE = refusal(
    "set_off_too_large",
    en="Debts of {total} in all can't be set off at once; at most {most}, counted in the currency's smallest coin.",
    zh="债务合计 {total} 过大，无法一次抵销；上限为 {most}（均以分等最小币值计）。",
    fix_en="Set them off by currency and in parts.",
    fix_zh="请按币种分批抵销。",
)
DEBT_NOT_POSITIVE = refusal(
    "debt_not_positive",
    en="{debtor} can't owe {creditor} {amount}: a debt is above nothing.",
    zh="{debtor} 对 {creditor} 的债务不能为 {amount}：债务须大于零。",
    fix_en="Leave out what is paid, and turn claims round.",
    fix_zh="请剔除已清偿的债务，并将反向债权换向填写。",
)


@dataclass(frozen=True, slots=True)
class SetOff:
    """What is struck out, by (debtor, creditor), in minor units of one currency.

    Attributes:
        cleared: What goes of each debt; those of which nothing goes are not in it.
        left: What stays of each debt; those that are gone are not in it.
        before_minor, cleared_minor: Sums over all debts.
    """

    cleared: Mapping[tuple[str, str], int]
    left: Mapping[tuple[str, str], int]
    before_minor: int
    cleared_minor: int


def set_off(debts: Mapping[tuple[str, str], int]) -> SetOff:
    """Strike out as much as can be, with everybody's net position as before.

    Args:
        debts: What each debtor owes each creditor, in minor units of one currency; above 0.

    Raises:
        Refusal: `debt_not_positive` or `set_off_too_large`.
    """
    for (debtor, creditor), amount in debts.items():
        if amount <= 0:
            raise DEBT_NOT_POSITIVE(debtor=debtor, creditor=creditor, amount=amount)
    total = sum(debts.values())
    if total > LARGEST_SUM_MINOR:
        raise SET_OFF_TOO_LARGE(total=total, most=LARGEST_SUM_MINOR)
    pairs = sorted(debts)
    cleared = {pair: amount for pair, amount in zip(pairs, _circulation(pairs, debts), strict=True) if amount}
    _check(cleared, debts)
    left = {pair: debts[pair] - cleared.get(pair, 0) for pair in pairs if debts[pair] > cleared.get(pair, 0)}
    return SetOff(cleared, left, total, sum(cleared.values()))


def net_positions(debts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """What each firm is owed less what it owes; nought is left out."""
    net: Counter[str] = Counter()
    for (debtor, creditor), amount in debts.items():
        net[creditor] += amount
        net[debtor] -= amount
    return {firm: amount for firm, amount in net.items() if amount}


def _circulation(pairs: list[tuple[str, str]], debts: Mapping[tuple[str, str], int]) -> list[int]:
    if not pairs:
        return []
    from scipy.optimize import linprog  # noqa: PLC0415 - most commands set nothing off, and all would wait for it
    from scipy.sparse import csr_array  # noqa: PLC0415

    index = {firm: place for place, firm in enumerate(sorted({firm for pair in pairs for firm in pair}))}
    columns = np.arange(len(pairs))
    rows = np.concatenate([[index[debtor] for debtor, _ in pairs], [index[creditor] for _, creditor in pairs]])
    signs = np.concatenate([np.full(len(pairs), -1.0), np.full(len(pairs), 1.0)])
    incidence = csr_array((signs, (rows, np.concatenate([columns, columns]))), shape=(len(index), len(pairs)))
    most = np.array([debts[pair] for pair in pairs], dtype=np.float64)
    found = linprog(
        -np.ones(len(pairs)), A_eq=incidence, b_eq=np.zeros(len(index)),
        bounds=np.column_stack([np.zeros(len(pairs)), most]), method="highs-ds",
    )  # fmt: skip
    if found.x is None:
        raise ArithmeticError(f"the circulation was not found: {found.message}")
    return [int(amount) for amount in np.rint(found.x)]


def _check(cleared: Mapping[tuple[str, str], int], debts: Mapping[tuple[str, str], int]) -> None:
    within = all(0 < amount <= debts[pair] for pair, amount in cleared.items())
    if not within or net_positions(cleared):
        raise ArithmeticError("a set-off that would change somebody's position was not made")
