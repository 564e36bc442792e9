"""Vouchers keep their invariants under random operations, judged by a shadow and by an auditor."""

import time

import pytest

from tests.suites.vouchers.auditor import audit
from tests.suites.vouchers.storm import Storm, facts_of

SEED = 20261125
MET = (
    "issue", "transfer", "discount", "move", "seal", "accept", "redeem", "draw", "lapse", "voucher_already_due",
    "circular_transfer", "event_not_allowed", "more_than_owed", "needs_funding", "not_due_yet",
    "not_for_funding", "piece_has_less", "piece_too_deep", "piece_too_small", "state_is_final", "trade_document_unfit",
)  # fmt: skip


def run(count: int, seed: int) -> Storm:
    storm = Storm(seed)
    print(f"seed {seed}, {count} operations")
    for number in range(count):
        storm.step()
        if number % (count // 10) == 0:
            assert storm.differences() == []
    assert storm.differences() == []
    assert audit(facts_of(storm.chain)) == []
    return storm


def test_vouchers_keep_their_invariants_under_three_thousand_random_operations() -> None:
    storm = run(3_000, SEED)
    assert set(MET) <= set(storm.outcomes), f"never met: {set(MET) - set(storm.outcomes)}"


def test_the_same_seed_gives_the_same_story() -> None:
    one, other = run(400, SEED), run(400, SEED)
    assert one.book.history == other.book.history


@pytest.mark.long
def test_vouchers_keep_their_invariants_under_a_hundred_thousand_random_operations() -> None:
    begin = time.monotonic()
    storm = run(100_000, SEED)
    print(f"{time.monotonic() - begin:.0f} s; {storm.outcomes.most_common()}")
    assert set(MET) <= set(storm.outcomes)
