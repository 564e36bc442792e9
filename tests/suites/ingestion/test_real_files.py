"""Every real file of five formats through `openscf ingest` into a database, against the figures beside it.

The readers alone are judged in `tests/unit/ingestion`; here it is what the store holds after the command has run. The
files of one format go into one tenant, so what several of them say is stored once.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openscf import trades
from openscf.cli import main
from openscf.db.database import Database
from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.settings import Settings
from openscf.db.unit_of_work import Context
from openscf.ingestion.adapters._statements import statement_currency
from openscf.kernel.ids import TenantId
from openscf.kernel.ports import SystemIds
from openscf.operations.verification import verify_tenant
from openscf.trades import BankStatement
from openscf.trades.rules.bank_lines import recognised
from openscf.trades.rules.facts import account_key, account_message
from tests.unit.ingestion import test_camt_of_banks as camt
from tests.unit.ingestion import test_exports_of_chinese_banks as exports
from tests.unit.ingestion import test_mt940_of_banks as mt940
from tests.unit.ingestion import test_ubl_files as ubl
from tests.unit.ingestion._real_files import DATA, needs_data, read_by

pytestmark = [needs_data, pytest.mark.slow]
SENDER = "a bank"
Outcome = dict[str, Any]


class Command:
    """`openscf ingest` and what it stored."""

    def __init__(self, database: Database, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.database, self.home, self.capsys = database, home, capsys
        self.tenant = SystemIds().new(TenantId)
        with database.connection("openscf_app") as connection:
            connection.execute("INSERT INTO platform.tenant VALUES (%s, 'test', now())", [self.tenant])

    def ingest(self, paths: Iterable[Path]) -> list[Outcome]:
        """What the command says of each of these files, in their order."""
        words = ["ingest", *map(str, paths), "--tenant", str(self.tenant), "--sender", SENDER, "--json"]
        with pytest.raises(SystemExit) as ended:
            main([*words, "--rejections", "1000"])
        told: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        assert int(ended.value.code or 0) == (1 if told["refused"] else 0)
        for one in told["files"]:
            assert "error" in one or one["accepted"] + one["rejected"] == one["rows"], one["file"]
        return list(told["files"])

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.database.reading(Context(self.tenant, "system:test")) as work:
            return work.connection.execute(query.encode(), values).fetchall()

    def held(self, statement: BankStatement) -> list[tuple[int, str]]:
        """Amount and state of the stored line for each line of a statement, in their order."""
        prints = trades.fingerprints_at(self.database, Settings.from_environment())
        account = account_key(statement.account) or f"source:{SENDER}"
        wanted = [prints.of(self.tenant, each.said) for each in recognised(statement, account=account)]
        query = "SELECT fingerprint, amount_minor, status FROM trades.statement_line WHERE fingerprint = ANY(%s)"
        found = {bytes(one): (amount, status) for one, amount, status in self.rows(query, wanted)}
        return [found[one] for one in wanted]

    def account(self, statement: BankStatement) -> bytes:
        """By what the account of a statement is known again."""
        prints = trades.fingerprints_at(self.database, Settings.from_environment())
        return prints.of(self.tenant, account_message(account_key(statement.account)))

    def sound(self) -> bool:
        return verify_tenant(self.database, self.tenant).breaches == ()


@pytest.fixture
def command(endpoints, database, tmp_path, monkeypatch, capsys) -> Callable[[], Command]:
    for role in LOGIN_ROLES:
        monkeypatch.setenv(f"OPENSCF_DATABASE_URL_{role.removeprefix('openscf_').upper()}", endpoints.as_role(role))
    for name, value in {"HOME": tmp_path, "LANG": "en"}.items():
        monkeypatch.setenv(f"OPENSCF_{name}", str(value))
    return lambda: Command(database, tmp_path, capsys)


def test_every_real_file_comes_out_of_the_store_with_its_figures(command: Callable[[], Command]) -> None:
    for judge in (ubl_documents, camt_statements, mt940_statements, chinese_exports, goods_events):
        one = command()
        judge(one)
        assert one.sound(), judge.__name__


def ubl_documents(command: Command) -> None:
    names = sorted([*ubl.EXPECTED, *ubl.REJECTED])
    for name, told in zip(names, command.ingest(ubl.UBL / name for name in names), strict=True):
        if name in ubl.REJECTED:
            assert [each["code"] for each in told["rejections"]] == [ubl.REJECTED[name][0]], name
            continue
        kind, currency, net, tax, gross, payable, lines, flags = ubl.EXPECTED[name]
        (stored,) = command.rows(
            "SELECT kind, currency, net_minor, tax_minor, gross_minor, (body ->> 'payable_minor')::bigint,"
            " jsonb_array_length(body -> 'lines') FROM trades.document WHERE id IN"
            " (SELECT id FROM trades.document WHERE file_id = %s UNION SELECT document_id FROM trades.sighting"
            "  WHERE file_id = %s)",
            *[trades.FileId.parse(told["id"])] * 2,
        )
        assert stored == (kind, currency, net, tax, gross, payable, lines), name
        # Copies of one document that differ in what is not kept are one document; each file is flagged for itself.
        assert {flag for flag in told["flags"] if not flag.startswith("contradicts_")} == flags, name
    numbers = command.rows("SELECT count(*) FROM trades.document WHERE kind = 'invoice' AND current")
    closures = trades.closures
    with command.database.reading(Context(command.tenant, "system:test")) as work:
        assert len(closures(work, trades.WantedClosures(), limit=1000)) == numbers[0][0]


def camt_statements(command: Command) -> None:
    paths = sorted((camt.FOLDER / "samples").glob("*.xml"))
    told = dict(zip((path.name for path in paths), command.ingest(paths), strict=True))
    assert camt.EXPECTED.keys() <= {name for name, one in told.items() if "error" not in one}
    refused: Counter[str] = Counter()
    for name, rows in camt.EXPECTED.items():
        bad = [row for row in rows if row["opening_plus_entries_equals_closing"] == "0"]
        assert (told[name]["accepted"], told[name]["rejected"]) == (len(rows) - len(bad), len(bad)), name
        refused.update(each["code"] for each in told[name]["rejections"])
        file = trades.FileId.parse(told[name]["id"])
        kept = command.rows("SELECT count(*) FROM trades.rejection WHERE file_id = %s", file)
        assert kept == [(len(bad),)]
        good = [row for row in rows if row not in bad]
        statements = [each for each in read_by("camt", camt.FOLDER / "samples" / name).records]
        for statement, row in zip(statements, good, strict=True):
            assert isinstance(statement, BankStatement)
            held = [amount for amount, _ in command.held(statement)]
            code = statement.currency or "EUR"
            assert len(held) == int(row["n_entries"]), name
            assert sum(held) == camt.minor(row["sum_credit"], code) - camt.minor(row["sum_debit"], code), name
            _balances(command, statement, row["opening"], row["closing"])
    assert refused == {"statement_does_not_add_up": 2, "statement_mixes_currencies": 6}


def mt940_statements(command: Command) -> None:
    names = sorted(mt940.EXPECTED)
    outcomes = command.ingest(mt940.FOLDER / name for name in names)
    codes: list[str] = []
    for name, told in zip(names, outcomes, strict=True):
        codes += [told["error"]["code"]] if "error" in told else [each["code"] for each in told["rejections"]]
        if name in mt940.DAMAGED | mt940.NOT_A_STATEMENT or "error" in told:
            continue
        reading = read_by("mt940", mt940.FOLDER / name)
        held = [pair for each in reading.records if isinstance(each, BankStatement) for pair in command.held(each)]
        count, total = mt940.figures(reading)
        refused = [rejection.refusal.params for rejection in reading.rejections]
        assert len(held) == count - sum(params.get("lines", 0) for params in refused), name
        lost = sum((Decimal(params.get("sum", "0")) for params in refused), Decimal(0))
        assert Decimal(sum(amount for amount, _ in held)) / 100 == total - lost, name
        wanted = Decimal(mt940.EXPECTED[name]["sum_tx"]) + mt940.REVERSALS.get(name, Decimal(0))
        assert total == wanted, name
    assert len(codes) == 36


def chinese_exports(command: Command) -> None:
    paths = [exports.FOLDER / case[1] for case in exports.CASES]
    workbook = exports.FOLDER / "wechat" / "example-wechat-records.xlsx"
    for case, told in zip(exports.CASES, command.ingest(paths), strict=True):
        adapter, path, rows, *_ = case
        assert (told["reader"], told["rows"], told["accepted"], told["rejected"]) == (adapter, rows, rows, 0)
        lines = [line for each in read_by(adapter, exports.FOLDER / path).records for line in each.lines]
        statements = read_by(adapter, exports.FOLDER / path).records
        held = [pair for each in statements if isinstance(each, BankStatement) for pair in command.held(each)]
        assert held == [(line.amount_minor, line.status) for line in lines], path
    counted = _by_reader(command)
    assert (counted["alipay"], counted["wechat_pay"], counted["cmb_debit"]) == (10, 27, 5)
    booked = command.rows(
        "SELECT count(*) FROM trades.statement_line l JOIN trades.statement s ON s.id = l.statement_id"
        " JOIN trades.file f ON f.id = s.file_id WHERE f.adapter = 'alipay' AND l.status IN ('booked', 'neutral')"
    )
    assert booked == [(7,)]  # Alipay's seven entries; two orders were called off and one gave back what it had taken
    (again,) = command.ingest([workbook])
    assert again["rows"] == 54
    assert _by_reader(command)["wechat_pay"] == 27, "the workbook says what the CSV said, twice"


def goods_events(command: Command) -> None:
    paths = sorted((DATA / "epcis" / "json").glob("*.jsonld"))
    outcomes = command.ingest(paths)
    assert len(outcomes) == 47
    assert [one["file"] for one in outcomes if "error" in one or one["rejected"]] == []
    assert sum(one["accepted"] for one in outcomes) == 56
    assert sum(one["new"] + one["seen"] for one in outcomes) == 56
    assert Counter(flag for one in outcomes for flag in one["flags"]) == {"event_id_twice": 1}
    stored = sum(one["new"] for one in outcomes)
    assert command.rows("SELECT count(*) FROM trades.goods_event") == [(stored,)]
    twice = "SELECT event_id, body -> 'names' FROM trades.goods_event WHERE body -> 'flags' ? 'event_id_twice'"
    ((event_id, names),) = command.rows(twice)
    assert (event_id, len(names)) == (None, 2)


def _balances(command: Command, statement: BankStatement, opening: str, closing: str) -> None:
    """The balances of the statement as it is stored, in whichever file it was met first."""
    found = command.rows(
        "SELECT opening_minor, closing_minor FROM trades.statement WHERE account_key = %s AND number = %s",
        command.account(statement),
        statement.number,
    )
    per_major = statement_currency(statement.currency or "EUR").minor_per_major
    wanted = tuple(int(Decimal(text) * per_major) if text else None for text in (opening, closing))
    assert wanted in found


def _by_reader(command: Command) -> dict[str, int]:
    query = (
        "SELECT f.adapter, count(*) FROM trades.statement_line l JOIN trades.statement s ON s.id = l.statement_id"
        " JOIN trades.file f ON f.id = s.file_id GROUP BY f.adapter"
    )
    counted: dict[str, int] = defaultdict(int)
    counted.update(dict(command.rows(query)))
    return counted
