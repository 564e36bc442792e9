"""Who takes which message to the outside: the one relay of a book, and its routes by topic."""

from openscf.db import Database
from openscf.db.outbox import Answer, Message, Patience, PostgresOutbox, Relay, Verdict
from openscf.kernel.ports import Clock, Randomness
from openscf.operations.telling import tell_webhooks
from openscf.settlement import TOPICS, BankCourier

IN_THE_FEED = Answer(Verdict.CONFIRMED, "feed")
"""What is only told: its readers follow the feed with a cursor of their own, and nobody has to be called."""


def relay_to(database: Database, courier: BankCourier, *, clock: Clock, randomness: Randomness) -> Relay:
    """The relay that takes orders to the bank, asks for those that are pending, and tells webhooks of the rest.

    Args:
        database: Where the messages wait.
        courier: Takes orders to the bank.
        clock: The time.
        randomness: For the pauses between tries.
    """

    def deliver(message: Message) -> Answer:
        if message.topic in TOPICS:
            return courier.deliver(message)
        tell_webhooks(database, message)
        return IN_THE_FEED

    def tell(message: Message, answer: Answer) -> None:
        if message.topic in TOPICS:
            courier.tell(message, answer)

    return Relay(
        PostgresOutbox(database), deliver, tell=tell, ask=courier.ask, patience=Patience(), clock=clock,
        randomness=randomness,
    )  # fmt: skip
