"""SWIFT MT940 and MT942: a good file of two messages, one that does not add up, one that was cut off."""

from tests.contract.samples._example import Example

_HEAD = ":20:STARTUMS\n:25:12345678/1020304050\n:28C:{number}/1\n:60F:C240101EUR100,00\n"


def message(number: int, lines: str, closing: str) -> str:
    """One statement with an opening balance of 100,00 EUR."""
    return _HEAD.format(number=number) + lines + f":62F:C240131EUR{closing}\n-\n"


def line(day: int, amount: str, text: str = "Miete") -> str:
    """A credit with an explanation."""
    return (
        f":61:2401{day:02}01{day:02}CR{amount},NTRFNONREF//B{day}\n"
        f":86:166?00GUTSCHRIFT?20EREF+{day}?21SVWZ+{text}?30BANKDEFF?31DE021001?32Muster GmbH\n"
    )


def with_amount(amount: str) -> bytes:
    """Two messages, of which the second has this amount in its line; an amount of this format ends with a comma."""
    return (message(1, line(2, "50"), "150,00") + message(2, line(3, amount), "187,00")).encode()


def grown(n: int) -> bytes:
    """n statements of four lines."""
    return "".join(message(k, "".join(line(day, "10") for day in (2, 3, 4, 5)), "140,00") for k in range(n)).encode()


INTERIM = (
    b":20:ST170119CYC/0001\n:25:PL29114010810000267002001002\n:28C:1/1\n:34F:PLN0\n:13D:1701191815+0100\n"
    b":61:1701190119CN0,01NTRFNONREF//MB1\n:86:911 TRANSAKCJA\n:90D:0PLN0,00\n:90C:1PLN0,01\n-\n"
)

EXAMPLES = (
    Example("good.sta", with_amount("87"), rows=2, amount=with_amount, grown=grown),
    Example(
        "unbalanced.sta",
        (message(1, line(2, "50"), "150,00") + message(2, line(3, "1"), "187,00")).encode(),
        rows=2,
        rejections=1,
    ),
    Example(
        "cut.sta",
        (message(1, line(2, "50"), "150,00") + _HEAD.format(number=2) + line(3, "87")).encode(),
        rows=2,
        rejections=1,
    ),
    Example("interim.sta", INTERIM, rows=1),
)
