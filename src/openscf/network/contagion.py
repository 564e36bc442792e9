"""How losses spread through a network of debts. Pure: arrays in, arrays out; large networks are sparse matrices.

- `clearing`: who pays how much when everybody owes everybody: the greatest clearing vector of Eisenberg and Noe
  (2001), *Systemic Risk in Financial Systems*, Management Science 47(2).
- `debt_rank`: how much value is lost before anybody fails: DebtRank of Battiston and others (2012), Scientific Reports
  2, 541, in the form in which distress goes on spreading (Bardoscia and others, 2015, PLoS ONE 10(6)).
- `cascade`: only failures spread, each with its whole exposure (Furfine, 2003).

These are measures of what might happen, in floating point; nothing that is posted comes from here.
"""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array, sparray

Floats = npt.NDArray[np.float64]
FAILED: Final = 1.0 - 1e-12  # stress at which a buffer is gone
_SETTLED = 1e-12  # of what is owed
_MOST_ROUNDS = 100_000
_STILL_ROUNDS = 3  # rounds without a new default after which the defaults are taken to be known
_LARGEST_SYSTEM = 20_000


@dataclass(frozen=True, slots=True)
class Clearing:
    """What everybody pays.

    Attributes:
        paid: By each firm in all, in the unit of what is owed.
        defaulted: Whether it pays less than it owes.
        rounds: How many rounds it took.
        settled: Whether the answer stands; False if the rounds ran out, and then `paid` may be too high.
    """

    paid: Floats
    defaulted: npt.NDArray[np.bool_]
    rounds: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Stress:
    """What a shock came to; arrays are of firms, or of scenarios and firms, as the shock was.

    Attributes:
        stress: Share of each buffer that is gone, 0 to 1, the shock included.
        losses: What each firm lost beyond the shock; more than its buffer where it owes the rest.
        failed: Whose buffer is gone, by the shock or by others.
        rounds: How many rounds it took.
    """

    stress: Floats
    losses: Floats
    failed: npt.NDArray[np.bool_]
    rounds: int


def clearing(owed: "sparray", assets: npt.ArrayLike) -> Clearing:
    """The greatest clearing vector: each pays all it owes or all it has, in proportion to its debts.

    Starts with everybody paying in full and takes back what can't be paid, round by round; as the payments only fall,
    they end at the greatest solution. When no new firm has defaulted for some rounds, what the defaulted ones pay is
    solved for at once, and the answer is taken if it is one.

    Args:
        owed: `owed[i, j]` is what firm i owes firm j, at least 0.
        assets: What each has from outside, at least 0, in the same unit.

    Raises:
        ValueError: A shape does not fit, or an amount is below nothing.
    """
    debts, outside = _sparse(owed, dtype=np.float64), np.asarray(assets, dtype=np.float64)
    if debts.shape != (len(outside), len(outside)):
        raise ValueError("what is owed is a square, with a row for each firm")
    if (debts.data < 0).any() or (outside < 0).any():
        raise ValueError("debts and assets are not below nothing")
    due = np.asarray(debts.sum(axis=1)).ravel()
    shares = _sparse(debts.multiply((1 / np.where(due > 0, due, 1))[:, None])).T.tocsr()
    paid, before, still = due.copy(), np.zeros(len(due), dtype=bool), 0
    margin = _SETTLED * max(1.0, float(due.max(initial=0)))
    for number in range(1, _MOST_ROUNDS + 1):
        following = np.minimum(due, outside + shares @ paid)
        defaulted = following < due - margin
        if np.abs(following - paid).max(initial=0) <= margin:
            return Clearing(following, defaulted, number, True)
        still = still + 1 if (defaulted == before).all() else 0
        paid, before = following, defaulted
        if still == _STILL_ROUNDS:
            solved = _solved(shares, due, outside, defaulted=defaulted, below=paid)
            if solved is not None:
                return Clearing(solved, defaulted, number, True)
    return Clearing(paid, before, _MOST_ROUNDS, False)


