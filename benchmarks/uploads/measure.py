"""The measurements: a server of its own, one client that uploads, one in another process that reads."""

import contextlib
import dataclasses
import datetime as dt
import io
import multiprocessing
import os
import random
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from lxml import etree

from openscf.cluster.papers import Sale, invoice
from openscf.db import Context, Database
from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.migrations import migrate
from openscf.db.roles import provision
from openscf.db.server import EmbeddedServer
from openscf.db.settings import Settings
from openscf.db.tenants import add_tenant
from openscf.ingestion.detection import MAX_ENTRIES, MAX_MEMBERS
from openscf.kernel.money import CNY, Money
from openscf.parties import Party, find_party
from openscf.trades import fingerprints_at
from tests.contract.hostile import bombs, long_archives
from tests.suites.serving import Serving, environment, keys_of
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM

PASSWORDS = {role: f"bench-{role}" for role in LOGIN_ROLES}
FILES = 10
PAUSE_S = 0.01
Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Place:
    """A server that is up.

    Attributes:
        url: Where.
        keys: Tokens of the seller's maker and of the buyer's, who reads.
        server: Its process group.
        floor: The platform behind it.
    """

    url: str
    keys: dict[str, str]
    server: int
    floor: Floor


@contextlib.contextmanager
def raised(workers: int) -> Iterator[Place]:
    """Raise a platform in a temporary home, serve it, and clear it away."""
    with tempfile.TemporaryDirectory(prefix="oscf-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        settings = dataclasses.replace(
            Settings.from_environment(), home=Path(folder, "h"), database_url=None, roles=None
        )
        with EmbeddedServer(settings).lease() as admin:
            endpoints = provision(admin, "bench", PASSWORDS)
            migrate(endpoints.owner)
            database = Database(endpoints, size=4)
            floor = Floor(database, add_tenant(database, "bench"))
            fingerprints_at(database, settings, entropy=lambda size: b"k" * size)
            keys = keys_of(floor, "seller.maker", "buyer.maker")
            with Serving(environment(settings, endpoints), workers=workers) as served:
                yield Place(served.url, keys, served.group, floor)
            database.close()


def table(megabytes: int) -> Files:
    """Tables of VAT invoices, as a tax system exports them; no invoice twice."""
    chance, made, number = random.Random(20261126), [], 0
    head = ",".join(("企业代号", "发票号码", "开票日期", "购方单位代号", "金额", "税额", "价税合计", "发票状态"))
    for file in range(FILES):
        out, size = [head], 0
        while size < megabytes * 1_000_000 // FILES:
            number += 1
            net = chance.randrange(100_00, 900_000_00)
            tax = net * 13 // 100
            day = f"2025/{chance.randrange(1, 13)}/{chance.randrange(1, 29)}"
            amounts = ",".join(f"{one // 100}.{one % 100:02d}" for one in (net, tax, net + tax))
            out.append(f"E{file},{number:08d},{day},B{chance.randrange(5000)},{amounts},有效发票")
            size += len(out[-1].encode()) + 1
        made.append((f"sales-{file}.csv", ("\n".join(out) + "\n").encode()))
    return made


def archives(floor: Floor, count: int) -> Files:
    """Zips of so many UBL invoices of the seller to the buyer, a file for each; no zip holds more than is opened."""
    sides = [floor.run(SYSTEM, find_party, floor.parties[name]) for name in ("seller", "buyer")]
    assert all(isinstance(one, Party) for one in sides)
    made = []
    for start in range(0, count, MAX_MEMBERS):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for number in range(start, min(start + MAX_MEMBERS, count)):
                packed.writestr(f"{number:06d}.xml", invoice(_sale(sides, number)))
        made.append((f"invoices-{start}.zip", out.getvalue()))
    return made


