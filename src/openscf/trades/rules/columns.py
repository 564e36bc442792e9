"""The rule of `matching` for millions of lines at once: the same sums and the same order, on whole columns of integers.

It starts where references have been resolved to order lines (`pool`) and each document counts once. What most lines
need are three values of their order line, so these lie under the pool's key and are looked up; what is dear, the sum of
each signer and the invoices before an invoice, is worked out for the few order lines with several receipts or invoices.

Quantities are integers in millionths of the unit, prices in millionths of the major unit; what is covered is told in
1/10,000 of a millionth, so that a tolerance in basis points stays a whole number. Nothing is rounded. NumPy lets
integers overflow silently; so the bounds of each product and sum are computed beforehand, exactly, and what does not
fit in 63 bits (more than 900 million units on one order line) is an error and never a wrong number.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from openscf.trades.rules.closure import BASIS, Tolerance

Column = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
LARGEST: Final = (1 << 63) - 1
NOBODY: Final = -LARGEST - 1  # stands for the seller where there is no order line
_CHUNK: Final = 1 << 17  # invoice lines at a time: the columns between two steps stay in the processor's cache
_LANES: Final = 2


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Columns of order lines; `priced` says whether the line has a price, and is None where all have one."""

    pool: Column
    seller: Column
    quantity: Column
    price: Column
    priced: Flags | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLines:
    """Columns of what was received, signed by whom."""

    pool: Column
    signer: Column
    quantity: Column


@dataclass(frozen=True, slots=True)
class InvoiceLines:
    """Columns of invoice lines; `issued_on` in days of any calendar, `priced` as of order lines."""

    invoice: Column
    line: Column
    pool: Column
    issued_on: Column
    quantity: Column
    price: Column
    priced: Flags | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """Of each invoice line: how much is ordered and how much received, and whether the price agrees."""

    ordered: Column
    received: Column
    price_agrees: Flags


@dataclass(frozen=True, slots=True)
class _ByKey:
    """What is known under the key of a pool; the last key is that of all pools that no order line has."""

    quantity: Column
    received: Column
    price: Column
    priced: Flags


def match_columns(
    orders: OrderLines, receipts: ReceiptLines, invoices: InvoiceLines, *, tolerance: Tolerance
) -> Covered:
    """How far each invoice line is covered by its order line and by what others than the seller received.

    Args:
        orders: Each pool once.
        receipts: Any number for a pool.
        invoices: Any number for a pool; they draw on it by date, invoice and line.
        tolerance: Of the contract; days and money belong to documents, not to lines, and are not looked at.

    Raises:
        OverflowError: A number does not fit.
    """
    keys = _Keys(orders.pool)
    place = keys.of(orders.pool)
    seller = np.full(keys.count + 1, NOBODY)
    seller[place] = orders.seller
    with ThreadPoolExecutor(_LANES) as lanes:  # NumPy lets go of the interpreter while it works
        arriving = lanes.submit(lambda: _received(seller, keys.of(receipts.pool), receipts))
        key = keys.of(invoices.pool)
        before = _before(key, invoices, keys.count)
        quantity, price = (_spread(one, place, keys.count) for one in (orders.quantity, orders.price))
        priced = seller != NOBODY if orders.priced is None else _spread(orders.priced, place, keys.count)
        known = _ByKey(quantity, arriving.result(), price, priced)
        _judge_bounds(known, invoices, before, tolerance=tolerance)
        made = Covered(np.empty_like(key), np.empty_like(key), np.empty(len(key), np.bool_))

        def fill(chunk: slice) -> None:
            _fill(made, chunk, known, about=(key, before, invoices, tolerance))

        for _ in lanes.map(fill, _chunks(len(key))):
            pass
    return made


class _Keys:
    """Small whole numbers for pools: the pool itself less the least one where they lie close, else its rank.

    Attributes:
        count: One more than the largest key of a pool; this is the key of the pools that no order line has.
    """

    def __init__(self, pools: Column) -> None:
        low, high = _span(pools)
        self._low = low
        self._sorted = None if high - low < 4 * len(pools) + 1024 else np.sort(pools)
        self.count = high - low + 1 if self._sorted is None else len(pools)

    def of(self, pools: Column) -> Column:
        """The keys of these pools."""
        if self._sorted is not None:
            found = np.searchsorted(self._sorted, pools)
            same = self._sorted[np.minimum(found, self.count - 1)] == pools
            return np.where(same, found, self.count)
        low, high = _span(pools)
        if low >= self._low and high < self._low + self.count:
            return pools - self._low
        inside = (pools >= self._low) & (pools <= self._low + self.count - 1)
        return np.where(inside, pools, self._low + self.count) - self._low


