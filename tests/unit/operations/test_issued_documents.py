"""Documents of real deals: gathered, numbered without a gap, issued once, kept, and for whom they are."""

import datetime as dt
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from openscf import financing
from openscf.db import Context, Database
from openscf.financing import DealId, IssuedDocument
from openscf.kernel.ids import TenantId
from openscf.kernel.money import Money
from openscf.ledger import standing_account
from openscf.operations import documents as d
from openscf.operations.documents import gathering
from openscf.parties import AccountScheme, NewBankAccount, PersonalKind, approve, found_request, propose_bank_account
from openscf.trades import MemoryOriginals
from tests.unit.financing.floor import DAY, DUE, SYSTEM, Floor, yuan
from tests.unit.operations import papers
from tests.unit.operations.test_documents import said
from tests.unit.parties.house import audited, clear, refused

pytestmark = papers.needs_font
NUMBER = "1001244309004521787"


@pytest.fixture
def office(floor: Floor) -> d.Office:
    return d.Office(floor.house.vault, d.self_made(floor.clock.now()), MemoryOriginals())


def bank_account(floor: Floor, name: str) -> None:
    """An account that two people approved and whose cooling period is over."""
    new = NewBankAccount(
        party=floor.parties[name], scheme=AccountScheme.CNAPS, bank_code="102100099996",
        number=clear(PersonalKind.ACCOUNT, NUMBER), holder_name=f"{name}有限公司",
    )  # fmt: skip
    made = floor.run(f"{name}.maker", propose_bank_account, new, vault=floor.house.vault)
    request = floor.run(SYSTEM, found_request, made.request)
    floor.run(f"{name}.checker", approve, request.id, request.payload_sha256)
    floor.clock.advance(dt.timedelta(hours=25))


def made(
    floor: Floor, office: d.Office, deal: DealId, kind: d.Kind, actor: str = SYSTEM, **named: Any
) -> IssuedDocument:
    return floor.run(actor, d.make_document, office, deal, kind=kind, on=DAY, **named)


def file_of(office: d.Office, issued: IssuedDocument) -> bytes:
    return office.originals.get(issued.file_sha256.hex())


def test_every_document_of_a_deal_says_what_happened_to_the_fen(floor: Floor, office: d.Office) -> None:
    """PRODUCTS 1.1: 1,000,000.00 at 80 %, fee 0.5 %, 7.2 % for 83 days: 795,000.00 out, 186,720.00 back."""
    deal = floor.funded()
    bank_account(floor, "funder")
    notice = file_of(office, made(floor, office, deal, d.Kind.ASSIGNMENT_NOTICE))
    confirmed = file_of(office, made(floor, office, deal, d.Kind.CONFIRMATION))
    advice = file_of(office, made(floor, office, deal, d.Kind.DISBURSEMENT))
    with refused("document_not_ready"):
        made(floor, office, deal, d.Kind.SETTLEMENT)
    floor.pay_in(deal, "1,000,000.00")
    floor.do(SYSTEM, deal, "collect", on=DUE, amount="400000.00")
    part = made(floor, office, deal, d.Kind.SETTLEMENT)
    floor.do(SYSTEM, deal, "collect", on=DUE, amount="600000.00")
    whole = made(floor, office, deal, d.Kind.SETTLEMENT)
    assert (part.number, whole.number) == ("SS-2026-000001", "SS-2026-000002")
    for pdf in (notice, confirmed, advice, file_of(office, whole)):
        assert said("0001", pdf)
        assert said("1,000,000.00", pdf)
        assert said("seller有限公司", pdf)
        assert d.verify(pdf, [office.signer.certificate]).good
    assert said("人民币壹佰万元整", notice)
    assert said("****1787", notice)
    assert not said(NUMBER, notice), "the number of a bank account is never shown whole"
    assert said("795,000.00", advice)
    assert said("人民币柒拾玖万伍仟元整", advice)
    assert said("5,000.00", advice)
    content = floor.run(SYSTEM, d.document_of, deal, d.Kind.SETTLEMENT, vault=office.vault).content
    assert isinstance(content, d.SettlementStatement)
    assert content.received == yuan("1,000,000.00")
    assert sum(one.amount.minor for one in content.totals) == content.received.minor
    shares = {(part.name, part.to): part.amount for part in content.totals}
    assert shares == {
        ("interest", "funder"): yuan("13,280.00"), ("principal", "funder"): yuan("800,000.00"),
        ("remainder", "client"): yuan("186,720.00"),
    }  # fmt: skip
    assert (content.over, content.principal_left) == (True, yuan("0.00"))
    assert content.receipts[0].principal_left == yuan("413,280.00")


