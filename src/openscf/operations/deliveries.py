"""Who takes which message to the outside: the one relay of a book, and its routes by topic."""

from openscf.db import Database
from openscf.db.outbox import Answer, Message, Patience, PostgresOutbox, Relay, Verdict
from openscf.kernel.ports import Clock, Randomness
from openscf.operations.heeding import heed
from openscf.settlement import TOPICS, BankCourier
from openscf.trades import Fingerprinter

IN_THE_FEED = Answer(Verdict.CONFIRMED, "feed")
"""What is only told: its readers follow the feed with a cursor of their own, and nobody has to be called."""


def relay_to(
    database: Database, courier: BankCourier, *, clock: Clock, randomness: Randomness,
    fingerprints: Fingerprinter | None = None,
) -> Relay:  # fmt: skip
    """The relay that takes orders to the bank, asks for those that are pending, and lets the platform heed its news.

    All other messages are left to the feed.

    Args:
        database: Where the messages wait.
        courier: Takes orders to the bank.
        clock: The time.
        randomness: For the pauses between tries.
        fingerprints: For the register of liens; without them nothing is heeded, and the end of the day makes up for it.
    """

    def deliver(message: Message) -> Answer:
        if message.topic in TOPICS:
            return courier.deliver(message)
        heeded = None if fingerprints is None else heed(database, message, fingerprints=fingerprints)
        return heeded or IN_THE_FEED

    def tell(message: Message, answer: Answer) -> None:
        if message.topic in TOPICS:
            courier.tell(message, answer)

    return Relay(
        PostgresOutbox(database), deliver, tell=tell, ask=courier.ask, patience=Patience(), clock=clock,
        randomness=randomness,
    )  # fmt: skip
