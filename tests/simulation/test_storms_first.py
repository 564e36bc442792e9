"""The CI lane's storms, the first half; in two files, so that two workers share them. What is rare is reached here."""

from collections import Counter

import pytest

from tests.simulation.storms import COMMANDS, FIRST, SECOND, weather

RARE = (
    # what the network and the house may do
    "dropped", "replayed", "key_reused", "crashed_before_posting", "crashed_after_posting",
    "bank_brought_another_amount", "clock_jump", "holiday_declared", "day_closed",
    # what deals may come to
    "factoring lapse", "factoring take_recourse", "factoring write_off", "factoring dilute", "factoring extend",
    "factoring repay_all", "reverse_factoring pay_supplier_all", "bill_discounting dishonour",
    "dynamic_discounting withdraw", "export_tax_refund reject_part", "payment_escrow dispute",
    "payment_escrow settle_refund", "payment_escrow expire_unshipped", "receivables_pool fall_short",
    "receivables_pool cure", "pool_item_void", "voucher part_paid", "voucher overdue", "voucher settled", "piece fund",
    # what must be refused
    "refused asset_taken", "refused escrow_not_empty", "refused posting_refused", "refused pool_availability_exceeded",
    "refused already_due", "refused circular_transfer", "refused piece_has_less", "refused event_not_allowed",
)  # fmt: skip


@pytest.mark.slow
def test_storms_of_five_hundred_commands_break_nothing_and_reach_what_is_rare(
    request: pytest.FixtureRequest,
) -> None:
    seed = request.config.getoption("--seed")
    seeds = FIRST if seed is None else range(seed, seed + 1)
    answered, rare = weather(seeds)
    assert answered >= len(seeds) * COMMANDS * 9 // 10
    assert seed is not None or [name for name in RARE if not rare[name]] == []


@pytest.mark.long
def test_a_thousand_storms_of_five_hundred_commands_break_nothing() -> None:
    """Those that the CI lane leaves out: with its two files, seeds 0 to 999."""
    answered, rare = weather(range(SECOND.stop, 1000))
    assert answered >= (1000 - SECOND.stop) * COMMANDS * 9 // 10
    assert rare != Counter()
