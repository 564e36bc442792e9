"""Ports and their deterministic twins."""

import datetime as dt
import threading

import pytest

from openscf.kernel.ids import AccountId, TransferId
from openscf.kernel.ports import ManualClock, SeededIds, SystemClock, SystemIds, as_uuid

START = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def test_a_manual_clock_moves_only_when_told_and_only_forward():
    clock = ManualClock(START)
    assert clock.now() == clock.now() == START
    assert clock.advance(dt.timedelta(days=90)) == START + dt.timedelta(days=90)
    assert clock.advance(dt.timedelta(0)) == clock.now()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(dt.timedelta(microseconds=-1))
    assert clock.now() == START + dt.timedelta(days=90)


def test_a_manual_clock_shows_utc_whatever_zone_it_was_set_in():
    beijing = dt.timezone(dt.timedelta(hours=8))
    clock = ManualClock(dt.datetime(2026, 11, 22, 17, 30, tzinfo=beijing))
    assert clock.now() == START
    assert clock.now().tzinfo is dt.UTC
    with pytest.raises(ValueError, match="aware"):
        ManualClock(dt.datetime(2026, 11, 22))  # noqa: DTZ001 - a naive instant is the point


def test_the_system_clock_is_aware_and_in_utc():
    assert SystemClock().now().tzinfo is dt.UTC


def ids(seed, count=500):
    clock = ManualClock(START)
    source = SeededIds(seed, clock)
    made = []
    for index in range(count):
        made.append(source.new(AccountId if index % 2 else TransferId))
        clock.advance(dt.timedelta(milliseconds=index % 3))
    return made


def test_seeded_ids_are_the_same_again_from_the_same_seed():
    assert ids(7) == ids(7)
    assert ids(7) != ids(8)


def test_seeded_ids_are_unique_increasing_and_look_like_those_of_the_machine():
    made = ids(7, 5_000)
    numbers = [value.int for value in made]
    assert len(set(numbers)) == 5_000
    assert sorted(numbers) == numbers
    assert {value.version for value in made} == {7}
    assert {value.variant for value in made} == {SystemIds().new(AccountId).variant}
    millis = int(START.timestamp()) * 1000
    assert made[0].int >> 80 == millis


def test_seeded_ids_stay_unique_when_threads_share_the_source():
    source, made = SeededIds(1, ManualClock(START)), []

    def work():
        made.extend(source.new(AccountId) for _ in range(500))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({value.int for value in made}) == 4_000


def test_the_bare_uuid_of_an_id_has_the_same_bits():
    value = SystemIds().new(AccountId)
    assert as_uuid(value).int == value.int
    assert type(as_uuid(value)).__name__ == "UUID"
