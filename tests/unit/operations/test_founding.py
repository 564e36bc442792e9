"""Opening a book by a plan. Planted: an opening that signs for others in a real book (`test_a_real_book_…`)."""

import datetime as dt
import random
from pathlib import Path

import pytest

from openscf import access, financing, parties, settlement
from openscf.cli.book import EXAMPLE
from openscf.db import Context, Database
from openscf.db.tenants import books
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY
from openscf.kernel.ports import SeededRandomness
from openscf.kernel.rates import Rate
from openscf.ledger import Ledger, standing_account
from openscf.operations import Installation, found_book, read_plan
from openscf.parties import KeyRing, KybStatus, PersonalKind, Vault
from openscf.settlement import BankFolder
from openscf.trades import Desk, Fingerprinter, FolderOriginals

REAL = """
[book]
name = "Real"
[[member]]
id = "operator"
name_zh = "湖畔供应链平台有限公司"
uscc = "91310000MA0LAKE00Q"
roles = ["operator"]
people = [
  { login = "wang", name = "王某", document = "E00000001", document_kind = "passport", roles = ["maker", "admin"] },
  { login = "lili", name = "李某", document = "E00000002", document_kind = "passport", roles = ["checker"] },
]
"""


@pytest.fixture
def at(database: Database, tmp_path: Path) -> Installation:
    fingerprints = Fingerprinter(b"f" * 32)
    vault = Vault(KeyRing({1: b"0123456789abcdef" * 2}), random.Random(1).randbytes)
    return Installation(
        database=database, clock=database.clock, vault=vault, fingerprints=fingerprints,
        desk=Desk(fingerprints, FolderOriginals(tmp_path / "files")),
        bank_at=lambda clock: BankFolder(tmp_path / "bank", clock, SeededRandomness(1)),
    )  # fmt: skip


def silent(_en: str, _zh: str, /) -> None:
    """Nobody listens."""


def test_the_example_opens_a_sandbox_in_which_everything_is_agreed(at: Installation) -> None:
    plan = read_plan(EXAMPLE.read_text(encoding="utf-8"))
    founded = found_book(at, plan, tell=silent)
    with at.database.reading(Context(founded.tenant, "system:test")) as work:
        assert access.ahead_of(work) == dt.timedelta(0), "a sandbox that has caught up with the present"
        firms = {name: parties.find_party(work, party) for name, party in founded.parties.items()}
        assert {firm.kyb for firm in firms.values()} == {KybStatus.VERIFIED}
        frames = financing.programmes(work)
        assert [(one.product, one.state.value) for one in frames] == [("factoring", "active")]
        cash = standing_account(founded.parties["funder"], CNY.code, "cash").id
        assert Ledger(work).balances([cash])[cash] == 2_000_000_00
        (account,) = settlement.settlement_accounts(work)
        assert account.number == founded.accounts["platform"]
        for name in ("supplier", "buyer"):
            assert parties.payment_destination(work, founded.parties[name], vault=at.vault).usable_at(work.at)
    assert {one.login for one in founded.sign_ins} == {
        f"{name}.{duty}" for name in ("operator", "supplier", "buyer", "funder") for duty in ("maker", "checker")
    }


def test_a_plan_may_have_its_frame_priced_from_credit_as_the_example_says(at: Installation) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("# policy = { pricing", "policy = { pricing")
    stated = next(line for line in text.splitlines() if line.startswith("policy = { needs_receipt"))
    founded = found_book(at, read_plan(text.replace(stated, "")), tell=silent)
    with at.database.reading(Context(founded.tenant, "system:test")) as work:
        (frame,) = financing.programmes(work)
    assert frame.policy.pricing is not None
    assert (frame.policy.pricing.base, frame.policy.pricing.highest) == (Rate.bps(300), Rate.bps(1800))


def test_people_of_the_plan_sign_in_with_what_was_shown(at: Installation) -> None:
    founded = found_book(at, read_plan(REAL), tell=silent)
    first = founded.sign_ins[0]
    login, secret = (
        parties.Cleartext(PersonalKind.LOGIN, first.login), parties.Cleartext(PersonalKind.SECRET, first.password)
    )  # fmt: skip
    known = at.database.run(
        Context(founded.tenant, "system:test"),
        lambda work: parties.check_password(work, login, password=secret, vault=at.vault),
    )
    assert known.active


def test_a_real_book_begins_with_its_operator_and_nobody_signs_for_it(at: Installation) -> None:
    founded = found_book(at, read_plan(REAL), tell=silent)
    with at.database.reading(Context(founded.tenant, "system:test")) as work:
        assert access.ahead_of(work) is None, "no sandbox"
        assert parties.find_party(work, founded.parties["operator"]).kyb is KybStatus.IN_REVIEW
        assert settlement.settlement_accounts(work) == []
    assert founded.accounts == {}


def test_two_sandboxes_of_one_installation_share_no_account(at: Installation) -> None:
    plan = read_plan(EXAMPLE.read_text(encoding="utf-8"))
    one, other = found_book(at, plan, tell=silent), found_book(at, plan, tell=silent)
    assert not set(one.accounts.values()) & set(other.accounts.values())


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("uscc = \"91310000MA0LAKE01U\"", "uscc = \"91310000MA0LAKE01X\"", "identity_code_check", "uscc"),
        ("rate = \"7.2%\"", "rate = \"seven\"", "bad_rate", "terms.price.rate"),
        ("product = \"factoring\"", "product = \"magic\"", "unknown_product", None),
    ],
)  # fmt: skip
def test_a_plan_that_is_refused_leaves_no_book(at: Installation, old: str, new: str, code: str, field: str) -> None:
    before = books(at.database)
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(Refusal) as refused:
        found_book(at, read_plan(text.replace(old, new, 1)), tell=silent)
    assert refused.value.code == code
    if field:
        assert refused.value.where is not None
        assert refused.value.where.field == field
    assert books(at.database) == before


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("[book]", "[book", "bad_plan", "TOML"),
        ("sandbox = true", "sandbox = false", "plan_for_sandboxes", "programme"),
        ('id = "supplier"', 'id = "operator"', "bad_plan", "member[2].id"),
        ('id = "supplier"', 'id = "Supplier!"', "bad_plan", "member[2].id"),
        ('roles = ["operator"]', 'roles = ["supplier"]', "bad_plan", "member[1].roles"),
        ('party = "buyer"', 'party = "bayer"', "bad_plan", "limit[2].party"),
        ('amount = "2000000.00"', "amount = 2000000.0", "bad_plan", "limit[1].amount"),
        ('cash = "2000000.00"', 'cahs = "2000000.00"', "bad_plan", "member[4].cahs"),
        ('owner = "funder"\nparties', 'owner = "fund"\nparties', "bad_plan", "programme[1].owner"),
    ],
)
def test_a_wrong_plan_is_told_with_its_place(old: str, new: str, code: str, field: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(Refusal) as refused:
        read_plan(text.replace(old, new, 1))
    assert (refused.value.code, refused.value.where and refused.value.where.field) == (code, field)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (REAL[REAL.index("  { login = \"lili\"") : REAL.rindex("]")], "", "member[1].people"),
        ('name = "李某", ', "", "member[1].people[2]"),
        ('login = "lili"', 'login = "Wang"', "member[1].people"),
    ],
)  # fmt: skip
def test_a_real_book_needs_two_people_who_exist(old: str, new: str, field: str) -> None:
    assert old in REAL
    with pytest.raises(Refusal) as refused:
        read_plan(REAL.replace(old, new, 1))
    assert refused.value.where is not None
    assert (refused.value.code, refused.value.where.field) == ("bad_plan", field)
