"""Making the next thing while the last one is used."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
_END: Final = object()


def ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """The same items in the same order; each is made in another thread while the one before it is used.

    One item is made ahead and no more, so that memory stays that of two. What making one raises is raised where it
    would have been used. Who stops early closes the iterator: it waits for the item under way, and nothing goes on behind
    it.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as other:
        coming = other.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = other.submit(next, items, _END)
            yield item  # type: ignore[misc]  # `is not` does not tell mypy that it is a T
