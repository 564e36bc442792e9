"""What goes on beside the requests: taking messages outside, asking for their answers, sealing the audit log.

On one machine it runs in threads of `openscf serve`; where several machines serve, `openscf worker` runs it alone and
the servers are told to leave it (`OPENSCF_BACKGROUND=0`). Two of them at once do no harm: messages are claimed, and one
sealer at a time seals.
"""

import contextlib
from types import TracebackType
from typing import Self

from openscf import operations, settlement
from openscf.db.audit import SealerThread, sealer_at
from openscf.db.outbox import Relay, RelayThread
from openscf.kernel.ports import SystemRandomness
from openscf.portal.desk import House


def relay_of(house: House) -> Relay:
    """The relay of an installation: orders to its bank, everything else to whoever listens."""
    courier = settlement.BankCourier(house.database, house.vault, house.bank)
    return operations.relay_to(house.database, courier, clock=house.platform.clock, randomness=SystemRandomness())


class Background:
    """The threads beside a server, from entering to leaving the block.

    Args:
        house: Whose messages and log.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._running = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._running.enter_context(SealerThread(sealer_at(self._house.database, self._house.platform.settings)))
        self._running.enter_context(RelayThread(relay_of(self._house)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(kind, error, trace)
