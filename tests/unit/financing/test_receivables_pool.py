"""Receivables pool, to the fen (PRODUCTS 1.2), and what a banker expects of one."""

import dataclasses
import datetime as dt
import random
from collections import defaultdict
from typing import Any

import pytest

from openscf.financing import PRODUCTS
from openscf.financing.bases.pool import Assets, Item, Mark, availability, judged
from openscf.kernel.errors import Refusal
from tests.contract.products.samples.receivables_pool import DAY, TERMS, UNTIL, PoolSample, item
from tests.contract.products.stage import START, Act, Stage, check_always, check_over, yuan

POOL = PRODUCTS.get("receivables_pool")
EXAMPLE = {"fee_rate": "0", "overdue_days": 30}
LATE = START - 40 * DAY


def staged(**terms: Any) -> Stage:
    return Stage(PoolSample(POOL, {**TERMS, **EXAMPLE, **terms}))


def of_example() -> tuple[Item, ...]:
    """X owes 500,000 and 300,000 of which the latter is 40 days overdue; Y owes 700,000."""
    return (
        item("x1", "X", "500,000.00"),
        item("x2", "X", "300,000.00", due_on=LATE),
        item("y1", "Y", "700,000.00"),
    )


def active(*items: Item, **terms: Any) -> Stage:
    stage = staged(**terms)
    offered = items or of_example()
    names = [one.document for one in offered]
    stage.play(Act("accept", START, {"documents": names}, seen=Assets(offered=offered)))
    stage.play(Act("activate", START))
    return stage


def drawn(amount: str = "800000.00", **terms: Any) -> Stage:
    stage = active(**terms)
    stage.play(Act("draw", START, {"amount": amount}))
    return stage


def changed(stage: Stage, document: str, **facts: Any) -> Assets:
    """An item as the register of documents sees it now."""
    held = {one.document: one for one in stage.book.pools[stage.deal_id]}
    return Assets(items=(dataclasses.replace(held[document], **facts),))


def returned(stage: Stage) -> Any:
    """Y returns goods worth 200,000."""
    return stage.play(Act("revalue", START, seen=changed(stage, "y1", credited_minor=yuan("200,000.00").minor)))


def refused(code: str) -> Any:
    return pytest.raises(Refusal, match=f"^{code}:")


def test_products_1_2_availability_is_825_000_and_after_the_return_50_000_short() -> None:
    stage = active()
    book = stage.deal.book
    assert (book.base, book.advance, book.reserve) == (yuan("1,100,000.00"), yuan("880,000.00"), yuan("55,000.00"))
    assert book.available == yuan("825,000.00")
    stage.play(Act("draw", START, {"amount": "800000.00"}))
    assert stage.cash("client") - yuan("10,000,000.00") == yuan("800,000.00")
    assert stage.deal.book.available == yuan("25,000.00")
    decision = returned(stage)
    book = stage.deal.book
    assert (book.base, book.advance, book.reserve) == (yuan("1,000,000.00"), yuan("800,000.00"), yuan("50,000.00"))
    assert (book.available, book.shortfall) == (yuan("0.00"), yuan("50,000.00")), "availability is -50,000.00"
    assert stage.deal.state == "deficient"
    assert decision.notices == ("deficiency_notice",)
    with refused("event_not_allowed"):
        stage.play(Act("draw", START, {"amount": "0.01"}))


def test_a_deficiency_is_cured_by_new_receivables_or_by_cash() -> None:
    for cure in (
        Act("add", START, {"documents": ["z"]}, seen=Assets(offered=(item("z", "Z", "100,000.00"),))),
        Act("repay", START, {"amount": "50000.00"}),
    ):
        stage = drawn()
        returned(stage)
        decision = stage.play(cure)
        assert stage.deal.state == "drawn"
        assert "deficiency_cured" in decision.notices
        assert stage.deal.book.cure_until is None