def _spread(values: Any, place: Column, count: int) -> Any:
    made = np.zeros(count + 1, values.dtype)
    made[place] = values
    return made


def _received(seller: Column, key: Column, receipts: ReceiptLines) -> Column:
    """Under each key the most that one signer who is not the seller received."""
    sold_by = seller[key]
    counts = (sold_by != receipts.signer) & (sold_by != NOBODY)
    made = np.zeros(len(seller), np.int64)
    made[key] = np.where(counts, receipts.quantity, 0)
    several = np.flatnonzero(((np.bincount(key, minlength=len(seller)) > 1)[key]) & counts)
    order = several[np.lexsort((receipts.signer[several], key[several]))]
    first = _firsts(key[order], receipts.signer[order])
    keys, sums = key[order][first], _sums(receipts.quantity[order], first)
    made[keys] = -LARGEST
    np.maximum.at(made, keys, sums)
    return made


def _before(key: Column, invoices: InvoiceLines, count: int) -> Column:
    """What the invoice lines before an invoice line drew on the same pool; zero where no order line has the pool."""
    many = np.bincount(key, minlength=count + 1) > 1
    many[count] = False
    several = np.flatnonzero(many[key])
    turn = (invoices.line[several], invoices.invoice[several], invoices.issued_on[several], key[several])
    order = several[np.lexsort(turn)]
    first = _firsts(key[order])
    quantity = invoices.quantity[order]
    _sums(quantity, first)  # each fits; so does the difference of two running sums, even where these went round
    running = np.cumsum(quantity) - quantity
    made = np.zeros(len(key), np.int64)
    made[order] = running - np.repeat(running[first], np.diff(np.append(first, len(order))))
    return made


def _firsts(*columns: Column) -> Column:
    """Where, in sorted rows, another value begins."""
    if not len(columns[0]):
        return np.empty(0, np.int64)
    other = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.append(0, np.flatnonzero(other) + 1)


def _sums(values: Column, first: Column) -> Column:
    """The sum of each group of values."""
    if not len(values):
        return values
    low, high = _span(values)
    longest = int(np.diff(np.append(first, len(values))).max())
    if max(-low, high) * longest > LARGEST:
        rough = np.add.reduceat(np.abs(values.astype(np.float64)), first)
        if rough.max() > LARGEST / 2:
            raise OverflowError("a sum of quantities does not fit in 63 bits")
    return np.add.reduceat(values, first)


def _judge_bounds(known: _ByKey, invoices: InvoiceLines, before: Column, *, tolerance: Tolerance) -> None:
    more = BASIS + tolerance.quantity_bp
    drawn = _times(_span(before), BASIS)
    for total in (known.quantity, known.received):
        _minus(_times(_span(total), more), drawn)
    _times(_span(invoices.quantity), BASIS)
    _times(_span(known.price), tolerance.price_bp)
    _times(_minus(_span(invoices.price), _span(known.price)), BASIS)


def _fill(made: Covered, chunk: slice, known: _ByKey, *, about: tuple[Column, Column, InvoiceLines, Tolerance]) -> None:
    keys, before, invoices, tolerance = about
    key, drawn = keys[chunk], before[chunk] * BASIS
    billed, more = invoices.quantity[chunk] * BASIS, BASIS + tolerance.quantity_bp
    for told, total in ((made.ordered, known.quantity), (made.received, known.received)):
        left = total[key] * more
        left -= drawn
        np.minimum(billed, np.maximum(left, 0, out=left), out=told[chunk])
    price = known.price[key]
    agrees = np.abs(invoices.price[chunk] - price) * BASIS <= price * tolerance.price_bp
    agrees |= ~known.priced[key]
    if invoices.priced is not None:
        agrees |= ~invoices.priced[chunk]
    made.price_agrees[chunk] = agrees


def _chunks(rows: int) -> Iterator[slice]:
    step = min(_CHUNK, -(-max(rows, 1) // _LANES))
    return (slice(start, start + step) for start in range(0, rows, step))


def _span(values: Column) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if len(values) else (0, 0)


def _times(span: tuple[int, int], factor: int) -> tuple[int, int]:
    return _fitting(span[0] * factor, span[1] * factor)


def _minus(span: tuple[int, int], less: tuple[int, int]) -> tuple[int, int]:
    return _fitting(span[0] - less[1], span[1] - less[0])


def _fitting(low: int, high: int) -> tuple[int, int]:
    if low < -LARGEST or high > LARGEST:
        raise OverflowError(f"a number up to {max(-low, high)} does not fit in 63 bits")
    return low, high
