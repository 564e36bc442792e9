"""Idempotency records: what each command was answered, kept by the transaction that did it.

A key is bound to the SHA-256 of the command's canonical inputs, as in the IETF draft *The Idempotency-Key HTTP Header
Field* (httpapi working group): the same key with the same inputs is a repetition and gets the same answer; with other
inputs it is a mistake of the sender and is refused. Records of commands that move money are kept for ever.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from openscf.db.database import Database
from openscf.db.pending import Table
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import TenantId

KEY_MISSING = refusal(
    "idempotency_key_missing",
    en="The command {operation} changes something and came without an idempotency key.",
    zh="操作 {operation} 会产生变更，但请求未携带幂等键（Idempotency-Key）。",
    fix_en="Send a key of your own choice, a new one for each intention and the same one for each repetition.",
    fix_zh="请附上自行生成的幂等键：每个新业务用新键，重发同一请求用同一键。",
    status=400,
)
KEY_MALFORMED = refusal(
    "idempotency_key_malformed",
    en="The idempotency key must be 1 to {most} visible ASCII characters without spaces.",
    zh="幂等键须为 1 至 {most} 个可见 ASCII 字符，不含空格。",
    fix_en="Use a UUID or your own order number, for example.",
    fix_zh="可使用 UUID 或贵方业务单号。",
    status=400,
)
KEY_REUSED = refusal(
    "idempotency_key_reused",
    en="The idempotency key {key} was already used for {operation} with other inputs.",
    zh="幂等键 {key} 已用于内容不同的 {operation} 请求。",
    fix_en="Take a new key for a new request; to repeat the earlier one, send exactly what was sent then.",
    fix_zh="新请求请换用新键；若要重发原请求，请保持内容完全一致。",
)
IN_FLIGHT = refusal(
    "command_in_flight",
    en="The command {operation} with the idempotency key {key} is being carried out at this moment.",
    zh="幂等键为 {key} 的 {operation} 请求正在处理中。",
    fix_en="Send it again in a moment with the same key: you will get the answer of the first one.",
    fix_zh="请稍后用同一幂等键重发，即可获得首次请求的结果。",
    status=409,
)

MOST_KEY_CHARACTERS: Final = 255
_KEY = re.compile(rf"[!-~]{{1,{MOST_KEY_CHARACTERS}}}")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

_CLAIM = "SELECT claimed, inputs, refused, response FROM platform.claim_key(%s, %s, %s, %s)"
_RECORDS = Table("platform.idempotency")
_PURGE = """DELETE FROM platform.idempotency WHERE (tenant_id, caller, operation, key) IN (
                SELECT tenant_id, caller, operation, key FROM platform.idempotency
                WHERE expires_at <= %s ORDER BY expires_at LIMIT %s)"""


@dataclass(frozen=True, slots=True)
class Command:
    """A wish to change something, as its sender named it.

    Attributes:
        name: The operation, as `financing.fund`; keys of different operations are independent.
        key: The sender's idempotency key; None when it sent none.
        inputs: Everything that the sender said, JSON-ready; two commands are the same if these are.
        caller: Whose key it is, usually the id of the member that sent it: members of one tenant choose their keys
            independently, and one must never be answered what another was. Empty for the tenant's own jobs.
        keep: How long the answer is kept: `"forever"` for whatever moves money or binds somebody.
    """

    name: str
    key: str | None
    inputs: Mapping[str, Any]
    caller: str = ""
    keep: dt.timedelta | Literal["forever"] = "forever"

    def checked(self) -> "Keyed":
        """The command with its key and the digest of its inputs.

        Raises:
            Refusal: `idempotency_key_missing`, `idempotency_key_malformed`.
            ValueError: The name is not of the form `capability.verb`, or `keep` is not positive.
            TypeError: The inputs have no canonical form.
        """
        if not _NAME.fullmatch(self.name) or (isinstance(self.keep, dt.timedelta) and self.keep <= dt.timedelta(0)):
            raise ValueError(f"command {self.name!r} must be named capability.verb and be kept for some time")
        if not self.key:
            raise KEY_MISSING(operation=self.name, where=Where(field="Idempotency-Key"))
        if not _KEY.fullmatch(self.key):
            raise KEY_MALFORMED(most=MOST_KEY_CHARACTERS, where=Where(field="Idempotency-Key"))
        return Keyed(self, self.key, digest(self.inputs))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A command whose key was checked.

    Attributes:
        command: The command.
        key: Its key.
        inputs: SHA-256 of its canonical inputs.
    """

    command: Command
    key: str
    inputs: bytes

    def lock(self, tenant: TenantId) -> int:
        """The number of the advisory lock that stands for this key: 64 bits, signed, as PostgreSQL wants it.

        Two keys share a number once in 2**64 pairs; the later command is then asked to come again, and nothing else.
        """
        named = canonical_json([tenant, self.command.caller, self.command.name, self.key])
        return int.from_bytes(hashlib.sha256(named).digest()[:8], "big", signed=True)


@dataclass(frozen=True, slots=True)
class Record:
    """What a command was answered.

    Attributes:
        response: The canonical bytes.
        refused: Whether they describe a refusal.
    """

    response: bytes
    refused: bool


def claim(work: UnitOfWork, keyed: Keyed) -> Record | None:
    """Claim the key until the transaction ends, under a savepoint to which a refusal can go back.

    Returns:
        What was answered before, or None: the command is new and this transaction must carry it out.

    Raises:
        Refusal: `command_in_flight`, at once and without waiting; `idempotency_key_reused`.
    """
    names = [keyed.command.caller, keyed.command.name, keyed.key, keyed.lock(work.context.tenant)]
    with work.connection.pipeline():
        found = work.execute(_CLAIM, names)
        # After the claim and not before: going back to a savepoint releases the locks taken since, advisory ones too.
        work.execute("SAVEPOINT effect")
    row = found.fetchone()
    if row is None:
        raise AssertionError("platform.claim_key answers one row")
    claimed, inputs, refused, response = row
    if inputs is None:
        if not claimed:
            raise IN_FLIGHT(operation=keyed.command.name, key=keyed.key)
        return None
    if bytes(inputs) != keyed.inputs:
        raise KEY_REUSED(operation=keyed.command.name, key=keyed.key, where=Where(field="Idempotency-Key"))
    return Record(response.encode(), refused)


def remember(work: UnitOfWork, keyed: Keyed, record: Record) -> None:
    """Keep what the command is answered, together with the audit entries and messages of its effect."""
    command = keyed.command
    expires_at = work.at + command.keep if isinstance(command.keep, dt.timedelta) else None
    row = {
        "caller": command.caller, "operation": command.name, "key": keyed.key, "inputs": keyed.inputs,
        "refused": record.refused, "response": record.response.decode(), "at": work.at, "expires_at": expires_at,
    }  # fmt: skip
    work.write(_RECORDS, row)
    work.flush()


def purge_expired(database: Database, before: dt.datetime, *, batch: int = 10_000) -> int:
    """Forget the records that expired; those kept for ever are out of this function's sight and reach.

    Args:
        database: Where.
        before: Records with an expiry at or before this instant go.
        batch: Most records per transaction.

    Returns:
        How many went.
    """
    gone = 0
    while True:
        with database.sealing() as connection:
            count = connection.execute(_PURGE, [before, batch]).rowcount
        gone += count
        if count < batch:
            return gone
