"""Who may store beside whom: large files that speak of different documents at once, all others in their order.

Which of two contradicting versions came last decides which one speaks, so two files that share a document are stored in
the order in which they were delivered. Files that share none could be stored in any order with the same result.
"""

import threading
from typing import Any, Final

import numpy as np

Marks = np.ndarray[Any, np.dtype[np.uint64]]
ALL: Final = None
"""The marks of a file of which nobody said what it speaks of: it may be anything."""


class Turns:
    """Tells each file when it is its turn to be stored."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = 0
        self._open: dict[int, Marks | None] = {}  # what the files under way speak of, ascending, once they have said so

    def take(self) -> int:
        """Take the next turn; it is to be given back by `end`."""
        with self._changed:
            self._taken += 1
            self._open[self._taken] = ALL
            return self._taken

    def wait(self, turn: int, marks: Marks | None = ALL) -> None:
        """Wait until no earlier file under way may speak of these documents.

        Args:
            turn: From `take`.
            marks: A number for each document that the file speaks of; equal documents have equal numbers.
        """
        ordered = None if marks is None else np.sort(marks)
        with self._changed:
            self._open[turn] = ordered
            self._changed.notify_all()
            self._changed.wait_for(lambda: not any(self._meets(other, ordered) for other in self._open if other < turn))

    def end(self, turn: int) -> None:
        """The file is stored, or will not be."""
        with self._changed:
            self._open.pop(turn, None)
            self._changed.notify_all()

    def _meets(self, other: int, marks: Marks | None) -> bool:
        theirs = self._open[other]
        if marks is None or theirs is None:
            return True
        few, many = sorted((marks, theirs), key=len)
        at = np.searchsorted(many, few)
        return bool(len(few)) and bool((many[np.minimum(at, len(many) - 1)] == few).any())
