"""The measurements: clients in a process of their own, with their keys, against a server on loopback."""

import contextlib
import datetime as dt
import itertools
import multiprocessing
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx2
import numpy as np

from benchmarks.origination.measure import Measured
from benchmarks.origination.stage import Asked, Stage, confirmed
from openscf.client import Client
from openscf.kernel.ports import SystemClock
from openscf.parties import business_date
from openscf.portal.operations.financings import Apply, FinancingFilter
from openscf.portal.operations.financings_many import ApplyMany
from openscf.portal.shapes import Paging
from openscf.trades import fingerprints_at
from tests.suites.serving import Serving, environment, keys_of

WARM = 5  # that nobody counts, of each client
MANY = 100  # claims of one request
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class At:
    """Where, as whom, and by how many at once.

    Attributes:
        url: Of the server.
        keys: Tokens by person (its id).
        clients: How many at the same time.
    """

    url: str
    keys: dict[str, str]
    clients: int


@dataclass(frozen=True)
class Job:
    """Something that is measured."""

    name: str
    run: Callable[..., Measured]


def keys_on(it: Stage) -> dict[str, str]:
    """A key for each seller's maker, by the person's id; and the installation gets the stage's key of fingerprints."""
    fingerprints_at(it.floor.database, it.settings, entropy=lambda size: b"k" * size)
    names = [f"{seller}.maker" for seller in (*it.one.sellers, *it.many.sellers)]
    return {str(it.floor.house.people[name]): token for name, token in keys_of(it.floor, *names).items()}


@contextlib.contextmanager
def serving(it: Stage, workers: int) -> Iterator[str]:
    """A server of the stage's database."""
    with Serving(environment(it.settings, it.endpoints), workers=workers) as served:
        yield served.url


def applied(it: Stage, at: At, count: int) -> Measured:
    """Apply and accept, until the money is there: two commands."""
    stem, chance = next(_NUMBERS), random.Random(next(_NUMBERS))
    numbers = chance.sample(range(10**8), count + WARM * at.clients)
    due_on = business_date(SystemClock().now()) + dt.timedelta(days=90)
    asked = confirmed(it.floor, it.many, [f"{stem:03}H{number:08}" for number in numbers], due_on=due_on)
    return _elsewhere(_apply_all, at, asked, len(asked))


def applied_many(it: Stage, at: At, count: int) -> Measured:
    """The same by one command for a hundred claims; rates are of claims, times of the whole request."""
    requests = max(-(-count // MANY), 2 * at.clients) + at.clients
    stem, chance = next(_NUMBERS), random.Random(next(_NUMBERS))
    numbers = chance.sample(range(10**8), requests * MANY)
    due_on = business_date(SystemClock().now()) + dt.timedelta(days=90)
    asked = confirmed(it.floor, it.one, [f"{stem:03}M{number:08}" for number in numbers], due_on=due_on)
    took = _elsewhere(_apply_many, at, asked, requests)
    return Measured(took.rate * MANY, took.p50_ms, took.p99_ms)


def floor(_it: Stage, at: At, count: int) -> Measured:
    """The list of files of somebody who sent none: one statement under row security, and nothing to show."""
    return _elsewhere(_floor_all, at, [], count * 5)


def read(_it: Stage, at: At, count: int) -> Measured:
    """A page of twenty financings, with everything that the reader may see of them."""
    return _elsewhere(_read_all, at, [], count * 5)


JOBS = (
    Job("the floor: an empty list", floor),
    Job("apply → funded", applied), Job(f"apply_financings of {MANY} → funded", applied_many),
    Job("list 20 financings", read),
)  # fmt: skip


def _elsewhere(drive: Callable[..., tuple[list[float], float]], at: At, asked: Sequence[Asked], count: int) -> Measured:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        seconds, busy = pool.submit(drive, at, asked, count).result()
    took = np.array(seconds) * 1000
    return Measured(len(seconds) / busy, *np.percentile(took, (50, 99)).tolist())


def _apply_all(at: At, asked: Sequence[Asked], count: int) -> tuple[list[float], float]:
    waiting = deque(asked)

    def one(clients: dict[str, Client]) -> None:
        each = waiting.popleft()
        client = clients[each.actor]
        deal = client.apply_financing(Apply(programme=str(each.programme), document=str(each.document))).financing
        done = client.accept_offer(deal.id)
        if done.financing.state != "funded":
            raise AssertionError(f"{done.financing.state}: {done.waiting}")

    return _driven(at, one, count)


def _apply_many(at: At, asked: Sequence[Asked], count: int) -> tuple[list[float], float]:
    waiting = deque(asked[start : start + MANY] for start in range(0, len(asked), MANY))

    def one(clients: dict[str, Client]) -> None:
        some = waiting.popleft()
        body = ApplyMany(programme=str(some[0].programme), documents=[str(each.document) for each in some])
        done = clients[some[0].actor].apply_financings(body)
        if done.funded != len(some):
            raise AssertionError([each.refused or each.waiting for each in done.items])

    return _driven(at, one, count, warm=1)


def _floor_all(at: At, _asked: Sequence[Asked], count: int) -> tuple[list[float], float]:
    reader = next(iter(at.keys))
    query = Paging(limit=1)

    def one(clients: dict[str, Client]) -> None:
        if clients[reader].list_files(query).items:
            raise AssertionError("the list is not empty")

    return _driven(at, one, count)


def _read_all(at: At, _asked: Sequence[Asked], count: int) -> tuple[list[float], float]:
    reader = next(iter(at.keys))
    query = FinancingFilter(limit=20)

    def one(clients: dict[str, Client]) -> None:
        clients[reader].list_financings(query)

    return _driven(at, one, count)


def _driven(at: At, one: Callable[[Any], None], count: int, *, warm: int = WARM) -> tuple[list[float], float]:
    took: list[float] = []
    began: list[float] = []
    left = iter(range(count - warm * at.clients))
    ready = threading.Barrier(at.clients)

    def client() -> None:
        with httpx2.Client(timeout=60) as http:
            mine = {person: Client(at.url, token, http=http) for person, token in at.keys.items()}  # type: ignore[arg-type]
            for _ in range(warm):
                one(mine)
            ready.wait()
            began.append(time.perf_counter())
            for _ in left:
                start = time.perf_counter()
                one(mine)
                took.append(time.perf_counter() - start)

    threads = [threading.Thread(target=client) for _ in range(at.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(took) != count - warm * at.clients:
        raise AssertionError(f"{len(took)} of {count - warm * at.clients} were answered")
    return took, time.perf_counter() - min(began)