def bare(place: Place, files: Files) -> float:
    """Seconds of the least that must be done with these zips: unpack, parse with lxml alone, COPY their rows once.

    The rows are those that the platform stored for them, so the files are to be uploaded before.
    """
    with place.floor.database.transaction(Context(place.floor.tenant, SYSTEM)) as work:
        connection = work.connection
        connection.execute("CREATE TEMPORARY TABLE bare (LIKE trades.document) ON COMMIT DROP")
        with connection.cursor().copy("COPY (SELECT * FROM trades.document) TO STDOUT") as stream:
            rows = b"".join(bytes(each) for each in stream)
        start = time.perf_counter()
        for _, content in files:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                for name in packed.namelist():
                    etree.fromstring(packed.read(name))
        with connection.cursor().copy("COPY bare FROM STDIN") as stream:
            stream.write(rows)
        return time.perf_counter() - start


def _sale(sides: Sequence[Any], number: int) -> Sale:
    return Sale(
        number=f"U-{number:06d}", seller=sides[0], buyer=sides[1], gross=Money(100_000_00 + 137 * number, CNY),
        issued_on=dt.date(2026, 3, 2), due_on=dt.date(2026, 6, 2), goods="bearings",
    )  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """How somebody who reads meanwhile fared, in milliseconds."""

    requests: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    failed: int


def upload(place: Place, files: Files) -> dict[str, Any]:
    """Send files in one request; seconds, and what became of the rows."""
    start = time.perf_counter()
    answer = httpx2.post(
        f"{place.url}/v1/documents", files=[("files", one) for one in files], timeout=900,
        headers={"Authorization": f"Bearer {place.keys['seller.maker']}", "Idempotency-Key": os.urandom(8).hex()},
    )  # fmt: skip
    seconds = time.perf_counter() - start
    assert answer.status_code == 201, answer.text[:500]
    said = answer.json()["files"]
    return {"seconds": seconds, "rows": sum(one["rows"] for one in said), "files": said}


def refused(place: Place) -> list[tuple[str, float]]:
    """Seconds until each file of the hostile corpus was answered for, the slowest first; none of it was taken."""
    found = []
    for name, content in (*bombs(), *long_archives(MAX_MEMBERS, MAX_ENTRIES * 10)):
        done = upload(place, [("hostile.bin", content)])
        assert all(one["accepted"] == 0 for one in done["files"]), name
        found.append((name, done["seconds"]))
    return sorted(found, key=lambda each: -each[1])


def with_reader(place: Place, act: Callable[[], Any]) -> tuple[Any, Reader]:
    """Act while another process reads."""
    context = multiprocessing.get_context("spawn")
    ready, stop, told = context.Event(), context.Event(), context.Queue()
    said = (place.url, place.keys["buyer.maker"])
    process = context.Process(target=_read, args=(said, ready, stop, told), daemon=True)
    process.start()
    assert ready.wait(60), "the reader does not read"
    try:
        done = act()
    finally:
        stop.set()
    took, failed = told.get(timeout=60)
    process.join()
    milliseconds = np.array(took) * 1000
    p50, p99 = np.percentile(milliseconds, (50, 99)).tolist()
    return done, Reader(len(took), p50, p99, float(milliseconds.max()), failed)


def _read(said: tuple[str, str], ready: Event, stop: Event, told: Any) -> None:
    url, token = said
    took, failed = [], 0
    with httpx2.Client(timeout=120, headers={"Authorization": f"Bearer {token}"}) as http:
        for _ in range(20):
            http.get(f"{url}/v1/invoices?limit=20")
        ready.set()
        while not stop.is_set():
            start = time.perf_counter()
            failed += http.get(f"{url}/v1/invoices?limit=20").status_code != 200
            took.append(time.perf_counter() - start)
            time.sleep(PAUSE_S)
    told.put((took, failed))


class Memory:
    """The most memory that the processes of a group had at once, in MB. Use it in a `with` block."""

    def __init__(self, group: int) -> None:
        self._group, self._stop = group, threading.Event()
        self.most_mb, self.before_mb = 0.0, self._now()

    def __enter__(self) -> "Memory":
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            self.most_mb = max(self.most_mb, self._now())

    def _now(self) -> float:
        total = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, ValueError):
                if os.getpgid(int(pid)) == self._group:
                    total += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return total * os.sysconf("SC_PAGE_SIZE") / 1e6