def test_a_deficiency_that_nobody_cures_is_called_after_the_cure_period_and_costs_penalty() -> None:
    stage = drawn(cure_days=5)
    returned(stage)
    assert stage.deal.book.cure_until == START + 5 * DAY
    with refused("pool_cure_running"):
        stage.play(Act("call", START + 5 * DAY))
    stage.play(Act("call", START + 6 * DAY))
    assert stage.deal.state == "called"
    on = START + 16 * DAY
    decision = stage.play(Act("collect", on, {"amount": "900000.00", "debtor": "X"}, pay_in=yuan("900,000.00")))
    assert decision.amounts["interest"] == yuan("960.00"), "6 days at 7.2 % on 800,000.00"
    assert decision.amounts["penalty"] == yuan("2,400.00"), "10 days at 10.8 %"
    assert decision.amounts["remainder"] == yuan("96,640.00")
    assert stage.deal.state == "settled"
    check_over(stage)


def test_the_sweep_pays_costs_and_principal_and_passes_the_rest_to_the_seller() -> None:
    stage = drawn()
    decision = stage.play(
        Act(
            "collect", START + 30 * DAY, {"amount": "700000.00", "paid": {"y1": "700000.00"}}, pay_in=yuan("700,000.00")
        )
    )
    assert decision.amounts["interest"] == yuan("4,800.00"), "30 days at 7.2 % on 800,000.00"
    assert decision.amounts["principal"] == yuan("695,200.00")
    assert stage.deal.book.loan.principal == yuan("104,800.00")
    assert [one.document for one in stage.book.pools[stage.deal_id]] == ["x1", "x2"], "what is paid has left"
    assert "y1" not in stage.book.liens


def test_with_the_base_sweep_only_what_the_base_no_longer_carries_is_repaid() -> None:
    stage = drawn("600000.00", sweep="base")
    receipt = Act("collect", START, {"amount": "300000.00", "debtor": "Y"}, pay_in=yuan("300,000.00"))
    decision = stage.play(receipt)
    # 500,000 of X and 400,000 of Y carry 675,000.00: nothing is asked back
    assert decision.amounts["principal"] == yuan("0.00")
    assert decision.amounts["remainder"] == yuan("300,000.00")
    decision = stage.play(dataclasses.replace(receipt, params={"amount": "400000.00", "debtor": "Y"},
                                              pay_in=yuan("400,000.00")))  # fmt: skip
    assert decision.amounts["principal"] == yuan("225,000.00"), "500,000 of X carry 375,000.00"
    assert stage.deal.book.available == yuan("0.00")


def test_every_receipt_is_the_sum_of_its_shares() -> None:
    chance = random.Random(20261125)
    print("seed 20261125")
    for sweep in ("full", "base"):
        stage, on = drawn("700000.00", sweep=sweep, fee_rate="0.3%"), START
        for _ in range(12):
            on += chance.randrange(0, 4) * DAY
            amount = yuan(f"{chance.randrange(1, 9_000_000) / 100:.2f}")
            debtor = chance.choice(("X", "Y", ""))
            shares = stage.play(Act("collect", on, {"amount": amount.amount, "debtor": debtor}, pay_in=amount)).amounts
            names = ("fees", "penalty", "interest", "principal", "remainder")
            assert sum(shares[name].minor for name in names) == amount.minor
            check_always(stage)


def test_a_receipt_pays_what_it_names_and_no_more() -> None:
    stage = drawn()
    for params, code in (
        ({"amount": "1.00", "paid": {"y1": "2.00"}}, "pool_receipt_exceeded"),
        ({"amount": "900000.00", "paid": {"y1": "700000.01"}}, "pool_item_overpaid"),
        ({"amount": "1.00", "paid": {"w": "1.00"}}, "pool_item_unknown"),
    ):
        with refused(code):
            stage.play(Act("collect", START, params))


def test_nothing_above_availability_is_drawn_nor_on_the_last_day() -> None:
    stage = active()
    with refused("pool_availability_exceeded"):
        stage.play(Act("draw", START, {"amount": "825000.01"}))
    with refused("pool_facility_ended"):
        stage.play(Act("draw", UNTIL, {"amount": "1.00"}))
    stage.play(Act("draw", START, {"amount": "825000.00"}))


