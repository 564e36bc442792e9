# ruff: noqa: F811 - the fixtures are imported
"""What two persons say about trades, from the command line: asked by one, and true only when another one agrees."""

import datetime as dt

import pytest

from openscf import trades
from tests.unit.cli.test_financing_commands import Shell, floor, shell, sign_in  # noqa: F401 - fixtures
from tests.unit.financing.floor import SYSTEM, Floor
from tests.unit.trades.market import invoice, uscc

PAIR = (f"tax:{uscc(1)}", f"tax:{uscc(2)}")


@pytest.fixture
def ask(shell: Shell, floor: Floor):
    """`openscf trades …` as somebody who has signed in."""
    sign_in(shell, floor)

    def asking(*words: object, by: str = "funder.maker", code: int = 0):
        return shell(*words, login=by, code=code, group="trades")

    return asking


def test_a_tolerance_is_loosened_by_two_and_tightened_by_one(ask, shell: Shell, floor: Floor) -> None:
    wider = ("--from", "2026-03-01", "--price-bp", "200", "--days", "3")
    refused = ask("tolerances", "tighten", *PAIR, *wider, code=1)
    assert refused["error"]["code"] == "tolerance_loosens"
    asked = ask("tolerances", "loosen", *PAIR, *wider, "--reason", "clause 7")
    assert ask("tolerances", "list", *PAIR) == []
    shell.agreed("funder", asked)
    held = {"from_on": "2026-03-01", "quantity_bp": 0, "price_bp": 200, "days": 3, "amount_minor": 0}
    assert ask("tolerances", "list", *PAIR) == [held]
    assert ask("tolerances", "tighten", *PAIR, "--from", "2026-04-01", "--price-bp", "50") == {"changed": 0}
    assert [one["price_bp"] for one in ask("tolerances", "list", *PAIR)] == [200, 50]
    assert floor.run(SYSTEM, trades.tolerances_of, PAIR)[1].from_on == dt.date(2026, 4, 1)


def test_the_same_key_asks_once(ask, floor: Floor) -> None:
    words = ("tolerances", "loosen", *PAIR, "--from", "2026-03-01", "--days", "3", "--reason", "x", "--key", "k1")
    assert ask(*words) == ask(*words)


def test_a_source_s_code_becomes_an_enterprise_by_two_people_of_the_operator(ask, shell: Shell, floor: Floor) -> None:
    seller, operator = floor.parties["seller"], floor.parties["operator"]
    words = ("source-codes", "tables", f"E1={seller}", "--operator")
    asked = ask(*words, operator, by="operator.maker")
    key = trades.party_key(trades.Identity(codes={"local": "E1"}), source="tables")
    assert floor.run(SYSTEM, trades.parties_of, [key]) == {}
    shell.agreed("operator", asked)
    assert floor.run(SYSTEM, trades.parties_of, [key]) == {key: seller}
    refused = ask(*words, floor.parties["funder"], code=1)
    assert refused["error"]["code"] == "source_codes_not_by_operator"


def test_of_contradicting_versions_two_persons_say_which_holds(ask, shell: Shell, floor: Floor) -> None:
    floor.market.deliver(invoice("INV-1", 1000))
    floor.market.deliver(invoice("INV-1", 2000))
    first, second = floor.market.run(trades.document_history, floor.market.find("INV-1")[0].id).versions
    asked = ask("settle-versions", first.id, "--reason", "both sides say ten")
    shell.agreed("funder", asked)
    lien = trades.NewLien(document=second.id, holder=floor.parties["funder"], deal="d")
    floor.run(SYSTEM, trades.take_lien, lien, fingerprints=floor.fingerprints)
    assert floor.run(SYSTEM, trades.asset_of, first.id).face_minor == 1000
    refused = ask("settle-versions", first.id, "--reason", "again", code=1)
    assert refused["error"]["code"] == "nothing_in_dispute"


@pytest.mark.parametrize(
    "words",
    [
        ("tolerances", "loosen", *PAIR, "--from", "1 March", "--reason", "x"),
        ("tolerances", "tighten", *PAIR, "--from", "2026-03-01", "--days", "-1"),
        ("source-codes", "tables", "E1", "--operator", "pty_1"),
        ("source-codes", "tables", "E1=pty_1", "E1=pty_2", "--operator", "pty_1"),
    ],
)
def test_a_wrong_command_line_is_said_to_be_one(shell: Shell, floor: Floor, words) -> None:
    with pytest.raises(ValueError, match="Expecting value"):  # the parser's own message stands on standard error
        shell(*words, group="trades", code=2)
