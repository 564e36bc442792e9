"""Identity: no accident of writing makes two documents of one, and no care makes one of two."""

import dataclasses
import datetime as dt
import hmac
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openscf.db.settings import Settings
from openscf.kernel.ids import TenantId
from openscf.trades import (
    DocumentKind,
    DocumentStatus,
    Fingerprinter,
    Identity,
    InvoiceParts,
    Line,
    Provenance,
    content_of,
    fingerprints_at,
    identity_of,
    normal_code,
    normal_number,
    party_key,
)
from openscf.trades.keys import FILE
from openscf.trades.rules.identity import STEPS, number_mark
from tests.unit.parties.house import refused
from tests.unit.trades.market import BUYER, DAY, SELLER, invoice, uscc

TENANT = TenantId(int=5)
PRINTS = Fingerprinter(b"k" * 32)


@pytest.mark.parametrize(
    ("written", "normal", "steps"),
    [
        ("10234567", "10234567", ()),
        ("00234567", "234567", ("leading_zeros_removed",)),
        ("１０２３４", "10234", ("half_width",)),
        ("10\u200b2\ufeff3\u00ad4", "10234", ("invisible_removed",)),
        (" 10 234\u3000", "10234", ("half_width", "spaces_removed")),
        ("inv-0012", "INV12", ("upper_case", "separators_folded", "leading_zeros_removed")),
        ("2024/001", "2024-1", ("separators_folded", "leading_zeros_removed")),
        ("٣٤٥", "345", ("digits",)),
        ("АВ12", "AB12", ("look_alikes",)),
        ("000", "0", ("leading_zeros_removed",)),
        ("", "", ()),
    ],
)
def test_each_step_is_named(written: str, normal: str, steps: tuple[str, ...]) -> None:
    assert (normal_number(written).value, normal_number(written).steps) == (normal, steps)
    assert set(steps) <= set(STEPS)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-11", "11-1"), ("10", "1O"), ("11", "1I"), ("100", "10"), ("A1", "A-1-1"), ("2024-1", "20241"), ("甲1", "乙1")],
)
def test_what_really_differs_stays_apart(one: str, other: str) -> None:
    assert normal_number(one).value != normal_number(other).value


@given(st.text(max_size=40))
def test_a_normal_number_is_its_own_normal_form(text: str) -> None:
    once = normal_number(text).value
    assert normal_number(once).value == once


@given(st.text(alphabet="ABCXYZ0123456789", min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_accidents_of_writing_change_nothing(text: str, chance: random.Random) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if chance.random() < 0.5 else letter for letter in text)
    hidden = "".join(letter + chance.choice(("", "", "\u200b", "\u2060", " ", "\ufe0f")) for letter in wide)
    assert normal_number(hidden.lower()).value == normal_number(text).value


def test_the_identity_of_an_invoice_is_parties_number_and_date_and_nothing_else() -> None:
    first = PRINTS.document(TENANT, invoice())
    place = Provenance("other.csv", "11", "line 9", "other")
    for same in (
        invoice(gross=7), invoice(status=DocumentStatus.VOID), invoice(due_on=DAY), invoice(provenance=place),
        invoice(lines=(Line("1"),)), invoice(seller=Identity("改名", {"vat": SELLER.codes["uscc"].lower()})),
    ):  # fmt: skip
        assert PRINTS.document(TENANT, same) == first
    for other in (
        invoice("10234568"), invoice(issued_on=DAY + dt.timedelta(1)), invoice(seller=BUYER, buyer=SELLER),
        invoice(code="044"), invoice(kind=DocumentKind.CREDIT_NOTE), invoice(buyer=Identity("x", {"uscc": uscc(9)})),
    ):  # fmt: skip
        assert PRINTS.document(TENANT, other) != first
    assert PRINTS.document(TenantId(int=6), invoice()) != first
    assert Fingerprinter(b"l" * 32).document(TENANT, invoice()) != first


def test_lengths_come_first_so_no_two_identities_spell_the_same() -> None:
    one = invoice("1", code="23", seller=Identity("x", {"uscc": "A"}))
    other = invoice("31", code="2", seller=Identity("x", {"uscc": "A"}))
    assert identity_of(one).canonical() != identity_of(other).canonical()


def test_a_fingerprint_is_the_standard_hmac() -> None:
    message = identity_of(invoice()).canonical()
    assert PRINTS.of(TENANT, message) == hmac.digest(b"k" * 32, TENANT.bytes + message, "sha256")
    parts = InvoiceParts(party_key(SELLER), party_key(BUYER), "", "10234567", DAY)
    assert PRINTS.invoice(TENANT, parts) == PRINTS.document(TENANT, invoice())


def test_a_documents_fingerprint_is_the_mark_of_its_number_and_then_that_hmac() -> None:
    # The check value of CRC-32 that its catalogues give for "123456789".
    assert number_mark("123456789") == bytes.fromhex("cbf439")
    for kind in DocumentKind:
        one = invoice("0010234567", kind=kind)
        found = PRINTS.document(TENANT, one)
        assert found[:3] == number_mark("10234567")
        assert found[3:] == PRINTS.of(TENANT, identity_of(one).canonical())[3:]


def test_a_lot_is_named_by_its_keeper_and_a_bill_by_its_number() -> None:
    lot = invoice("L-1", kind=DocumentKind.WAREHOUSE_RECEIPT, signer=Identity("仓库", {"uscc": uscc(3)}))
    moved = dataclasses.replace(lot, issued_on=None, buyer=None, seller=BUYER)
    assert PRINTS.document(TENANT, lot) == PRINTS.document(TENANT, moved)
    assert PRINTS.document(TENANT, lot) != PRINTS.document(TENANT, dataclasses.replace(lot, signer=BUYER))
    bill = invoice("5310", kind=DocumentKind.BILL)
    assert PRINTS.document(TENANT, bill) == PRINTS.document(TENANT, dataclasses.replace(bill, seller=None))


def test_content_is_what_is_said_and_not_how_it_is_written() -> None:
    same = invoice("０10234567", seller=Identity("华东 精密零件有限公司", {"uscc": SELLER.codes["uscc"].lower()}))
    assert content_of(same) == content_of(invoice())
    for other in (
        invoice(gross=7),
        invoice(due_on=DAY),
        invoice(status=DocumentStatus.VOID),
        invoice(lines=(Line("1"),)),
    ):
        assert content_of(other) != content_of(invoice())


def test_codes_keep_their_zeros_and_a_sources_own_code_stays_inside_the_source() -> None:
    assert normal_code("00-91 a") == "0091A"
    local = Identity("x", {"local": "A7"})
    assert party_key(local, source="erp-1") != party_key(local, source="erp-2")
    assert party_key(Identity(" 甲 公司")) == party_key(Identity("甲公司"))
    assert party_key(None) == party_key(Identity()) == ""


def test_the_key_is_made_once_kept_closed_and_never_silently_replaced(database, tmp_path) -> None:
    settings = Settings(home=tmp_path / "home")
    first = fingerprints_at(database, settings)
    path = settings.private / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert fingerprints_at(database, settings).of(TENANT, b"x") == first.of(TENANT, b"x")
    with refused("fingerprint_key_missing"):
        fingerprints_at(database, Settings(home=tmp_path / "other"))
    path.unlink()
    with refused("fingerprint_key_missing"):
        fingerprints_at(database, settings)
    assert not path.exists()
