"""Making ahead: one item and no more, in order, errors where they belong, nothing left behind.

Planted defect: an iterator closed without waiting turns `test_nothing_goes_on_behind_the_back_of_who_stops` red.
"""

import threading
from collections.abc import Iterator

import pytest

from openscf.trades.store.ahead import ahead


def test_the_items_come_in_their_order() -> None:
    assert list(ahead(iter(range(100)))) == list(range(100))
    assert list(ahead(iter(()))) == []


def test_the_next_one_is_made_while_one_is_used_and_no_further() -> None:
    made: list[int] = []
    second = threading.Event()

    def items() -> Iterator[int]:
        for n in range(5):
            made.append(n)
            if n == 1:
                second.set()
            yield n

    coming = ahead(items())
    assert next(coming) == 0
    assert second.wait(30), "the second one is made although nobody asked for it yet"
    coming.close()
    assert made == [0, 1]


def test_an_error_is_raised_where_its_item_would_have_been_used() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("no third one")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(OSError, match="no third one"):
        next(coming)


def test_nothing_goes_on_behind_the_back_of_who_stops() -> None:
    go, done = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield 1
        go.wait(30)
        done.set()
        yield 2

    coming = ahead(items())
    next(coming)
    threading.Timer(0.05, go.set).start()
    coming.close()
    assert done.is_set(), "closing waits for the item under way"
