"""The measurements: applications per second with their latencies, and pgbench's two-row updates."""

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
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.origination.stage import Stage, confirmed, funded
from openscf import operations
from openscf.db import Context, Database, Endpoints
from openscf.financing import ProgrammeId
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import ManualClock
from openscf.operations import Application
from openscf.trades import DocumentId, Fingerprinter
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


@dataclass(frozen=True)
class Measured:
    """Rate per second, and latencies in milliseconds from application to money, two transactions."""

    rate: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Share:
    """What one process has to do; everything travels to it by value."""

    app: Endpoints
    tenant: TenantId
    actor: str
    programme: ProgrammeId
    documents: Sequence[DocumentId]
    clients: int
    at: float


def originated(stage: Stage, clients: int, *, count: int) -> Measured:
    """`count` applications by so many clients, in at most two processes as the server would have on two cores."""
    stem, chance = next(_NUMBERS), random.Random(next(_NUMBERS))
    documents = confirmed(stage.floor, [f"{stem:03}A{number:08}" for number in chance.sample(range(10**8), count)])
    processes = min(clients, 2)
    shares = [
        Share(
            stage.endpoints, stage.floor.tenant, str(stage.floor.house.people["seller.maker"]), stage.programme,
            documents[number::processes], clients // processes, stage.floor.clock.now().timestamp(),
        )
        for number in range(processes)
    ]  # fmt: skip
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_warm, range(processes)))
        start = time.perf_counter()
        ended = list(pool.map(_drive, shares))
        whole = time.perf_counter() - start
    took = np.array([each for seconds, _ in ended for each in seconds]) * 1000
    # What counts is the time in which clients were busy, without opening the connections.
    return Measured(count / min(whole, max(busy for _, busy in ended)), *np.percentile(took, (50, 99)).tolist())


def two_rows(stage: Stage, clients: int, *, seconds: float) -> float:
    """Transactions per second of pgbench, each an update of two rows, as the application's role."""
    with psycopg.connect(stage.admin, autocommit=True) as superuser:
        superuser.execute(_PREPARE.encode())
    chosen = conninfo_to_dict(stage.endpoints.app)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT)
        script.flush()
        command = [stage.programs / "pgbench", "-n", "-M", "prepared", "-f", script.name, "-c", str(clients), "-j", "1"]
        command += ["-T", str(max(1, round(seconds))), "-h", chosen["host"], "-p", str(chosen.get("port", 5432))]
        environment = os.environ | {
            "PGUSER": str(chosen["user"]), "PGPASSWORD": str(chosen["password"]), "PGDATABASE": str(chosen["dbname"]),
            "LD_LIBRARY_PATH": str(Path(stage.programs).parent / "lib"),
        }  # fmt: skip
        done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise AssertionError(done.stdout + done.stderr)
    return float(found[1])


def statements(stage: Stage) -> int:
    """Statements that the program sends for one application, from the question to the money."""
    document = confirmed(stage.floor, [f"S{next(_NUMBERS):07}"])[0]
    sent = 0
    real = psycopg.Cursor.execute

    def counted(self: object, *args: object, **named: object) -> object:
        nonlocal sent
        sent += 1
        return real(self, *args, **named)  # type: ignore[arg-type]

    psycopg.Cursor.execute = counted  # type: ignore[method-assign,assignment]
    try:
        funded(stage.floor, stage.programme, document)
    finally:
        psycopg.Cursor.execute = real  # type: ignore[method-assign]
    return sent


def _warm(number: int) -> int:
    return number


def _drive(share: Share) -> tuple[list[float], float]:
    database = Database(share.app, clock=ManualClock(dt.datetime.fromtimestamp(share.at, dt.UTC)), size=share.clients)
    took: list[float] = []
    waiting = iter(share.documents)
    lock = threading.Lock()

    def client() -> None:
        while (document := _next(waiting, lock)) is not None:
            start = time.perf_counter()
            _financed(database, share, document)
            took.append(time.perf_counter() - start)

    busy = _together([client] * share.clients)
    database.close()
    return took, busy


def _next(waiting: "itertools.chain[DocumentId] | object", lock: threading.Lock) -> DocumentId | None:
    with lock:
        return next(waiting, None)  # type: ignore[call-overload,no-any-return]


def _financed(database: Database, share: Share, document: DocumentId) -> None:
    context, prints = Context(share.tenant, share.actor), Fingerprinter(b"k" * 32)
    application = Application(programme=share.programme, document=document)
    applied = database.run(context, lambda work: operations.apply(work, application, on=DAY, fingerprints=prints))
    done = database.run(context, lambda work: operations.accept(work, applied.deal.id, on=DAY, fingerprints=prints))
    if done.deal.state != "funded":
        raise AssertionError(f"{done.deal.state}: {done.waiting}")


def _together(jobs: Sequence[Callable[[], None]]) -> float:
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
