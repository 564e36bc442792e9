"""What goes on beside the requests: messages to the outside, sealing the audit log, judging firms anew, the watch.

On one machine it runs in threads of `openscf serve`; where several machines serve, `openscf worker` runs it alone and
the servers are told to leave it (`OPENSCF_BACKGROUND=0`). Two of them at once do no harm: messages are claimed, and one
sealer at a time seals.
"""

import contextlib
import threading
from types import TracebackType
from typing import Final, Self

import structlog

from openscf import access, operations, settlement
from openscf.bootstrap import revive
from openscf.db.audit import SealerThread, sealer_at
from openscf.db.outbox import Relay, RelayThread
from openscf.db.tenants import tenants
from openscf.db.unit_of_work import Context
from openscf.events import HttpSender, Mailer, Post, Pump, SmtpMailer, mail_server
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemRandomness
from openscf.portal import feed, letters
from openscf.portal.desk import House

WATCH_S: Final = 1.0
REFRESH_S: Final = 60.0
STOP_S: Final = 5.0
ASSESSOR: Final = "system:assessor"


def relay_of(house: House) -> Relay:
    """The relay of an installation: orders to its bank, everything else to whoever listens."""
    courier = settlement.BankCourier(house.database, house.vault, house.bank)
    return operations.relay_to(
        house.database, courier, clock=house.platform.clock, randomness=SystemRandomness(),
        fingerprints=house.fingerprints,
    )  # fmt: skip


def post_of(house: House, mailer: Mailer | None = None) -> Post | None:
    """What sends the letters of an installation; None where no mail server is set.

    Raises:
        Refusal: `bad_mail_url`.
    """
    settings = house.platform.settings
    if settings.mail is None:
        return None
    server = mail_server(*settings.mail)
    return Post(
        house.database, house.vault, mailer or SmtpMailer(server), server=server,
        stop_url=f"{settings.public_url}/v1/mail/stop", concerned=feed.concerned,
        told=letters.told_at(settings.public_url), standing=letters.warnings_of(house),
    )  # fmt: skip


class _Beside:
    """A thread beside the requests, from entering to leaving the block.

    Args:
        name: Of the thread.
        patience_s: How long leaving waits for what is under way; None waits until it is done.
    """

    def __init__(self, name: str, *, patience_s: float | None = None) -> None:
        self._stopped, self._patience_s = threading.Event(), patience_s
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join(self._patience_s)

    def _run(self) -> None:
        raise NotImplementedError


class Watch(_Beside):
    """Looks after the database beside a server, and starts the embedded one again if it died. Use it in a `with` block.

    Args:
        house: Whose database.
        every_s: Seconds between two looks.
    """

    def __init__(self, house: House, *, every_s: float = WATCH_S) -> None:
        self._house, self._every_s = house, every_s
        super().__init__("openscf-watch")

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                self._house.database.ping()
            except Exception as error:
                self._revive(error)

    def _revive(self, error: Exception) -> None:
        log = structlog.get_logger("openscf.watch")
        log.error("database_away", error=str(error))
        try:
            revive(self._house.platform.settings)
            self._house.database.check_connections()
            log.info("database_back")
        except Exception as failed:
            log.error("database_not_started", error=str(failed))


class Teller(_Beside):
    """Tells webhooks and people of all books, until the block is left.

    Args:
        house: Whose events.
        every_s: Pause when there was nothing to tell.
    """

    def __init__(self, house: House, *, every_s: float = WATCH_S) -> None:
        self._house, self._every_s = house, every_s
        sender = HttpSender(private=house.platform.settings.webhook_private)
        self.pump = Pump(house.database, house.vault, sender, concerned=feed.concerned, told=feed.told)
        self.post = post_of(house)
        super().__init__("openscf-teller")

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stopped.wait(pause_s):
            try:
                done = sum(self._told(tenant) for tenant in tenants(self._house.database))
                pause_s = 0.0 if done else self._every_s
            except Exception:
                structlog.get_logger("openscf.teller").exception("telling_failed")
                pause_s = self._every_s

    def _told(self, tenant: TenantId) -> int:
        return self.pump.run_once(tenant) + (0 if self.post is None else self.post.run_once(tenant))


class StoppedError(Exception):
    """The program ends while firms are judged; whoever comes next goes on."""


class Assessor(_Beside):
    """Judges the firms of all books anew once their day was ended, until the block is left.

    Args:
        house: Whose firms.
        every_s: Pause between two looks.
    """

    def __init__(self, house: House, *, every_s: float = REFRESH_S) -> None:
        self._house, self._every_s = house, every_s
        super().__init__("openscf-assessor", patience_s=STOP_S)  # a judgement that is cut off is begun again

    def look(self) -> int:
        """Judge where a day was ended; how many books were judged."""
        return sum(self._judged(tenant) for tenant in tenants(self._house.database))

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                self.look()
            except Exception:
                structlog.get_logger("openscf.assessor").exception("refresh_not_begun")

    def _judged(self, tenant: TenantId) -> bool:
        log = structlog.get_logger("openscf.assessor")
        try:
            database = self._house.database
            books = access.in_its_time(database, database.run(Context(tenant, ASSESSOR), access.ahead_of))
            home = self._house.platform.settings.home
            done = operations.refresh_after_day_end(books, tenant, home, progress=self._go_on)
        except StoppedError:
            return False
        except Exception:
            log.exception("refresh_failed", tenant=str(tenant))  # another book's firms are judged all the same
            return False
        if done is not None:
            log.info("firms_refreshed", tenant=str(tenant), on=done.on.isoformat(), firms=done.firms,
                     changed=len(done.changed), moved=len(done.moved), failed=len(done.failed))  # fmt: skip
        return done is not None

    def _go_on(self, _done: int, _all: int) -> None:
        if self._stopped.is_set():
            raise StoppedError


class Background:
    """The threads beside a server, from entering to leaving the block.

    Args:
        house: Whose messages and log.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._running = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._running.enter_context(Watch(self._house))
        self._running.enter_context(SealerThread(sealer_at(self._house.database, self._house.platform.settings)))
        self._running.enter_context(Teller(self._house))
        self._running.enter_context(Assessor(self._house))
        self._running.enter_context(RelayThread(relay_of(self._house)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(kind, error, trace)