def test_a_draw_is_decided_on_what_the_documents_say_at_that_moment() -> None:
    stage = active()
    with refused("pool_availability_exceeded"):
        stage.play(Act("draw", START, {"amount": "800000.00"}, seen=changed(stage, "y1", void=True)))


def reasons_of(stage: Stage, on: dt.date, **facts: Any) -> dict[str, list[str]]:
    held = {one.document: one for one in stage.book.pools[stage.deal_id]}
    held["x1"] = dataclasses.replace(held["x1"], **facts)
    found = judged(held.values(), stage.deal.terms, on=on)
    assert all(reason.sentence("zh") != reason.sentence("en") for one in found for reason in one.reasons)
    return {one.item.document: [reason.code for reason in one.reasons] for one in found}


def test_everything_that_does_not_count_has_a_reason_with_a_stable_code() -> None:
    stage = active()
    assert reasons_of(stage, START) == {"x1": [], "x2": ["pool_item_overdue"], "y1": ["pool_item_over_cap"]}
    for facts, code in (
        ({"marks": (Mark.DISPUTED,)}, "pool_item_disputed"),
        ({"disputed": True}, "pool_item_disputed"),
        ({"marks": (Mark.CREDIT_NOTE_PENDING,)}, "pool_item_credit_note_pending"),
        ({"encumbered": True}, "encumbered"),
        ({"related": True}, "related_party"),
        ({"currency": "USD"}, "wrong_currency"),
        ({"void": True}, "pool_item_void"),
        ({"contested": True}, "pool_item_contested"),
        ({"issued_on": UNTIL - 181 * DAY}, "pool_item_tenor_too_long"),
    ):
        assert reasons_of(stage, START, **facts)["x1"] == [code]
    assert reasons_of(stage, START, due_on=LATE)["x1"] == ["pool_item_overdue", "pool_item_cross_aged"]


def test_cross_ageing_takes_all_of_a_debtor_out_when_more_than_the_share_is_overdue() -> None:
    stage = active(ageing_share="37.5%")
    assert reasons_of(stage, START)["x1"] == [], "300,000 of 800,000 are exactly 37.5 %"
    stage = active(ageing_share="37.4%")
    assert reasons_of(stage, START)["x1"] == ["pool_item_cross_aged"]
    assert stage.deal.book.base == yuan("600,000.00")


def test_what_no_later_day_mends_does_not_enter() -> None:
    for facts, code in (
        ({"related": True}, "related_party"),
        ({"void": True}, "pool_item_void"),
        ({"currency": "USD"}, "wrong_currency"),
    ):
        with refused(code):
            active(item("q", "Q", "1.00", **facts))


def test_an_invoice_carries_one_pool_and_one_only() -> None:
    stage = active()
    again = Act("add", START, {"documents": ["x1"]}, seen=Assets(offered=(item("x1", "X", "500,000.00"),)))
    with refused("pool_item_there_already"):
        stage.play(again)
    other = stage.book.open(
        POOL, stage.parties, terms={**TERMS, **EXAMPLE}, proposal={"until": "2027-03-10"}, money=yuan("0.00").currency,
        asset="another pool",
    )  # fmt: skip
    stage.deal_id = other.id
    with refused("asset_taken"):
        stage.play(Act("accept", START, {"documents": ["x1"]}, seen=Assets(offered=(item("x1", "X", "500,000.00"),))))


def test_what_carries_a_drawing_stays_and_what_carries_nothing_may_go() -> None:
    stage = drawn()
    with refused("pool_removal_leaves_short"):
        stage.play(Act("remove", START, {"documents": ["y1"]}))
    stage.play(Act("remove", START, {"documents": ["x2"]}))
    assert "x2" not in stage.book.liens
    returned(stage)
    with refused("pool_removal_leaves_short"):
        stage.play(Act("remove", START, {"documents": ["x1"]}))


def test_a_lower_limit_opens_a_deficiency_too() -> None:
    stage = drawn()
    stage.play(Act("relimit", START, {"limit": "750000.00"}))
    assert (stage.deal.state, stage.deal.book.shortfall) == ("deficient", yuan("50,000.00"))


