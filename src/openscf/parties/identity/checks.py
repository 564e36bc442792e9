"""Check characters: the arithmetic by which a mistyped code gives itself away. Pure, on text that is already clean."""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 2: 31 characters; I, O, Z, S and V are left out: they are mistaken for 1, 0, 2, 5 and U."""

USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""GB 32100-2015, formula (2): the i-th weight is 3 to the power i - 1, modulo 31."""

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999, 4.1: the i-th weight is 2 to the power 18 - i, modulo 11."""


def uscc_check(first: str) -> str:
    """The 18th character of the unified social credit code that begins with these 17 (GB 32100-2015, modulo 31)."""
    total = sum(USCC_ALPHABET.index(letter) * weight for letter, weight in zip(first, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def resident_check(first: str) -> str:
    """The 18th character of the resident identity number with these 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def mod_97_10_check(body: str) -> str:
    """The two check digits that ISO 7064 MOD 97-10 puts after `body`: always between 02 and 98.

    Letters count as 10 to 35. Because a check of 00, 01 or 99 has the same remainder as 97, 98 or 02, a code is
    judged by comparing its digits with these and not by its remainder alone.
    """
    number = int("".join(str(int(letter, 36)) for letter in body) + "00")
    return f"{98 - number % 97:02d}"


def mod_11_10_check(first: str) -> str:
    """The check digit that ISO 7064 MOD 11,10 puts after the digits `first`."""
    carry = 10
    for digit in first:
        carry = ((carry + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - carry) % 10)


def luhn_check(first: str) -> str:
    """The check digit of a card number that begins with `first` (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(first))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)