def test_what_says_the_same_is_issued_once_and_numbers_have_no_gap(floor: Floor, office: d.Office) -> None:
    deal = floor.funded()
    first = made(floor, office, deal, d.Kind.DISBURSEMENT)
    assert made(floor, office, deal, d.Kind.DISBURSEMENT) == first
    english = made(floor, office, deal, d.Kind.DISBURSEMENT, language=d.DocumentLanguage.EN)
    assert (first.number, english.number) == ("DA-2026-000001", "DA-2026-000002")
    assert made(floor, office, deal, d.Kind.CONFIRMATION).number == "DC-2026-000001"
    about = floor.run(SYSTEM, d.issued_about, str(deal))
    assert [one.number for one in about] == ["DA-2026-000001", "DA-2026-000002", "DC-2026-000001"]
    actions = [subject for action, subject, _ in audited(floor.house) if action == "financing.issue_document"]
    assert actions == [one.number for one in about]


def test_eight_who_ask_at_once_get_one_document(floor: Floor, office: d.Office) -> None:
    deal = floor.funded()
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(made, floor, office, deal, d.Kind.DISBURSEMENT) for _ in range(8)]
        found = {job.result().number for job in jobs}
    assert found == {"DA-2026-000001"}
    assert made(floor, office, deal, d.Kind.DISBURSEMENT, language=d.DocumentLanguage.ZH).number == "DA-2026-000002"


def test_what_was_kept_gives_the_printed_hash_again(floor: Floor, office: d.Office) -> None:
    from openscf.kernel.canonical import digest

    issued = made(floor, office, floor.funded(), d.Kind.DISBURSEMENT)
    again, pdf = floor.run(SYSTEM, d.fetch_document, issued.number, office.originals)
    assert again == issued
    assert hashlib.sha256(pdf).digest() == issued.file_sha256
    assert digest({"kind": issued.kind, **issued.record}) == issued.content_sha256
    assert said(issued.content_sha256.hex(), pdf)
    with refused("document_not_issued"):
        floor.run(SYSTEM, d.fetch_document, "DA-2026-999999", office.originals)


def test_who_has_no_part_in_a_deal_hears_that_there_is_none(floor: Floor, office: d.Office) -> None:
    from openscf.parties import PartyRole

    deal = floor.funded()
    floor.join("stranger", PartyRole.SUPPLIER)
    issued = made(floor, office, deal, d.Kind.DISBURSEMENT, "seller.maker")
    assert made(floor, office, deal, d.Kind.DISBURSEMENT, "funder.checker") == issued
    assert made(floor, office, deal, d.Kind.DISBURSEMENT, "operator.maker") == issued
    with refused("deal_not_found"):
        made(floor, office, deal, d.Kind.DISBURSEMENT, "stranger.maker")
    with refused("document_not_issued"):
        floor.run("stranger.maker", d.fetch_document, issued.number, office.originals)
    with refused("document_not_yours"):  # what the money costs is no business of the debtor
        made(floor, office, deal, d.Kind.DISBURSEMENT, "buyer.maker")
    assert floor.run("buyer.maker", d.issued_about, str(deal)) == []
    assert made(floor, office, deal, d.Kind.CONFIRMATION, "buyer.maker").number == "DC-2026-000001"
    for name, count in (("seller", 2), ("buyer", 1), ("funder", 1), ("stranger", 0)):
        seen = floor.house.read(floor.parties[name], financing.documents_about, str(deal))
        assert len(seen) == count, name


def test_another_tenant_sees_none_of_it(floor: Floor, office: d.Office, database: Database) -> None:
    from openscf.kernel.ports import SystemIds

    made(floor, office, floor.funded(), d.Kind.DISBURSEMENT)
    other = SystemIds().new(TenantId)
    with database.connection("openscf_app") as connection:
        connection.execute("INSERT INTO platform.tenant VALUES (%s, 'other', now())", [other])
    with refused("document_not_issued"):
        database.run(Context(other, SYSTEM), lambda work: financing.issued_document(work, "DA-2026-000001"))


