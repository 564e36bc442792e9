"""Judging identity codes: the code itself when it is right, otherwise a refusal that says what is wrong where.

The functions take codes that `normalise_code` has been over; they never repair. Each is checked against the public
vectors of the standards' users, and the length and structure of an IBAN come from SWIFT's registry (by python-stdnum).
"""

import datetime as dt
import re
import string
from dataclasses import dataclass
from typing import Any

from stdnum import numdb

from openscf.kernel.errors import Refusal, Where, refusal
from openscf.parties.identity import checks

DIGITS = string.digits
LETTERS = string.ascii_uppercase
PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
"""GB/T 2260: first two digits of a place; 81 to 83 also stand on residence permits for Hong Kong, Macao, Taiwan."""

IDENTITY_CODE_LENGTH = refusal(
    "identity_code_length",
    en="{field}: {scheme} has {expected} characters; {found} were given.",
    zh="{field}：{scheme} 应为 {expected} 位，实际为 {found} 位。",
    fix_en="Copy the whole code from the licence or the certificate.",
    fix_zh="请从营业执照或证件上完整抄录。",
)
IDENTITY_CODE_CHARACTER = refusal(
    "identity_code_character",
    en="{field}: character {position} of {scheme} is {character}; allowed there: {allowed}.",
    zh="{field}：{scheme} 第 {position} 位为 {character}，该位允许：{allowed}。",
    fix_en="Compare that character with the original; 0 and O, 1 and I, 2 and Z, 5 and S are often confused.",
    fix_zh="请与原件核对该位字符；0 与 O、1 与 I、2 与 Z、5 与 S 易混淆。",
)
IDENTITY_CODE_CHECK = refusal(
    "identity_code_check",
    en="{field}: the check at position {position} of {scheme} is {found}, but the other characters give {expected}.",
    zh="{field}：{scheme} 第 {position} 位校验码为 {found}，按其余各位计算应为 {expected}。",
    fix_en="One character is mistyped or two are swapped: compare the code with the original.",
    fix_zh="有一位录错或两位颠倒：请与原件逐位核对。",
)
IDENTITY_CODE_PART = refusal(
    "identity_code_part",
    en="{field}: characters {position} of {scheme} are no valid {part}.",
    zh="{field}：{scheme} 第 {position} 位不是有效的{part}。",
    fix_en="Compare these characters with the original.",
    fix_zh="请与原件核对这几位。",
)
_IBANS = numdb.get("iban")
_IBAN_LETTERS = {"n": DIGITS, "a": LETTERS, "c": DIGITS + LETTERS}


def verify_uscc(code: str, *, field: str = "uscc") -> str:
    """A unified social credit code 统一社会信用代码 (GB 32100-2015).

    Args:
        code: 18 characters: registrar, kind, six digits of the place, nine of the organisation, one check.
        field: Name of the input that refusals speak of.

    Raises:
        Refusal: `identity_code_length`, `identity_code_character` or `identity_code_check`.
    """
    judge = _Judge("USCC 统一社会信用代码", field)
    judge.length(code, 18)
    judge.letters(code, checks.USCC_ALPHABET)
    judge.letters(code[2:8], DIGITS, start=3)
    return judge.check(code, checks.uscc_check(code[:17]))


def verify_lei(code: str, *, field: str = "lei") -> str:
    """A legal entity identifier (ISO 17442-1): 18 letters and digits, two check digits by MOD 97-10.

    Raises:
        Refusal: `identity_code_length`, `identity_code_character` or `identity_code_check`.
    """
    judge = _Judge("LEI 全球法人识别编码", field)
    judge.length(code, 20)
    judge.letters(code, DIGITS + LETTERS)
    judge.letters(code[18:], DIGITS, start=19)
    return judge.check(code, checks.mod_97_10_check(code[:18]))


def verify_cnaps(code: str, *, field: str = "bank_code") -> str:
    """A bank's line number 联行号 in China's payment system: 12 digits, the last by ISO 7064 MOD 11,10.

    Raises:
        Refusal: `identity_code_length`, `identity_code_character` or `identity_code_check`.
    """
    judge = _Judge("CNAPS 联行号", field)
    judge.length(code, 12)
    judge.letters(code, DIGITS)
    return judge.check(code, checks.mod_11_10_check(code[:11]))