def debt_rank(
    exposures: "sparray", buffers: npt.ArrayLike, shock: npt.ArrayLike, *, tolerance: float = 1e-12
) -> Stress:
    """DebtRank: each loses what its debtors lose of their worth, in proportion to what it lent them.

    Args:
        exposures: `exposures[i, j]` is what firm i loses when firm j fails.
        buffers: What each can lose before it fails, above 0.
        shock: Stress at the beginning, 0 to 1, of each firm; or one row for each scenario.
        tolerance: The rounds end when all stress together grew by less (Euclidean, per scenario).
    """

    def spread(now: Floats, told: Floats) -> Floats:
        return np.minimum(1.0, now) - told

    return _spread(exposures, buffers, shock, step=spread, tolerance=tolerance)


def cascade(exposures: "sparray", buffers: npt.ArrayLike, shock: npt.ArrayLike) -> Stress:
    """A cascade of failures: nobody passes anything on before its buffer is gone, and then all of it.

    Args:
        exposures: `exposures[i, j]` is what firm i loses when firm j fails.
        buffers: What each can lose before it fails, above 0.
        shock: Stress at the beginning, 0 to 1, of each firm; or one row for each scenario.
    """

    def spread(now: Floats, told: Floats) -> Floats:
        return np.where(now >= FAILED, 1.0, 0.0) - told

    return _spread(exposures, buffers, shock, step=spread, tolerance=1e-12)


def _spread(
    exposures: "sparray", buffers: npt.ArrayLike, shock: npt.ArrayLike, *, step: Any, tolerance: float
) -> Stress:
    lent, can_lose = _sparse(exposures, dtype=np.float64), np.asarray(buffers, dtype=np.float64)
    start = np.atleast_2d(np.asarray(shock, dtype=np.float64))
    count = len(can_lose)
    if lent.shape != (count, count) or start.shape[1] != count:
        raise ValueError("exposures are a square, with a row, a buffer and a shock for each firm")
    if (can_lose <= 0).any() or (lent.data < 0).any() or (start < 0).any() or (start > 1).any():
        raise ValueError("buffers are above nothing, exposures not below, and shocks between 0 and 1")
    impact = _sparse(lent.multiply((1 / can_lose)[:, None]))  # of j on i, so that a row is whom it hits
    now, told, rounds, grew = start.copy(), np.zeros_like(start), 0, np.inf
    while grew >= tolerance and rounds < _MOST_ROUNDS:
        passed = step(now, told)
        grown = (impact @ passed.T).T
        now, told, rounds = now + grown, told + passed, rounds + 1
        grew = float(np.sqrt((grown**2).sum(axis=1)).max(initial=0))
    shape = np.shape(shock)
    losses = (now - start) * can_lose
    return Stress(
        np.minimum(1.0, now).reshape(shape), losses.reshape(shape), (now >= FAILED).reshape(shape), rounds
    )  # fmt: skip


def _solved(
    shares: "csr_array", due: Floats, outside: Floats, *, defaulted: npt.NDArray[np.bool_], below: Floats
) -> Floats | None:
    """The payments if exactly these default, or None if that is no answer."""
    places = np.flatnonzero(defaulted)
    if not 0 < len(places) <= _LARGEST_SYSTEM:
        return None
    full = np.where(defaulted, 0.0, due)
    from scipy.sparse.linalg import MatrixRankWarning, spsolve  # noqa: PLC0415 - as above

    system = _identity(len(places)) - shares[places][:, places]
    with warnings.catch_warnings():  # firms that owe only one another have no single answer; it is looked for in rounds
        warnings.simplefilter("ignore", MatrixRankWarning)
        part = spsolve(system.tocsc(), outside[places] + (shares @ full)[places])
    paid = full.copy()
    paid[places] = part
    margin = _SETTLED * max(1.0, float(due.max(initial=0)))
    fits = np.isfinite(paid).all() and (paid >= -margin).all() and (paid <= below + margin).all()
    if not fits or np.abs(np.minimum(due, outside + shares @ paid) - paid).max() > margin:
        return None
    return np.asarray(np.clip(paid, 0, due))


def _sparse(values: Any, **more: Any) -> "csr_array":
    from scipy.sparse import csr_array  # noqa: PLC0415 - most commands measure no contagion, and all would wait for it

    return csr_array(values, **more)


def _identity(size: int) -> "csr_array":
    places = np.arange(size)
    return _sparse((np.ones(size), (places, places)), shape=(size, size))
