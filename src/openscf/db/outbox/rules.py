"""Pure rules of the outbox: what an answer makes of a message, and how long to wait before the next try."""

import datetime as dt
from dataclasses import dataclass

from openscf.db.outbox.model import Answer, Message, Settlement, Verdict
from openscf.kernel.errors import refusal
from openscf.kernel.ports import Randomness

MESSAGE_NOT_FOUND = refusal(
    "message_not_found",
    en="There is no open message {event}.",
    zh="未找到待处理消息 {event}。",
    fix_en="Look at the list of messages that need attention; it may have been dealt with.",
    fix_zh="请查看待处理消息列表，该消息可能已处理。",
    status=404,
)
MESSAGE_NOT_OPEN = refusal(
    "message_not_open",
    en="The message {event} is {state}; this is possible only while it is {wanted}.",
    zh="消息 {event} 当前状态为 {state}，仅在 {wanted} 状态下可执行此操作。",
    fix_en="Look at the message again; nothing was changed.",
    fix_zh="请重新查看该消息，本次未作任何变更。",
    status=409,
)

_NOTE_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Patience:
    """How the relay treats receivers that don't answer.

    Attributes:
        first: Pause after the first try without an answer; it doubles with each further one.
        longest: Longest pause.
        most_attempts: After so many tries the message is parked.
        ask_every: Pause before the outcome of a pending message is asked for, and between askings.
    """

    first: dt.timedelta = dt.timedelta(seconds=1)
    longest: dt.timedelta = dt.timedelta(minutes=10)
    most_attempts: int = 12
    ask_every: dt.timedelta = dt.timedelta(minutes=5)

    def pause(self, attempts: int, randomness: Randomness) -> dt.timedelta:
        """The pause after `attempts` tries: exponential, of which the upper half is left to chance.

        Chance keeps receivers that come back after a failure from being met by all messages at once.
        """
        doubled = self.first * (1 << min(attempts - 1, 30))
        whole = min(doubled, self.longest)
        return whole / 2 + whole / 2 * randomness.below(1001) / 1000


def settled(
    message: Message, answer: Answer, *, now: dt.datetime, patience: Patience, randomness: Randomness
) -> Settlement:
    """What an answer makes of a waiting or pending message.

    Args:
        message: As it was before this attempt.
        answer: What the receiver said.
        now: The present instant.
        patience: When to try again and when to give up.
        randomness: For the pause.
    """
    note = answer.note[:_NOTE_CHARACTERS]
    if answer.verdict in (Verdict.CONFIRMED, Verdict.REFUSED):
        return Settlement(answer.verdict.value, None, note)
    if answer.verdict is Verdict.PENDING or message.state == "pending":
        return Settlement("pending", now + patience.ask_every, note)
    attempts = message.attempts + 1
    if attempts >= patience.most_attempts:
        return Settlement("parked", None, note)
    return Settlement("waiting", now + patience.pause(attempts, randomness), note)


def allowed(message: Message | None, event: object, wanted: str) -> Message:
    """The message, if it is in the state that an operator's act needs.

    Raises:
        Refusal: `message_not_found`, `message_not_open`.
    """
    if message is None:
        raise MESSAGE_NOT_FOUND(event=event)
    if message.state != wanted:
        raise MESSAGE_NOT_OPEN(event=event, state=message.state, wanted=wanted)
    return message


def news(answer: Answer) -> str:
    """The state that news about a pending message leads to.

    Raises:
        ValueError: The answer is no outcome.
    """
    if answer.verdict not in (Verdict.CONFIRMED, Verdict.REFUSED):
        raise ValueError(f"{answer.verdict.value} is no outcome")
    return str(answer.verdict.value)