def verify_iban(code: str, *, field: str = "number") -> str:
    """An international bank account number (ISO 13616): the country's own length and structure, MOD 97-10.

    Raises:
        Refusal: `identity_code_length`, `identity_code_character`, `identity_code_part` or `identity_code_check`.
    """
    judge = _Judge("IBAN 国际银行账号", field)
    judge.letters(code, DIGITS + LETTERS)
    structure = _IBANS.info(code)[0][1].get("bban") if len(code) > 4 else None
    if structure is None:
        raise judge.part("1-2", "country 国家代码")
    parts = [(int(count), kind) for count, kind in re.findall(r"(\d+)!([nac])", structure)]
    judge.length(code, 4 + sum(count for count, _ in parts))
    judge.letters(code[2:4], DIGITS, start=3)
    at = 4
    for count, kind in parts:
        judge.letters(code[at : at + count], _IBAN_LETTERS[kind], start=at + 1)
        at += count
    return judge.check(code, checks.mod_97_10_check(code[4:] + code[:2]), at=2)


def verify_bic(code: str, *, field: str = "bank_code") -> str:
    """A business identifier code (ISO 9362:2022): 8 or 11 characters; it has no check digit.

    Raises:
        Refusal: `identity_code_length` or `identity_code_character`.
    """
    judge = _Judge("BIC 银行识别码", field)
    judge.length(code, 8, 11)
    judge.letters(code, DIGITS + LETTERS)
    judge.letters(code[4:6], LETTERS, start=5)
    return code


def verify_resident_id(code: str, *, field: str = "document") -> str:
    """A Chinese resident identity number 公民身份号码 (GB 11643-1999); 15-digit numbers ended on 2013-01-01.

    The refusals never repeat the number: it is personal.

    Raises:
        Refusal: `identity_code_length`, `identity_code_character`, `identity_code_part` or `identity_code_check`.
    """
    judge = _Judge("resident id 公民身份号码", field)
    judge.length(code, 18)
    judge.letters(code[:17], DIGITS)
    judge.letters(code[17], DIGITS + "X", start=18)
    if code[:2] not in PROVINCES.split():
        raise judge.part("1-2", "place 地区")
    try:
        born = dt.date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        raise judge.part("7-14", "date 日期") from None
    if not 1850 <= born.year <= 2150:
        raise judge.part("7-14", "date 日期")
    return judge.check(code, checks.resident_check(code[:17]))


def verify_card(code: str, *, field: str = "number") -> str:
    """A bank card's number (ISO/IEC 7812-1): 13 to 19 digits, the last by Luhn's formula.

    Raises:
        Refusal: `identity_code_length`, `identity_code_character` or `identity_code_check`.
    """
    judge = _Judge("card 银行卡号", field)
    judge.length(code, *range(13, 20))
    judge.letters(code, DIGITS)
    return judge.check(code, checks.luhn_check(code[:-1]))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Refuses in the name of one scheme and one field."""

    scheme: str
    field: str

    def length(self, code: str, *allowed: int) -> None:
        if len(code) not in allowed:
            expected = "/".join(map(str, allowed))
            raise IDENTITY_CODE_LENGTH(**self._named(), expected=expected, found=len(code))

    def letters(self, text: str, allowed: str, *, start: int = 1) -> None:
        for position, letter in enumerate(text, start):
            if letter not in allowed:
                shown = f"'{letter}' (U+{ord(letter):04X})"
                raise IDENTITY_CODE_CHARACTER(**self._named(), position=position, character=shown, allowed=allowed)

    def check(self, code: str, expected: str, *, at: int | None = None) -> str:
        at = len(code) - len(expected) if at is None else at
        found = code[at : at + len(expected)]
        if found != expected:
            position = str(at + 1) if len(expected) == 1 else f"{at + 1}-{at + len(expected)}"
            raise IDENTITY_CODE_CHECK(**self._named(), position=position, found=found, expected=expected)
        return code

    def part(self, position: str, part: str) -> Refusal:
        return IDENTITY_CODE_PART(**self._named(), position=position, part=part)

    def _named(self) -> dict[str, Any]:
        return {"scheme": self.scheme, "field": self.field, "where": Where(field=self.field)}
