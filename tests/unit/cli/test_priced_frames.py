"""A frame that prices from credit, from the command line: proposed from a file, quoted, applied for, shown."""

import json
from pathlib import Path
from typing import Any

from tests.unit.cli.test_financing_commands import Shell, floor, shell, sign_in
from tests.unit.financing.floor import Floor

__all__ = ["floor", "shell"]


def test_the_client_is_shown_the_rate_and_the_funder_what_it_is_made_of(
    shell: Shell,
    floor: Floor,
    tmp_path: Path,
) -> None:
    """Nobody is judged here, so the highest rate applies; `test_frames_priced` has firms that are."""
    sign_in(shell, floor)
    pricing = {"base": "3%", "highest": "9.5%", "margin": "0.8%"}
    frame: dict[str, Any] = {
        "product": "factoring", "name": "华东保理", "owner": str(floor.parties["funder"]),
        "parties": {"funder": str(floor.parties["funder"])}, "valid_from": "2026-01-01",
        "terms": {"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"},
        "policy": {"needs_receipt": False, "pricing": pricing},
    }  # fmt: skip
    file = tmp_path / "frame.json"
    file.write_text(json.dumps(frame), encoding="utf-8")
    proposed = shell("propose-programme", file, login="funder.maker")
    shell.agreed("funder", proposed)
    programme, document = proposed["programme"], floor.invoice()
    floor.confirm(document)
    words = (programme, document, "--on", "2026-03-10")
    quoted = shell("quote", *words, login="seller.maker")
    assert (quoted["price"]["percent"], quoted["offer"]["rate"]) == ("9.50", "9.5 %")
    assert "nobody has judged" in quoted["price"]["said"][0]["en"]
    assert "parts" not in quoted["price"]
    assert "nobody has judged" in shell("quote", *words, login="seller.maker", as_json=False)
    applied = shell("apply", *words, login="seller.maker")
    assert (applied["state"], applied["price"]) == ("verified", quoted["price"])
    deal = applied["deal"]
    assert shell("show", deal, login="seller.maker")["price"] == quoted["price"]
    funder = shell("show", deal, login="funder.maker")["price"]
    assert (funder["parts"], funder["pd_ppb"]) == ([], None), "nobody knows what it is made of"
    assert shell("reproduce", deal, 1)["same"] is True
    strict = {**frame, "policy": {"pricing": {**pricing, "lowest": "10%"}}}
    file.write_text(json.dumps(strict), encoding="utf-8")
    refused = shell("propose-programme", file, login="funder.maker", code=1)
    assert refused["error"]["code"] == "field_out_of_range"
