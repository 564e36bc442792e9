"""How far a trade is closed is stored when something arrives, never stale, and the same whatever came first."""

import datetime as dt
import itertools
from fractions import Fraction

import pytest

from openscf import trades
from openscf.trades import DocumentStatus, Identity, Line, NewLien, WantedClosures
from tests.unit.parties.house import refused
from tests.unit.trades.market import BUYER, DAY, SELLER, Market, uscc
from tests.unit.trades.papers import CLASS, KEEPER, bill, credit, event, order, paid, paper, receipt, statement


def closure(market: Market, number: str = "INV-2026-0001"):
    (found,) = market.find(number)
    return market.run(trades.closure_of, found.id)


def degrees(market: Market, number: str = "INV-2026-0001") -> tuple[Fraction, ...]:
    found = closure(market, number).match.closure
    return found.order, found.goods, found.invoice, found.money


def codes(market: Market, number: str = "INV-2026-0001") -> list[str]:
    return [each.code for each in closure(market, number).match.differences]


PAPERS = {"order": order(), "receipt": receipt(), "bill": bill(), "money": statement([paid(5000, "INV-2026-0001")])}


@pytest.mark.parametrize("turn", list(itertools.permutations(PAPERS)))
def test_a_trade_is_closed_whichever_of_its_papers_comes_last(market: Market, turn: tuple[str, ...]) -> None:
    for name in turn:
        market.deliver(PAPERS[name])
    assert degrees(market) == (1, 1, 1, 1)
    assert closure(market).match.orders == ("PO1",)
    assert market.run(trades.is_backed, closure(market).document.id)


def test_each_arrival_changes_the_closure_in_its_own_transaction_and_all_its_versions_are_kept(market: Market) -> None:
    market.deliver(bill())
    assert (degrees(market), closure(market).version) == ((0, 0, 1, 0), 1)
    market.deliver(order(quantity=8))
    assert degrees(market) == (Fraction(8, 10), 0, 1, 0)
    market.deliver(receipt(quantity=4))
    assert degrees(market) == (Fraction(8, 10), Fraction(4, 10), 1, 0)
    market.deliver(statement([paid(2500, "INV-2026-0001")]))
    assert degrees(market)[3] == Fraction(1, 2)
    market.deliver(credit("CN-1", "INV-2026-0001", 5))
    assert degrees(market) == (1, Fraction(4, 5), 1, 1)
    history = market.run(trades.closure_history, closure(market).document.id)
    assert [each.version for each in history] == [1, 2, 3, 4, 5]
    market.deliver(bill(), name="again.csv")
    assert closure(market).version == 5


def test_nothing_stored_is_stale_and_it_is_found_again_to_the_byte(market: Market) -> None:
    market.deliver(*PAPERS.values(), bill("INV-2026-0002", 4, day=1), receipt("GR-2", 3))
    known = [one.fingerprint for number in ("INV-2026-0001", "INV-2026-0002") for one in market.find(number)]
    assert market.run(trades.stale_closures, known) == []


