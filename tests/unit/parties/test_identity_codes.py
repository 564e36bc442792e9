"""Identity codes against the published vectors; the suite's planted defect is a wrong table of weights."""

import csv
import random
from pathlib import Path

import pytest

from openscf.kernel.errors import Refusal
from openscf.parties.identity import (
    checks,
    normalise_code,
    verify_bic,
    verify_card,
    verify_cnaps,
    verify_iban,
    verify_lei,
    verify_resident_id,
    verify_uscc,
)

CODES = Path(__file__).resolve().parents[4] / "shared" / "data" / "codes"
needs_vectors = pytest.mark.skipif(not CODES.is_dir(), reason="the shared code vectors are not beside the project")
VERIFY = {"USCC": verify_uscc, "LEI": verify_lei, "CNAPS": verify_cnaps, "IBAN": verify_iban}


def is_valid(scheme: str, code: str) -> bool:
    try:
        return VERIFY[scheme](code) == code
    except Refusal:
        return False


def misjudged() -> list[str]:
    """The codes of the vectors that are judged wrongly."""
    with (CODES / "vectors.csv").open(encoding="utf-8") as file:
        rows = [(row["scheme"], row["code"], row["valid"] == "1") for row in csv.DictReader(file)]
    rows += [("USCC", code, True) for code in (CODES / "uscc_valid_from_stdnum.txt").read_text().split()]
    assert len(rows) > 150
    return [code for scheme, code, valid in rows if is_valid(scheme, code) is not valid]


@needs_vectors
def test_every_published_vector_is_judged_rightly():
    assert misjudged() == []


@needs_vectors
@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("USCC_WEIGHTS", (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 29)),
        ("USCC_ALPHABET", "0123456789ABCDEFGHJKLMNPQRTUVWXY"),
        ("mod_97_10_check", lambda body: f"{97 - int(''.join(str(int(c, 36)) for c in body) + '00') % 97:02d}"),
        ("mod_11_10_check", lambda first: str(-sum(map(int, first)) % 10)),
    ],
)
def test_a_wrong_table_or_formula_turns_the_vectors_red(monkeypatch, name, defect):
    monkeypatch.setattr(checks, name, defect)
    assert misjudged()


def kind_of(letter: str) -> str:
    # MOD 97-10 promises nothing when a digit becomes a letter, because a letter counts as two digits.
    return "0123456789" if letter.isdigit() else "ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("verify", "code"),
    [
        (verify_uscc, "91110000600037341L"),
        (verify_lei, "5493001KJTIIGC8Y1R12"),
        (verify_cnaps, "102100099996"),
        (verify_resident_id, "11010519491231002X"),
        (verify_card, "6222021234567894"),
    ],
)
def test_no_single_wrong_character_passes(verify, code):
    code = code[:-1] + checks.luhn_check(code[:-1]) if verify is verify_card else code
    assert verify(code) == code
    for place, right in enumerate(code):
        for wrong in set(kind_of(right)) - {right}:
            with pytest.raises(Refusal):
                verify(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("verify", [verify_uscc, verify_lei, verify_cnaps, verify_iban, verify_bic, verify_resident_id])
def test_hostile_text_is_refused_and_never_breaks_a_check(verify):
    chance = random.Random(20261122)
    for text in ["", "0", "\x00" * 18, "１" * 18, "²" * 12, "А" * 18, "🏭" * 20, "GB", "9" * 100_000]:
        with pytest.raises(Refusal):
            verify(text)
    for _ in range(300):
        letters = chance.choices("0189AIOZSVX一Ａé-", k=chance.randrange(1, 25))
        with pytest.raises(Refusal):
            verify("".join(letters))


def test_a_refusal_names_the_field_the_place_and_the_character_in_both_languages():
    with pytest.raises(Refusal) as refused:
        verify_uscc("9111000060003734IL", field="supplier_code")
    assert refused.value.code == "identity_code_character"
    assert refused.value.where.field == "supplier_code"
    assert "supplier_code" in refused.value.sentence("en")
    assert "第 17 位" in refused.value.sentence("zh")
    with pytest.raises(Refusal) as refused:
        verify_uscc("911100006000373412")
    assert refused.value.code == "identity_code_check"
    assert (refused.value.params["found"], refused.value.params["expected"]) == ("2", "L")


def test_an_iban_with_the_check_digits_of_another_spelling_is_refused():
    body = "BE" + "435411161155"
    assert verify_iban("BE31435411161155")
    for check in range(100):
        code = f"BE{check:02d}{body[2:]}"
        assert is_valid("IBAN", code) is (check == 31)


def test_a_resident_number_needs_a_real_place_and_a_real_date():
    for code, part in (("99010519491231002X", "1-2"), ("110105194913310024", "7-14"), ("110105202302290021", "7-14")):
        with pytest.raises(Refusal) as refused:
            verify_resident_id(code)
        assert refused.value.params["position"] == part
        assert code not in str(refused.value) + refused.value.sentence("zh")


def test_normalising_reports_each_step_and_invents_nothing():
    done = normalise_code(" ９１１１００００-6000 3734\u200b1l ")
    assert done.code == "91110000600037341L"
    assert done.steps == ("invisible_removed", "half_width", "separators_removed", "upper_case")
    assert normalise_code("91110000600037341L").steps == ()
    assert normalise_code("А1").code == "А1"  # a Cyrillic letter stays what it is
    with pytest.raises(Refusal):
        verify_uscc("91110000600037341l")
