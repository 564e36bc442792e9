"""The ledger in PostgreSQL: the only Python that holds its SQL."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from openscf.db import Context, Table, UnitOfWork
from openscf.kernel.ids import AccountId, AuditId, PartyId, TransferId
from openscf.ledger.model import (
    MAX_AMOUNT_MINOR,
    Account,
    AccountState,
    Answer,
    Batch,
    Entry,
    Kind,
    Statement,
    Transfer,
    Unit,
    UnitKind,
)
from openscf.ledger.store.arrays import Bigints, Uuids, register

POST = """SELECT place, answer FROM ledger.post(%b::timestamptz, %b::uuid[], %b::int[], %b::smallint[], %b::uuid[], %b::uuid[],
    %b::bigint[], %b::uuid[], %b::timestamptz[], %b::uuid[], %b::date[], %b::text[], %b::uuid[], %b::text[], %b::uuid[])"""

POST_ONE = """SELECT place, answer FROM ledger.post_single(%b::timestamptz, %b::uuid, %b::uuid, %b::uuid, %b::bigint, %b::uuid,
    %b::date, %b::text, %b::uuid, %b::text, %b::uuid)"""

_ACCOUNTS = Table("ledger.account")
_ACCOUNT = """SELECT id, owner_id, unit, purpose, floor_minor, ceiling_minor, posted_minor, held_out_minor, held_in_minor,
    version, state FROM ledger.account"""


@dataclass(frozen=True, slots=True)
class Posting:
    """A batch and on whose behalf it comes.

    Attributes:
        batch: The transfers.
        context: Actor and request for the audit entry; its tenant is the transaction's.
        audit: Id of the audit entry that will vouch for the batch; postings may share one.
    """

    batch: Batch
    context: Context
    audit: AuditId


def post_arguments(postings: Sequence[Posting], at: dt.datetime) -> list[Any]:
    """The arguments of `POST`: an array per field, of one element where all transfers agree."""
    sizes = [len(posting.batch) for posting in postings]
    flat = list(itertools.chain.from_iterable(posting.batch for posting in postings))
    chains = [number for number, size in enumerate(sizes) for _ in range(size)]
    return [
        at,
        Uuids([t.id for t in flat]),
        chains,
        _array([int(t.kind) for t in flat]),
        Uuids([t.debit for t in flat]),
        Uuids([t.credit for t in flat]),
        Bigints(_countable([t.amount_minor for t in flat])),
        _array([t.ref for t in flat]),
        _array([t.expires_at for t in flat]),
        _array([t.subject for t in flat]),
        _array([t.value_on for t in flat]),
        _array([t.reason for t in flat]),
        _spread([p.audit for p in postings], sizes),
        _spread([p.context.actor for p in postings], sizes),
        _spread([p.context.request for p in postings], sizes),
    ]


def post_one_arguments(posting: Posting, at: dt.datetime) -> list[Any]:
    """The arguments of `POST_ONE`, for one plain transfer."""
    t = posting.batch[0]
    by = (posting.audit, posting.context.actor, posting.context.request)
    return [at, t.id, t.debit, t.credit, *_countable([t.amount_minor]), t.subject, t.value_on, t.reason, *by]


def _countable(amounts: list[int | None]) -> list[int | None]:
    """The same amounts; those beyond 64 bits as the nearest that is refused for the same reason."""
    given = [amount for amount in amounts if amount is not None]
    if not given or (min(given) >= -MAX_AMOUNT_MINOR and max(given) <= MAX_AMOUNT_MINOR):
        return amounts
    return [None if amount is None else max(-1, min(amount, MAX_AMOUNT_MINOR + 1)) for amount in amounts]


def _array(values: list[Any]) -> list[Any]:
    first = values[0]
    if values.count(first) == len(values):
        return [] if first is None else [first]
    return values


def _spread(values: list[Any], sizes: list[int]) -> list[Any]:
    short = _array(values)
    if len(short) < 2:
        return short
    return [value for value, size in zip(values, sizes, strict=True) for _ in range(size)]


def read_answers(postings: Sequence[Posting], rows: Iterable[tuple[Any, ...]]) -> list[tuple[Answer, ...]]:
    """The answers of `POST`, per posting; it names only those that were not freshly accepted."""
    refused = list(rows)
    if not refused:
        return [_ALL_OK.get(len(p.batch)) or (Answer.OK,) * len(p.batch) for p in postings]
    flat = [Answer.OK] * sum(len(posting.batch) for posting in postings)
    for place, answer in refused:
        flat[place - 1] = Answer(answer)
    ends = itertools.accumulate(len(posting.batch) for posting in postings)
    return [tuple(flat[end - len(posting.batch) : end]) for posting, end in zip(postings, ends, strict=True)]


_ALL_OK = {size: (Answer.OK,) * size for size in range(1, 9)}


class LedgerStore:
    """The ledger's rows, inside one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._tenant = work.context.tenant

    @property
    def connection(self) -> Connection[tuple[Any, ...]]:
        """The connection of the unit of work."""
        return self._work.connection

    def post(self, postings: Sequence[Posting], at: dt.datetime) -> list[tuple[Answer, ...]]:
        """Judge and write; one answer per transfer."""
        some = any(posting.batch for posting in postings)
        register(self.connection)
        rows = self._work.execute(POST, post_arguments(postings, at)) if some else ()
        return read_answers(postings, rows)

    def define_unit(self, unit: Unit) -> None:
        """Make a unit known; a second definition changes nothing."""
        self._work.execute(
            "INSERT INTO ledger.unit (tenant_id, code, kind, scale) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [self._tenant, unit.code, unit.kind.value, unit.scale],
        )

    def unit(self, code: str) -> Unit | None:
        """A unit, if it is known."""
        row = self._work.execute(
            "SELECT kind, scale FROM ledger.unit WHERE tenant_id = %s AND code = %s", [self._tenant, code]
        ).fetchone()
        return None if row is None else Unit(code, UnitKind(row[0]), row[1])

    def open_accounts(self, accounts: Iterable[Account], at: dt.datetime) -> None:
        """Insert accounts."""
        self.connection.cursor().executemany(
            """INSERT INTO ledger.account (tenant_id, id, owner_id, unit, purpose, floor_minor, ceiling_minor, touched_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            [(self._tenant, a.id, a.owner, a.unit, a.purpose, a.floor_minor, a.ceiling_minor, at) for a in accounts],
        )

    def there(self, accounts: Iterable[AccountId]) -> set[AccountId]:
        """Which of these are open."""
        return set(self.balances(list(accounts)))

    def balances(self, accounts: Sequence[AccountId]) -> dict[AccountId, int]:
        """Posted balances of those that are open."""
        rows = self._work.execute(
            "SELECT id, posted_minor FROM ledger.account WHERE tenant_id = %s AND id = ANY(%s)",
            [self._tenant, list(accounts)],
        )
        return {AccountId.of(row[0]): row[1] for row in rows}

    def look(
        self, accounts: Sequence[AccountId], unit: str
    ) -> tuple[dt.date | None, Unit | None, dict[AccountId, int]]:  # fmt: skip
        """The day through which the books are closed, a unit, and the posted balances of those accounts that are open."""
        rows = self._work.execute(
            """SELECT (SELECT b.closed_through FROM ledger.book b WHERE b.tenant_id = %(tenant)s), u.kind, u.scale, a.id,
                   a.posted_minor
               FROM (VALUES (1)) one LEFT JOIN ledger.unit u ON u.tenant_id = %(tenant)s AND u.code = %(unit)s
               LEFT JOIN ledger.account a ON a.tenant_id = %(tenant)s AND a.id = ANY(%(accounts)s)""",
            {"tenant": self._tenant, "unit": unit, "accounts": list(accounts)},
        ).fetchall()
        through, kind, scale = rows[0][:3]
        known = None if kind is None else Unit(unit, UnitKind(kind), scale)
        return through, known, {AccountId.of(row[3]): row[4] for row in rows if row[3] is not None}

    def open_missing(self, accounts: Sequence[Account], at: dt.datetime) -> set[AccountId]:
        """Insert accounts that somebody else may be opening as well; returns those that were opened here."""
        rows = self._work.execute(
            """INSERT INTO ledger.account (tenant_id, id, owner_id, unit, purpose, floor_minor, ceiling_minor, touched_at)
               SELECT %s, a.*, %s FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bigint[]) a
               ORDER BY 2 ON CONFLICT DO NOTHING RETURNING id""",
            [
                self._tenant, at, [a.id for a in accounts], [a.owner for a in accounts], [a.unit for a in accounts],
                [a.purpose for a in accounts], [a.floor_minor for a in accounts], [a.ceiling_minor for a in accounts],
            ],
        )  # fmt: skip
        return {AccountId.of(row[0]) for row in rows}

    def open_fresh(self, account: Account, at: dt.datetime) -> None:
        """Insert an account that nobody else can be opening."""
        row = {
            "id": account.id, "owner_id": account.owner, "unit": account.unit,
            "purpose": account.purpose, "floor_minor": account.floor_minor, "ceiling_minor": account.ceiling_minor,
            "touched_at": at,
        }  # fmt: skip
        self._work.write(_ACCOUNTS, row)

    def account(self, account: AccountId, *, lock: bool = False) -> Account | None:
        """An account, locked against other postings if asked."""
        query = _ACCOUNT + " WHERE tenant_id = %s AND id = %s"
        row = self._work.execute(query + (" FOR NO KEY UPDATE" if lock else ""), [self._tenant, account]).fetchone()
        return None if row is None else _account(row)

    def accounts(self, *, owner: PartyId | None = None) -> list[Account]:
        """All accounts that the transaction may see, of one owner if asked, in the order of their ids."""
        query = _ACCOUNT + " WHERE tenant_id = %s AND (%s::uuid IS NULL OR owner_id = %s) ORDER BY id"
        return [_account(row) for row in self._work.execute(query, [self._tenant, owner, owner])]

    def named(self, accounts: list[AccountId]) -> list[Account]:
        """These accounts, in the order of their ids."""
        query = _ACCOUNT + " WHERE tenant_id = %s AND id = ANY (%s::uuid[]) ORDER BY id"
        return [_account(row) for row in self._work.execute(query, [self._tenant, accounts])]

    def set_state(self, account: AccountId, state: AccountState) -> None:
        """Freeze, thaw or close."""
        self._work.execute(
            "UPDATE ledger.account SET state = %s WHERE tenant_id = %s AND id = %s", [int(state), self._tenant, account]
        )

    def due_holds(self, at: dt.datetime, most: int) -> list[TransferId]:
        """Open holds whose time has come, oldest first."""
        rows = self._work.execute(
            """SELECT id FROM ledger.hold WHERE tenant_id = %s AND state = 1 AND expires_at <= %s
               ORDER BY expires_at, id LIMIT %s""",
            [self._tenant, at, most],
        )
        return [TransferId.of(row[0]) for row in rows]

    def close_through(self, day: dt.date) -> dt.date | None:
        """Close the books through `day`, alone with the book; returns what it was closed through before."""
        self._work.execute("SELECT pg_advisory_xact_lock(ledger.book_key(%s))", [self._tenant])
        before = self.closed_through()
        self._work.execute(
            """INSERT INTO ledger.book (tenant_id, closed_through) VALUES (%s, %s)
               ON CONFLICT (tenant_id) DO UPDATE SET closed_through = excluded.closed_through""",
            [self._tenant, day if before is None else max(day, before)],
        )
        return before

    def closed_through(self) -> dt.date | None:
        """The day through which the books are closed, if any."""
        row = self._work.execute(
            "SELECT closed_through FROM ledger.book WHERE tenant_id = %s", [self._tenant]
        ).fetchone()
        return None if row is None else row[0]

    def balance_at(self, account: AccountId, at: dt.datetime) -> int:
        """Posted balance at an instant of ledger time."""
        row = self._work.execute(
            """SELECT balance_minor FROM ledger.entry WHERE tenant_id = %s AND account_id = %s AND at <= %s
               ORDER BY version DESC LIMIT 1""",
            [self._tenant, account, at],
        ).fetchone()
        return 0 if row is None else int(row[0])

    def statement(self, account: AccountId, since: dt.datetime, until: dt.datetime) -> Statement:
        """History over `since < at <= until`."""
        rows = self._work.execute(
            """SELECT other_id, transfer_id, version, at, value_on, kind, reason, subject_id, amount_minor, balance_minor
               FROM ledger.entry WHERE tenant_id = %s AND account_id = %s AND at > %s AND at <= %s ORDER BY version""",
            [self._tenant, account, since, until],
        )
        lines = tuple(_entry(account, row) for row in rows)
        opening = self.balance_at(account, since)
        return Statement(account, opening, lines[-1].balance_minor if lines else opening, lines)

    def entries(self, account: AccountId, *, before: int | None, most: int) -> list[Entry]:
        """Entries before a version, newest first."""
        rows = self._work.execute(
            """SELECT other_id, transfer_id, version, at, value_on, kind, reason, subject_id, amount_minor, balance_minor
               FROM ledger.entry WHERE tenant_id = %s AND account_id = %s AND (%s::bigint IS NULL OR version < %s)
               ORDER BY version DESC LIMIT %s""",
            [self._tenant, account, before, before, most],
        )
        return [_entry(account, row) for row in rows]

    def trial_balance(self) -> dict[str, int]:
        """Sum of posted balances per unit."""
        rows = self._work.execute(
            "SELECT unit, sum(posted_minor) FROM ledger.account WHERE tenant_id = %s GROUP BY unit", [self._tenant]
        )
        return {row[0]: int(row[1]) for row in rows}

    def transfer(self, transfer: TransferId) -> Transfer | None:
        """A posted transfer, as it was resolved."""
        row = self._work.execute(
            """SELECT debit_id, credit_id, amount_minor, value_on, reason, kind, ref_id, expires_at, subject_id
               FROM ledger.transfer WHERE tenant_id = %s AND id = %s""",
            [self._tenant, transfer],
        ).fetchone()
        if row is None:
            return None
        debit, credit, amount, value_on, reason, kind, ref, expires_at, subject = row
        sides = AccountId.of(debit), AccountId.of(credit)
        ref = None if ref is None else TransferId.of(ref)
        return Transfer(transfer, *sides, amount, value_on, reason, Kind(kind), ref, expires_at, subject)


def _account(row: tuple[Any, ...]) -> Account:
    account, owner, unit, purpose, floor, ceiling, posted, held_out, held_in, version, state = row
    names = AccountId.of(account), PartyId.of(owner)
    balances = posted, held_out, held_in, version
    return Account(*names, unit, purpose, floor, ceiling, *balances, AccountState(state))


def _entry(account: AccountId, row: tuple[Any, ...]) -> Entry:
    other, transfer, version, at, value_on, kind, reason, subject, amount, balance = row
    subject = None if subject is None else uuid.UUID(int=subject.int)
    sides = AccountId.of(other), TransferId.of(transfer)
    return Entry(account, *sides, version, at, value_on, Kind(kind), reason, subject, amount, balance)