def test_a_day_that_passes_makes_receivables_overdue() -> None:
    stage = drawn()
    decision = stage.play(Act("revalue", UNTIL + 31 * DAY))
    assert decision.event == "fall_short"
    with refused("pool_backdated"):
        stage.play(Act("revalue", UNTIL))


def test_marks_take_an_item_out_and_bring_it_back() -> None:
    stage = active()
    stage.play(Act("mark", START, {"document": "y1", "mark": "disputed"}))
    assert stage.deal.book.available == yuan("375,000.00")
    stage.play(Act("mark", START, {"document": "y1", "mark": "disputed", "holds": False}))
    assert stage.deal.book.available == yuan("825,000.00")


def random_item(chance: random.Random, number: int) -> Item:
    face = chance.randrange(1, 50_000_000)
    paid = chance.choice((0, 0, chance.randrange(face)))
    return Item(
        document=f"{number:04}", number=str(number), debtor=chance.choice("ABC"), currency="CNY", face_minor=face,
        issued_on=START - 30 * DAY, due_on=START + chance.randrange(-60, 60) * DAY, paid_minor=paid,
        credited_minor=chance.choice((0, chance.randrange(face - paid + 1))), void=chance.random() < 0.05,
    )  # fmt: skip


def worse(chance: random.Random, one: Item) -> Item:
    """The item, worse in one respect."""
    return chance.choice(
        (
            dataclasses.replace(one, void=True),
            dataclasses.replace(one, marks=(Mark.DISPUTED,)),
            dataclasses.replace(one, encumbered=True),
            dataclasses.replace(one, due_on=one.due_on - chance.randrange(1, 90) * DAY),
            dataclasses.replace(one, credited_minor=one.credited_minor + chance.randrange(1, one.face_minor + 1)),
            dataclasses.replace(one, contested=True),
            dataclasses.replace(one, disputed=True),
        )
    )


def test_availability_never_rises_when_an_item_gets_worse() -> None:
    terms = staged(reserve_rate="5.123%", advance_rate="79.99%").deal.terms
    for seed in range(400):
        chance = random.Random(seed)
        items = [random_item(chance, number) for number in range(chance.randrange(1, 12))]
        before = availability(items, terms, used_minor=0, on=START)
        place = chance.randrange(len(items))
        items[place] = worse(chance, items[place])
        after = availability(items, terms, used_minor=0, on=START)
        assert after.available_minor <= before.available_minor, f"seed {seed}: {items[place]}"


def test_a_credit_note_of_a_fen_never_raises_availability_by_rounding() -> None:
    terms = staged().deal.terms
    faces = [item("x", "X", "1.00", face_minor=face) for face in range(1, 200)]
    found = [availability([one], terms, used_minor=0, on=START).available_minor for one in faces]
    assert found == sorted(found)


def test_the_parts_of_the_base_are_the_base() -> None:
    terms = staged().deal.terms
    for seed in range(50):
        chance = random.Random(seed)
        items = [random_item(chance, number) for number in range(20)]
        found = availability(items, terms, used_minor=0, on=START)
        lines = judged(items, terms, on=START)
        assert sum(line.counted_minor for line in lines) == found.base_minor, f"seed {seed}"
        assert all(line.reasons for line in lines if line.counted_minor < line.item.open_minor), f"seed {seed}"
        assert found.eligible_minor == sum(s.counted_minor + s.over_cap_minor for s in found.shares)


def carried(stage: Stage, on: dt.date) -> int:
    """What the pool carries, by somebody who knows only the formula of PRODUCTS 1.2: exact, rounded down."""
    terms, eligible, late, unpaid = stage.deal.terms, defaultdict(int), defaultdict(int), defaultdict(int)
    for one in stage.book.pools[stage.deal_id]:
        aged = (on - one.due_on).days > terms.overdue_days
        unpaid[one.debtor] += one.face_minor - one.paid_minor
        late[one.debtor] += (one.face_minor - one.paid_minor) * aged
        good = not (aged or one.void or one.marks or one.encumbered or one.contested or one.disputed)
        eligible[one.debtor] += max(one.face_minor - one.paid_minor - one.credited_minor, 0) * good
    fit = (amount for name, amount in eligible.items() if late[name] <= terms.ageing_share * unpaid[name])
    base = sum(min(amount, terms.debtor_cap.minor) for amount in fit)
    return min(terms.limit.minor, int(base * (terms.advance_rate - terms.reserve_rate)))