def test_issued_documents_are_never_changed_or_deleted(floor: Floor, office: d.Office) -> None:
    made(floor, office, floor.funded(), d.Kind.DISBURSEMENT)
    for query in ("UPDATE financing.issued_document SET kind = 'x'", "DELETE FROM financing.issued_document"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            floor.run(SYSTEM, lambda work, query=query: work.execute(query))


def test_a_notice_without_an_account_to_pay_to_is_not_made_and_uses_up_no_number(
    floor: Floor, office: d.Office
) -> None:
    deal = floor.funded()
    with refused("no_payment_destination"):
        made(floor, office, deal, d.Kind.ASSIGNMENT_NOTICE)
    bank_account(floor, "funder")
    assert made(floor, office, deal, d.Kind.ASSIGNMENT_NOTICE).number == "AN-2026-000001"


def test_the_debtor_of_an_undisclosed_deal_gets_no_notice(floor: Floor, office: d.Office) -> None:
    floor.limits()
    programme = floor.programme(terms={"price": {"rate": "7.2%"}, "advance_rate": "80%", "notified": False})
    deal = floor.open(programme, floor.invoice())
    with refused("debtor_not_notified"):
        made(floor, office, deal, d.Kind.ASSIGNMENT_NOTICE)
    with refused("document_not_ready"):
        made(floor, office, deal, d.Kind.CONFIRMATION)
    with refused("document_not_ready"):
        made(floor, office, deal, d.Kind.DISBURSEMENT)
    with refused("kind_not_of_deal"):
        made(floor, office, deal, d.Kind.VOUCHER)


def test_a_statement_adds_up_and_starts_and_ends_with_the_day_in_beijing(floor: Floor, office: d.Office) -> None:
    deal = floor.funded()
    floor.clock.advance(dt.timedelta(hours=14, minutes=30))  # 00:30 of the next day in Beijing
    floor.bring("seller", "0.01")
    account = standing_account(floor.parties["seller"], "CNY", "cash").id

    def asked(since: dt.date, until: dt.date, actor: str = "seller.maker") -> d.AccountStatement:
        issued = floor.run(actor, d.make_statement, office, account, since=since, until=until, on=DAY)
        content = floor.run(SYSTEM, d.statement_of, account, since, until=until).content
        assert isinstance(content, d.AccountStatement)
        assert d.verify(file_of(office, issued), [office.signer.certificate]).good
        return content

    first, next_day = asked(DAY, DAY), asked(DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=1))
    assert [line.amount for line in first.lines] == [yuan("800,000.00"), -yuan("5,000.00")]
    assert [line.text_zh for line in first.lines] == ["保理 · 融资本金", "保理 · 手续费"]
    assert {line.reference for line in first.lines} == {str(deal)}
    assert first.closing == next_day.opening == yuan("795,000.00")
    assert (next_day.money_in, next_day.closing) == (yuan("0.01"), yuan("795,000.01"))
    for one in (first, next_day):
        assert one.opening + one.money_in - one.money_out == one.closing
    with refused("account_not_found"):
        asked(DAY, DAY, actor="buyer.maker")
    with refused("span_reversed"):
        asked(DAY, DAY - dt.timedelta(days=1))


def test_shares_that_are_not_the_receipt_stop_the_statement(
    floor: Floor, office: d.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect for I10: a fen is taken out of what was kept of the waterfall."""
    deal = floor.funded()
    floor.pay_in(deal, "1,000,000.00")
    floor.do(SYSTEM, deal, "collect", on=DUE, amount="1000000.00")
    genuine = gathering._outcome

    def spoilt(row: financing.EventRow) -> Any:
        outcome = json.loads(json.dumps(genuine(row)))
        for movement in outcome.get("movements", []):
            if movement[0] == "remainder":
                movement[3] = Money(yuan("186,720.00").minor - 1, yuan("1").currency).as_json()
        return outcome

    monkeypatch.setattr(gathering, "_outcome", spoilt)
    with refused("shares_differ"):
        made(floor, office, deal, d.Kind.SETTLEMENT)
