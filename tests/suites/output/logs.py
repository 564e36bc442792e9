"""What the platform logs while a suite runs, as the server writes it."""

import io
import logging
from types import TracebackType
from typing import Self

import structlog

from openscf.api import configure_logs


class Logs:
    """Keeps every line of structlog and of the standard library's loggers. Use it in a `with` block."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._handler = logging.StreamHandler(self._out)

    def __enter__(self) -> Self:
        configure_logs()
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(self._out), cache_logger_on_first_use=False)
        logging.getLogger().addHandler(self._handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger().removeHandler(self._handler)
        structlog.reset_defaults()

    @property
    def text(self) -> str:
        """All lines so far."""
        return self._out.getvalue()
