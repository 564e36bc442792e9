"""The simulated bank across processes: its books in one file, changed by one process at a time."""

import contextlib
import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from openscf.kernel.ports import Clock, Randomness
from openscf.settlement.bank import BankAnswer, StatementFile
from openscf.settlement.simulated_bank.machine import SimulatedBank
from openscf.settlement.simulated_bank.state import Conduct, State, record_of, state_of

BOOKS = "simulated-bank.json"


class BankFolder:
    """A simulated bank whose books lie in a folder; a `Bank` itself, safe against death at any moment.

    Args:
        folder: Where; made if it is not there.
        clock: The bank's time.
        randomness: Its moods.
        conduct: How it behaves.
    """

    def __init__(self, folder: Path, clock: Clock, randomness: Randomness, *, conduct: Conduct = Conduct()) -> None:  # noqa: B008
        self._folder = folder
        self._clock = clock
        self._randomness = randomness
        self._conduct = conduct

    @contextlib.contextmanager
    def opened(self) -> Iterator[SimulatedBank]:
        """The bank, alone with its books; what happened is on disk when the block ends, also when it raises."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{BOOKS}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            bank = SimulatedBank(self._clock, self._randomness, self._conduct, state=self._load())
            try:
                yield bank
            finally:
                self._save(bank.state)

    @property
    def has_books(self) -> bool:
        """Whether anything was ever kept in the folder."""
        return (self._folder / BOOKS).exists()

    def submit(self, message: bytes) -> BankAnswer:
        """See `Bank.submit`."""
        with self.opened() as bank:
            return bank.submit(message)

    def status(self, reference: str) -> BankAnswer:
        """See `Bank.status`."""
        with self.opened() as bank:
            return bank.status(reference)

    def statements(self, number: str, since: dt.date | None = None) -> Sequence[StatementFile]:
        """See `Bank.statements`."""
        with self.opened() as bank:
            return bank.statements(number, since)

    def _load(self) -> State:
        path = self._folder / BOOKS
        return state_of(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else State()

    def _save(self, state: State) -> None:
        """Write beside, then rename: a process that dies leaves the books before or after, never half."""
        fresh = self._folder / f"{BOOKS}.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(record_of(state), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / BOOKS)
