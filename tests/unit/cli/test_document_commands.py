"""Documents from the command line: made, fetched, listed, verified; with exit codes."""

import pytest

from openscf.ledger import standing_account
from tests.unit.cli.test_financing_commands import Shell, floor, shell, sign_in
from tests.unit.financing.floor import Floor
from tests.unit.operations import papers

__all__ = ["floor", "shell"]


@papers.needs_font
@pytest.mark.slow
def test_a_document_is_made_once_fetched_again_and_verified_anywhere(shell: Shell, floor: Floor, tmp_path) -> None:
    def run(*words: object, code: int = 0, **named):
        return shell(*words, group="documents", code=code, **named)

    sign_in(shell, floor)
    deal = floor.funded()
    first, again, copy = (tmp_path / name for name in ("first.pdf", "again.pdf", "copy.pdf"))
    made = run("make", deal, "disbursement", "--out", first, "--on", "2026-03-10", login="seller.maker")
    assert made["number"] == "DA-2026-000001"
    assert run("make", deal, "disbursement", "--out", again, "--on", "2026-03-11")["number"] == made["number"]
    run("fetch", made["number"], "--out", copy)
    assert first.read_bytes() == again.read_bytes() == copy.read_bytes()
    assert [one["number"] for one in run("list", deal)] == [made["number"]]
    found = run("verify", first)
    assert (found["good"], found["sha256"]) == (True, made["file_sha256"])
    assert "✓ Not one byte" in run("verify", first, as_json=False)
    certificate = tmp_path / "signer.pem"
    run("certificate", "--out", certificate)
    with shell.environment.context() as elsewhere:
        elsewhere.setenv("OPENSCF_HOME", str(tmp_path / "elsewhere"))
        found = [run("verify", first, "--certificate", certificate), run("verify", first, code=1)]
    assert [one["good"] for one in found] == [True, False], "another installation does not know this signer"
    changed = bytearray(first.read_bytes())
    changed[len(changed) // 3] ^= 1
    first.write_bytes(changed)
    assert run("verify", first, "--certificate", certificate, code=1)["intact"] is False
    refused = run("verify", certificate, code=1)
    assert refused["error"]["code"] == "document_unreadable"
    assert run("make", deal, "settlement", "--out", first, code=1)["error"]["code"] == "document_not_ready"
    run("make", deal, "love_letter", "--out", first, code=2, as_json=False)
    span = ("--since", "2026-03-10", "--until", "2026-03-10", "--out", first)
    assert run("statement", made["number"], *span, code=1)["error"]["code"] == "bad_id"
    account = standing_account(floor.parties["seller"], "CNY", "cash").id
    assert run("statement", account, *span, login="seller.checker")["number"] == "AS-2026-000001"
    assert run("verify", first)["good"] is True
