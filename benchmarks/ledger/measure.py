"""The measurements: transfers per second, ours and the reference's."""

import os
import random
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.ledger.stage import ACCOUNTS, DAY, Stage
from openscf.kernel.ids import AccountId, TransferId
from openscf.ledger import Answer, Batch, Ledger, Maker, Poster

MAKE = Maker(DAY, "bench.move")
OK = (Answer.OK,)
_SCRIPT = """\\set a random(1, {half})
\\set b random({half} + 1, {all})
SELECT ledger.bench_reference('{tenant}', gen_random_uuid(), (SELECT id FROM ledger.bench_account WHERE number = :a),
    (SELECT id FROM ledger.bench_account WHERE number = :b), gen_random_uuid());
"""


def one_by_one(stage: Stage, clients: int, *, seconds: float, hot: bool = False) -> float:
    """Transfers per second of `clients` threads that share a `Poster`, one transfer per call.

    Args:
        stage: The stage.
        clients: Callers at the same time.
        seconds: How long.
        hot: Whether all credits go to one account (platform cash, escrow).
    """
    poster = Poster(stage.database, stage.context.tenant, lanes=1 if clients < 2 else 2)

    def call(chance: random.Random) -> None:
        debit, credit = _sides(stage.accounts, chance, hot)
        move = MAKE.transfer(stage.database.ids.new(TransferId), debit=debit, credit=credit, amount_minor=1)
        if poster.post([(move,)], stage.context) != [OK]:
            raise AssertionError("a transfer with ample cover was refused")

    try:
        return _rate(clients, seconds, call)
    finally:
        poster.close()


def in_units_of_work(stage: Stage, clients: int, *, seconds: float) -> float:
    """The same, each transfer in a unit of work of its own, as a capability with other rows to write would post."""

    def call(chance: random.Random) -> None:
        debit, credit = _sides(stage.accounts, chance, False)
        with stage.database.transaction(stage.context) as work:
            Ledger(work).post(MAKE.transfer(work.ids.new(TransferId), debit=debit, credit=credit, amount_minor=1))

    return _rate(clients, seconds, call)


def reference(stage: Stage, clients: int, *, seconds: float) -> float:
    """Transactions per second of pgbench calling the reference function."""
    chosen = conninfo_to_dict(stage.database.endpoints.app)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT.format(half=ACCOUNTS // 2, all=ACCOUNTS, tenant=_plain(stage)))
        script.flush()
        command = [stage.programs / "pgbench", "-n", "-M", "prepared", "-f", script.name, "-c", str(clients), "-j", "1"]
        command += ["-T", str(max(1, round(seconds))), "-h", chosen["host"], "-p", str(chosen.get("port", 5432))]
        environment = os.environ | {
            "PGUSER": str(chosen["user"]), "PGPASSWORD": str(chosen["password"]), "PGDATABASE": str(chosen["dbname"]),
            "PGOPTIONS": f"-c app.tenant={_plain(stage)}", "LD_LIBRARY_PATH": str(Path(stage.programs).parent / "lib"),
        }  # fmt: skip
        done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise AssertionError(done.stdout + done.stderr)
    return float(found[1])


def in_batches(stage: Stage, size: int, *, connections: int, calls: int, shared: bool = False) -> float:
    """Transfers per second in calls of `size`, each transfer a batch of its own, on some connections at once.

    Args:
        stage: The stage.
        size: Transfers per call.
        connections: Callers at the same time.
        calls: Calls of each.
        shared: Whether they post on the same accounts, and so take turns; otherwise each has accounts of its own.
    """
    places = [0] * connections if shared else range(connections)
    steps = 1 if shared else connections
    work = [
        [_many(stage.accounts[place::steps], stage, size, chance=random.Random(lane * calls + n)) for n in range(calls)]
        for lane, place in enumerate(places)
    ]
    posters = [Poster(stage.database, stage.context.tenant) for _ in range(connections)]

    def post(lane: int) -> None:
        for batches in work[lane]:
            if set(posters[lane].post(batches, stage.context)) != {OK}:
                raise AssertionError("a transfer with ample cover was refused")

    seconds = _together([lambda lane=lane: post(lane) for lane in range(connections)])
    for poster in posters:
        poster.close()
    return size * calls * connections / seconds


def copied(stage: Stage, size: int, *, calls: int) -> float:
    """Rows per second of durable binary COPY into a bare table, `size` rows per COPY."""
    with psycopg.connect(stage.database.endpoints.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS ledger.bench_bare (LIKE ledger.transfer)")
        owner.execute("TRUNCATE ledger.bench_bare")
    with psycopg.connect(stage.database.endpoints.app, autocommit=True) as app:
        app.execute(f"SET app.tenant = '{_plain(stage)}'".encode())
        query = f"COPY (SELECT * FROM ledger.transfer LIMIT {size}) TO STDOUT (FORMAT binary)"
        with app.cursor() as cursor, cursor.copy(query.encode()) as stream:
            rows = b"".join(bytes(part) for part in stream)
    with psycopg.connect(stage.database.endpoints.owner, autocommit=True) as owner, owner.cursor() as cursor:
        start = time.perf_counter()
        for _ in range(calls):
            with cursor.copy("COPY ledger.bench_bare FROM STDIN (FORMAT binary)") as stream:
                stream.write(rows)
        return size * calls / (time.perf_counter() - start)


def _sides(accounts: list[AccountId], chance: random.Random, hot: bool) -> tuple[AccountId, AccountId]:
    half = len(accounts) // 2
    debit = accounts[chance.randrange(half)]
    return debit, accounts[-1] if hot else accounts[half + chance.randrange(half)]


def _many(accounts: list[AccountId], stage: Stage, size: int, *, chance: random.Random) -> list[Batch]:
    made: list[Batch] = []
    for _ in range(size):
        debit, credit = _sides(accounts, chance, False)
        new = stage.database.ids.new(TransferId)
        made.append((MAKE.transfer(new, debit=debit, credit=credit, amount_minor=1),))
    return made


def _rate(clients: int, seconds: float, call: Callable[[random.Random], None]) -> float:
    until = time.perf_counter() + seconds
    counts = [0] * clients

    def client(number: int) -> None:
        chance = random.Random(number)
        while time.perf_counter() < until:
            call(chance)
            counts[number] += 1

    taken = _together([lambda number=number: client(number) for number in range(clients)])
    return sum(counts) / taken


def _together(jobs: list[Callable[[], None]]) -> float:
    """Run the jobs in threads at once; returns the seconds taken, or raises what one of them raised."""
    errors: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - start


def _plain(stage: Stage) -> str:
    return f"{stage.context.tenant.int:032x}"
