"""The measurements: applications per second with their latencies, and pgbench's two-row updates."""

import contextlib
import datetime as dt
import itertools
import multiprocessing
import os
import random
import re
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks.origination.stage import Asked, Cast, Stage, confirmed, funded
from openscf import operations
from openscf.db import Context, Database, Endpoints
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock
from openscf.operations import Application
from openscf.trades import Fingerprinter
from tests.unit.financing.floor import DAY

_PREPARE = """CREATE TABLE IF NOT EXISTS public.bench_two (id int PRIMARY KEY, amount bigint NOT NULL);
INSERT INTO public.bench_two SELECT n, 0 FROM generate_series(1, 10000) n ON CONFLICT DO NOTHING;
GRANT SELECT, UPDATE ON public.bench_two TO openscf_app; GRANT USAGE ON SCHEMA public TO openscf_app"""
_SCRIPT = """\\set a random(1, 5000)
\\set b random(5001, 10000)
BEGIN;
UPDATE public.bench_two SET amount = amount - 1 WHERE id = :a;
UPDATE public.bench_two SET amount = amount + 1 WHERE id = :b;
COMMIT;
"""
_NUMBERS = itertools.count(1)
WARM = 8
BESIDE = "postgres"


@dataclass(frozen=True)
class Measured:
    """Rate per second, and latencies in milliseconds from application to money, two transactions."""

    rate: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Share:
    """What one process has to do; everything travels to it by value. With `batch`, so many claims by one command."""

    app: Endpoints
    tenant: TenantId
    asked: Sequence[Asked]
    clients: int
    at: float
    batch: int = 0


def originated(stage: Stage, cast: Cast, clients: int, *, count: int) -> Measured:
    """`count` applications by so many clients, in at most two processes as the server would have on two cores.

    Each client first does `WARM` that nobody counts: a server that is running has opened its connections and knows its
    statements.
    """
    stem, chance = next(_NUMBERS), random.Random(next(_NUMBERS))
    numbers = chance.sample(range(10**8), count + WARM * clients)
    asked = confirmed(stage.floor, cast, [f"{stem:03}A{number:08}" for number in numbers])
    processes = min(clients, 2)
    at = stage.floor.clock.now().timestamp()
    shares = [
        Share(stage.endpoints, stage.floor.tenant, asked[number::processes], clients // processes, at)
        for number in range(processes)
    ]
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_warm, range(processes)))
        ended = list(pool.map(_drive, shares))
    took = np.array([each for seconds, _ in ended for each in seconds]) * 1000
    return Measured(sum(len(each) / busy for each, busy in ended), *np.percentile(took, (50, 99)).tolist())


def batched(stage: Stage, clients: int, *, count: int, batch: int) -> Measured:
    """`count` applications by so many clients in at most two processes, each command bringing `batch` claims.

    The times are those of commands. All claims are of one cast, whose limits and cash every batch locks.
    """
    stem, chance = next(_NUMBERS), random.Random(next(_NUMBERS))
    warm = batch * clients
    asked = confirmed(stage.floor, stage.one, [f"{stem:03}B{n:08}" for n in chance.sample(range(10**8), count + warm)])
    processes = min(clients, 2)
    at = stage.floor.clock.now().timestamp()
    shares = [
        Share(stage.endpoints, stage.floor.tenant, asked[number::processes], clients // processes, at, batch)
        for number in range(processes)
    ]
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_warm, range(processes)))
        ended = list(pool.map(_drive, shares))
    took = np.array([each for seconds, _ in ended for each in seconds]) * 1000
    rate = sum(len(each) * batch / busy for each, busy in ended)
    return Measured(rate, *np.percentile(took, (50, 99)).tolist())


def two_rows(stage: Stage, clients: int, *, seconds: float) -> float:
    """Transactions per second of pgbench, each an update of two rows, as the application's role.

    In the same server and another database: a platform does not start beside a table without row security.
    """
    with psycopg.connect(make_conninfo(stage.admin, dbname=BESIDE), autocommit=True) as superuser:
        superuser.execute(_PREPARE.encode())
    chosen = conninfo_to_dict(stage.endpoints.app)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT)
        script.flush()
        command = [stage.programs / "pgbench", "-n", "-M", "prepared", "-f", script.name, "-c", str(clients), "-j", "1"]
        command += ["-T", str(max(1, round(seconds))), "-h", chosen["host"], "-p", str(chosen.get("port", 5432))]
        environment = os.environ | {
            "PGUSER": str(chosen["user"]), "PGPASSWORD": str(chosen["password"]), "PGDATABASE": BESIDE,
            "LD_LIBRARY_PATH": str(Path(stage.programs).parent / "lib"),
        }  # fmt: skip
        done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise AssertionError(done.stdout + done.stderr)
    return float(found[1])


def statements(stage: Stage) -> int:
    """Statements that the program sends for one application, from the question to the money."""
    asked = confirmed(stage.floor, stage.one, [f"S{next(_NUMBERS):07}"])[0]
    sent = 0
    real = psycopg.Cursor.execute

    def counted(self: object, *args: object, **named: object) -> object:
        nonlocal sent
        sent += 1
        return real(self, *args, **named)  # type: ignore[arg-type]

    psycopg.Cursor.execute = counted  # type: ignore[method-assign,assignment]
    try:
        funded(stage.floor, asked)
    finally:
        psycopg.Cursor.execute = real  # type: ignore[method-assign]
    return sent


def _warm(number: int) -> int:
    return number


def _drive(share: Share) -> tuple[list[float], float]:
    database = Database(share.app, clock=ManualClock(dt.datetime.fromtimestamp(share.at, dt.UTC)), size=share.clients)
    took: list[float] = []
    waiting = deque(share.asked)
    ready = threading.Barrier(share.clients)
    began: list[float] = []

    def client() -> None:
        for _ in range(1 if share.batch else WARM):
            _command(database, share, waiting)
        ready.wait()
        began.append(time.perf_counter())
        with contextlib.suppress(IndexError):
            while True:
                start = time.perf_counter()
                _command(database, share, waiting)
                took.append(time.perf_counter() - start)

    _together([client] * share.clients)
    busy = time.perf_counter() - min(began)
    database.close()
    return took, busy


def _command(database: Database, share: Share, waiting: deque[Asked]) -> None:
    """The next application, or the next batch of them.

    Raises:
        IndexError: Nothing is left.
    """
    if not share.batch:
        _financed(database, share, waiting.popleft())
        return
    asked = [waiting.popleft() for _ in range(share.batch)]
    context, prints = Context(share.tenant, asked[0].actor), Fingerprinter(b"k" * 32)
    wanted = [Application(programme=one.programme, document=one.document) for one in asked]
    done = database.run(context, lambda work: operations.finance_many(work, wanted, on=DAY, fingerprints=prints))
    if any(one.deal is None or one.deal.state != "funded" for one in done):
        raise AssertionError(f"not all were funded: {[one.refused or one.waiting for one in done]}")


def _financed(database: Database, share: Share, asked: Asked) -> None:
    context, prints = Context(share.tenant, asked.actor), Fingerprinter(b"k" * 32)
    application = Application(programme=asked.programme, document=asked.document)
    applied = database.run(context, lambda work: operations.apply(work, application, on=DAY, fingerprints=prints))
    done = database.run(context, lambda work: operations.accept(work, applied.deal.id, on=DAY, fingerprints=prints))
    if done.deal.state != "funded":
        raise AssertionError(f"{done.deal.state}: {done.waiting}")


def _together(jobs: Sequence[Callable[[], None]]) -> None:
    errors: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