def test_a_closure_that_was_altered_would_be_seen(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: receipts that arrive are not matched again."""
    from openscf.trades.service import ingest

    market.deliver(order(), bill())
    monkeypatch.setattr(ingest, "match_touched", lambda *_: 0)
    market.deliver(receipt())
    assert market.run(trades.stale_closures, [market.find("INV-2026-0001")[0].fingerprint]) != []


def test_what_the_seller_alone_delivers_proves_no_goods_until_somebody_else_delivers_it_too(market: Market) -> None:
    seller = market.party(1, "华东精密零件")
    buyer = market.party(2, "大型核心企业")
    market.deliver(order(), bill(), sender=str(seller))
    market.deliver(receipt(), sender=str(seller))
    assert degrees(market)[1] == 0
    assert not market.run(trades.is_backed, closure(market).document.id)
    with refused("trade_not_backed"):
        market.run(trades.check_backed, closure(market).document.id)
    market.deliver(receipt(), sender=str(buyer))
    assert degrees(market)[1] == 1
    assert market.run(trades.check_backed, closure(market).document.id).match.signers == (f"tax:{uscc(2)}",)


def test_goods_events_of_a_keeper_prove_goods_and_those_of_the_seller_or_of_nobody_do_not(market: Market) -> None:
    seller, keeper = market.party(1), market.party(3)
    market.deliver(order(), bill())
    market.run(trades.name_goods, {CLASS: "steel"})
    market.deliver(event(6), sender="a warehouse")
    market.deliver(event(6), sender=str(seller))
    assert degrees(market)[1] == 0
    market.deliver(event(6), sender=str(keeper))
    assert degrees(market)[1] == Fraction(6, 10)
    market.deliver(event(6, declared_wrong_at=dt.datetime(2026, 3, 6, tzinfo=dt.UTC)), sender=str(keeper))
    assert degrees(market)[1] == 0


def test_a_class_of_goods_that_is_named_later_is_matched_then(market: Market) -> None:
    keeper = market.party(3)
    market.deliver(event(10), order(), bill(), sender=str(keeper))
    assert degrees(market)[1] == 0
    assert market.run(trades.name_goods, {CLASS: "steel"}) == 1
    assert degrees(market)[1] == 1


def test_events_that_share_an_id_and_say_different_things_prove_nothing(market: Market) -> None:
    keeper = market.party(3)
    market.run(trades.name_goods, {CLASS: "steel"})
    market.deliver(order(), bill(), event(10), sender=str(keeper))
    assert degrees(market)[1] == 1
    market.deliver(event(9), sender=str(keeper))
    assert degrees(market)[1] == 0


def test_a_void_invoice_and_one_in_dispute_are_matched_to_nothing_and_say_why(market: Market) -> None:
    market.deliver(order(), receipt(), bill(), statement([paid(5000, "INV-2026-0001")]))
    market.deliver(bill(quantity=9))
    assert (degrees(market), codes(market)) == ((0, 0, 0, 0), ["contradicting_versions"])
    assert [one.amount_minor for one in market.run(trades.find_exceptions, trades.WantedExceptions())] == [5000]
    market.deliver(bill(status=DocumentStatus.VOID))
    assert codes(market) == ["void"]


def test_an_invoice_that_nothing_hangs_together_with_has_the_closure_that_the_rule_gives_it_alone(
    market: Market,
) -> None:
    bare = paper(trades.DocumentKind.INVOICE, "99887766", gross_minor=700)
    market.deliver(bare)
    assert degrees(market, "99887766") == (0, 0, 0, 0)
    assert codes(market, "99887766") == ["no_lines", "unpaid"]


def test_closures_are_found_by_what_is_missing_by_degree_and_by_party(market: Market) -> None:
    market.deliver(order(), receipt(), bill(), statement([paid(5000, "INV-2026-0001")]))
    market.deliver(order("PO-2"), bill("INV-2026-0002", of="PO-2", day=1))
    market.deliver(bill("INV-2026-0003", of=None, day=2))

    def numbers(**wanted) -> list[str]:
        return [each.document.document.number for each in market.run(trades.closures, WantedClosures(**wanted))]

    assert numbers() == ["INV-2026-0001", "INV-2026-0002", "INV-2026-0003"]
    assert numbers(missing=("goods",)) == ["INV-2026-0002", "INV-2026-0003"]
    assert numbers(missing=("goods",), closed=("order",)) == ["INV-2026-0002"]
    assert numbers(backed=True) == numbers(degree_from=Fraction(1)) == ["INV-2026-0001"]
    assert numbers(degree_until=Fraction(1, 2), issued_from=DAY + dt.timedelta(2)) == ["INV-2026-0003"]
    assert numbers(buyer_key=f"tax:{uscc(2)}", seller_key=f"tax:{uscc(9)}") == []
    first = market.run(trades.closures, WantedClosures(), limit=2)
    rest = market.run(trades.closures, WantedClosures(), after=first[-1].document.id)
    assert [each.document.document.number for each in rest] == ["INV-2026-0003"]
    with refused("unknown_flow"):
        numbers(missing=("gods",))


def test_only_an_invoice_has_a_closure(market: Market) -> None:
    with refused("not_an_invoice"):
        market.run(trades.closure_of, market.one(order()))


def test_a_member_sees_the_closures_of_its_own_invoices_only(market: Market, funder) -> None:
    market.deliver(order(), bill())
    document = closure(market).document.id
    seller = market.party(1)
    market.run(_link, seller)
    assert market.member(seller, trades.closure_of, document).match.closure.order == 1
    assert [each.version for each in market.member(seller, trades.closures, WantedClosures())] == [1]
    assert market.member(funder, trades.closures, WantedClosures()) == []
    with refused("document_not_found"):
        market.member(funder, trades.closure_of, document)


def _link(work, party) -> None:
    work.execute(
        "INSERT INTO trades.party_link (tenant_id, key, party_id, linked_at) VALUES (%s, %s, %s, now())",
        [work.context.tenant, f"tax:{uscc(1)}", party],
    )


def test_whoever_checks_before_funding_keeps_the_closure_as_it_is_until_he_commits(
    market: Market, funder, database
) -> None:
    from openscf.db.unit_of_work import Context

    market.deliver(order(), receipt(), bill())
    document = closure(market).document.id
    with database.transaction(Context(market.tenant, "system:test")) as work:
        trades.check_backed(work, document)
        with market.database.connection("openscf_app") as other, other.transaction():
            other.execute(f"SET LOCAL app.tenant = '{market.tenant.hex}'")
            other.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(Exception, match="lock timeout"):
                other.execute("UPDATE trades.closure SET current = false")
        new = NewLien(document=document, holder=funder, deal="d")
        trades.take_lien(work, new, fingerprints=market.desk.fingerprints)


def test_orders_are_found_however_their_numbers_are_written(market: Market) -> None:
    market.deliver(order("po 0001"), receipt(of="PO-1"), bill(of="ＰＯ－1"))
    assert degrees(market)[:3] == (1, 1, 1)


def test_a_receipt_signed_by_the_keeper_counts_beside_one_of_the_buyer(market: Market) -> None:
    kept = paper(trades.DocumentKind.WAREHOUSE_RECEIPT, "W-1", *receipt().lines, signer=KEEPER)
    market.deliver(order(), bill(), kept)
    assert closure(market).match.signers == (f"tax:{KEEPER.codes['uscc']}",)


def test_lines_without_a_reference_meet_by_their_item_and_a_second_order_makes_them_ambiguous(market: Market) -> None:
    market.deliver(bill(of=None), receipt(of=None), order())
    assert degrees(market)[:2] == (1, 1)
    market.deliver(order("PO-2"))
    assert degrees(market)[:2] == (0, 0)


def test_differences_speak_both_languages(market: Market) -> None:
    market.deliver(order(), receipt(quantity=9), bill(price="6"))
    differences = closure(market).match.differences
    assert [each.code for each in differences] == ["not_received", "price", "unpaid"]
    assert all(each.sentence("en") and each.sentence("zh") for each in differences)


def test_parties_are_not_mixed_up_when_two_sellers_use_one_order_number(market: Market) -> None:
    other = Identity("另一家供应商", {"uscc": uscc(7)})
    market.deliver(order(), order(seller=other), bill(), receipt(seller=other))
    assert degrees(market)[:2] == (1, 0)
    assert SELLER != other != BUYER
    assert isinstance(bill().lines[0], Line)