def something(chance: random.Random, stage: Stage, on: dt.date) -> Act:
    """An event as it may come, with whatever the register of documents says at that moment."""
    held = list(stage.book.pools[stage.deal_id])
    seen = tuple(worse(chance, chance.choice(held)) for _ in range(chance.choice((0, 0, 0, 1)))) if held else ()
    assets, name = Assets(items=seen), f"n{stage.deal.version:04}"
    amount = yuan(f"{chance.randrange(1, 30_000_000) / 100:.2f}")
    fresh = item(name, chance.choice("XYZ"), f"{chance.randrange(1_000, 40_000_000) / 100:.2f}", due_on=on + 20 * DAY)
    return chance.choice(
        (
            Act("draw", on, {"amount": amount.amount}, seen=assets),
            Act("draw", on, {"amount": amount.amount}, seen=assets),
            Act("add", on, {"documents": [name]}, seen=dataclasses.replace(assets, offered=(fresh,))),
            Act("remove", on, {"documents": [chance.choice(held).document if held else "none"]}, seen=assets),
            Act("collect", on, {"amount": amount.amount, "debtor": chance.choice("XYZ")}, pay_in=amount, seen=assets),
            Act("repay", on, {"amount": amount.amount}, seen=assets),
            Act("relimit", on, {"limit": chance.choice(("500000.00", "1000000.00"))}, seen=assets),
            Act("revalue", on, seen=assets),
        )
    )


def test_drawn_is_within_what_is_carried_at_every_draw_and_the_state_says_so_after_every_event() -> None:
    drawings = shortages = 0
    for seed in range(25):
        chance, stage, on = random.Random(seed), active(fee_rate="0.1%", cure_days=90), START
        print(f"seed {seed}")
        for _ in range(40):
            on += chance.choice((0, 0, 1, 3)) * DAY
            act = something(chance, stage, on)
            try:
                decision = stage.play(act)
            except Refusal:
                assert act.pay_in is None or stage.deal.state in ("settled", "called"), "a receipt was refused"
                continue
            check_always(stage)
            book = stage.deal.book
            free = carried(stage, on) - book.loan.principal.minor
            assert book.available.minor - book.shortfall.minor == free, f"seed {seed}: {act.command}"
            assert (stage.deal.state == "deficient") == (free < 0), f"seed {seed}: {act.command}"
            assert decision.event != "draw" or free >= 0, f"seed {seed}: drawn beyond the base"
            drawings, shortages = drawings + (decision.event == "draw"), shortages + (free < 0)
    assert drawings > 50
    assert shortages > 50


@pytest.mark.parametrize("defect", ["reserve forgotten", "cap forgotten", "void counted"])
def test_a_wrong_base_is_noticed(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defects: the test above is red with each of them."""
    right = availability

    def wrong(items: Any, bounds: Any, *, used_minor: int, on: dt.date, **named: Any) -> Any:
        if defect == "void counted":
            items = [dataclasses.replace(one, void=False) for one in items]
        field = {"reserve forgotten": ("reserve_rate", 0 * bounds.reserve_rate), "cap forgotten": ("caps", {
            name: bounds.limit for name in "XYZ"})}.get(defect)  # fmt: skip
        changed = bounds if field is None else dataclasses.replace(bounds, **{field[0]: field[1]})
        return right(items, changed, used_minor=used_minor, on=on, **named)

    monkeypatch.setattr("openscf.financing.bases.pool.valuing.availability", wrong)
    with pytest.raises(AssertionError):
        test_drawn_is_within_what_is_carried_at_every_draw_and_the_state_says_so_after_every_event()
