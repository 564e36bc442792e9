"""The relay: takes messages to the outside and keeps what the outside answered.

    number -> claim the first open message of each aggregate -> deliver -> tell the answer on -> keep it

Answers are kept after the delivery, never before, so a relay that dies anywhere delivers again and loses nothing:
receivers recognise a repetition by the message's id. Several relays may run at once.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.outbox.model import Answer, Message, Outbox, Verdict
from openscf.db.outbox.rules import Patience, settled
from openscf.kernel.ports import Clock, Randomness, SystemClock, SystemRandomness

Deliver = Callable[[Message], Answer]
Tell = Callable[[Message, Answer], None]

AFTER_DELIVER = declare_failpoint("relay.after_deliver", "a message is delivered and its answer not told on")
AFTER_TELL = declare_failpoint("relay.after_tell", "a message's answer is told on and not kept")

_log = logging.getLogger("openscf.relay")


@dataclass(frozen=True, slots=True)
class Relay:
    """Carries messages from an outbox to the outside.

    Attributes:
        outbox: Where they wait.
        deliver: Hands one message over and gives the receiver's answer; it has its own time-outs. An exception is an
            `unknown` answer. It may be given the same message again, and never two of one aggregate at the same time.
        tell: Told every answer but `unknown` before it is kept, so that the outcome comes back as an event; at least
            once, so it must be repeatable: a command whose key is the message's id.
        ask: Asks a receiver for the outcome of a pending message; without it, only `conclude` ends those.
        patience: When to try again and when to park.
        clock, randomness: Ports.
        parallel: Deliveries at the same time; 1 delivers in the caller's thread, in order (the simulator).
        batch: Most messages that are held at the same time.
    """

    outbox: Outbox
    deliver: Deliver
    tell: Tell | None = None
    ask: Deliver | None = None
    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)
    parallel: int = 8
    batch: int = 32

    def run_once(self) -> int:
        """Number what is new, deliver what is due, ask for what is pending.

        Returns:
            How many messages were delivered or asked for; 0 when there was nothing to do.
        """
        self.outbox.number()
        done = self._handle("waiting", self.deliver)
        return done + (self._handle("pending", self.ask) if self.ask else 0)

    def drain(self) -> int:
        """Run until nothing is due; returns how many messages were handled."""
        handled = 0
        while done := self.run_once():
            handled += done
        return handled

    def _handle(self, state: str, hand_over: Deliver) -> int:
        with self.outbox.claimed(state, self.clock.now(), self.batch) as claim:
            answers = self._answers(claim.messages, hand_over)
            now = self.clock.now()
            for message, answer in zip(claim.messages, answers, strict=True):
                claim.settlements[message.id] = settled(
                    message, answer, now=now, patience=self.patience, randomness=self.randomness
                )
        return len(claim.messages)

    def _answers(self, messages: list[Message], hand_over: Deliver) -> list[Answer]:
        if self.parallel == 1 or len(messages) == 1:
            return [self._answer(message, hand_over) for message in messages]
        with ThreadPoolExecutor(self.parallel, thread_name_prefix="relay") as pool:
            return list(pool.map(lambda message: self._answer(message, hand_over), messages))

    def _answer(self, message: Message, hand_over: Deliver) -> Answer:
        answer = _guarded(lambda: hand_over(message))
        failpoint(AFTER_DELIVER)
        if self.tell is not None and answer.verdict is not Verdict.UNKNOWN:
            tell = self.tell
            answer = _guarded(lambda: _told(tell, message, answer))
            failpoint(AFTER_TELL)
        return answer


def _guarded(act: Callable[[], Answer]) -> Answer:
    """The answer of the outside, where whatever goes wrong means that nobody knows."""
    try:
        return act()
    except Exception as error:
        _log.warning("a message got no answer: %s", type(error).__name__, exc_info=error)
        return Answer(Verdict.UNKNOWN, f"{type(error).__name__}: {error}")


def _told(tell: Tell, message: Message, answer: Answer) -> Answer:
    tell(message, answer)
    return answer


class RelayThread:
    """A relay at work in a thread of a server, until it is stopped; it outlives failures of the database.

    Args:
        relay: What runs.
        idle: Pause when there was nothing to do or the database failed; `wake` shortens it.
    """

    def __init__(self, relay: Relay, *, idle: dt.timedelta = dt.timedelta(milliseconds=200)) -> None:
        self._relay = relay
        self._idle_s = idle.total_seconds()
        self._stopped = threading.Event()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="openscf-relay", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look for messages now: a commit in this process has left some."""
        self._wanted.set()

    def stop(self) -> None:
        """End after the deliveries under way; they are kept."""
        self._stopped.set()
        self._wanted.set()
        self._thread.join()

    def __enter__(self) -> "RelayThread":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._stopped.is_set():
            done = self._run_once()
            if not done:
                self._wanted.wait(self._idle_s)
                self._wanted.clear()

    def _run_once(self) -> int:
        try:
            return self._relay.run_once()
        except Exception:
            _log.exception("the relay failed and goes on")
            return 0
