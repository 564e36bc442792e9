"""A sealer that runs beside a server."""

import threading
from types import TracebackType
from typing import Final, Self

import structlog

from openscf.db.audit.sealer import Sealer, SealReport

INTERVAL_S: Final = 1.0


class SealerThread:
    """Seals every `interval_s` seconds, and once more, with a checkpoint, when it is stopped. Use it in a `with` block.

    A failure (server away, disk full, a history that differs) is logged, kept in `failure` and tried again: business
    goes on, and its entries wait in the inbox.

    Args:
        sealer: What it runs.
        interval_s: Seconds between two runs.

    Attributes:
        report: Of the last run that succeeded.
        failure: What stopped the last run; None when it succeeded.
    """

    def __init__(self, sealer: Sealer, *, interval_s: float = INTERVAL_S) -> None:
        self.report: SealReport | None = None
        self.failure: Exception | None = None
        self._sealer = sealer
        self._interval_s = interval_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit-sealer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Seal what is left, make a checkpoint, end the thread."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._interval_s):
            self._once(checkpoint=False)
        self._once(checkpoint=True)

    def _once(self, *, checkpoint: bool) -> None:
        try:
            self.report = self._sealer.seal(checkpoint=checkpoint)
            self.failure = None
        except Exception as error:
            if str(error) != str(self.failure):  # told once, not every second
                structlog.get_logger().error("audit.seal_failed", error=str(error))
            self.failure = error
