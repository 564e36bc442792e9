"""The currencies of ISO 4217 that are in use, with the number of decimals of each, as data.

Source: ISO 4217 list one, as amended up to ZWG (2024), XCG (2025) and the euro in Bulgaria (no BGN from 2026).
Codes without a minor unit (gold, special drawing rights, testing, "no currency") are no money of account here: an
amount in them could not be stored as a whole number of anything.
"""

from dataclasses import dataclass
from types import MappingProxyType

from openscf.kernel.errors import refusal

UNKNOWN_CURRENCY = refusal(
    "unknown_currency",
    en="{code} is not the code of a currency in use.",
    zh="{code} 不是现行货币的代码。",
    fix_en="Use the three capital letters of ISO 4217, such as CNY, USD or EUR.",
    fix_zh="请使用 ISO 4217 的三位大写字母代码，例如 CNY、USD、EUR。",
    status=400,
)

_CODES_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}


@dataclass(frozen=True, slots=True, order=True)
class Currency:
    """A currency.

    Attributes:
        code: Three capital letters of ISO 4217.
        exponent: Decimals of the minor unit: 2 for the fen, 0 for the yen, 3 for the fils.
    """

    code: str
    exponent: int

    @property
    def minor_per_major(self) -> int:
        """How many minor units make one: 100 fen to the yuan."""
        return int(10**self.exponent)

    def __str__(self) -> str:
        return self.code


CURRENCIES = MappingProxyType(
    {code: Currency(code, decimals) for decimals, codes in _CODES_BY_DECIMALS.items() for code in codes.split()}
)

CNY = CURRENCIES["CNY"]
USD = CURRENCIES["USD"]
EUR = CURRENCIES["EUR"]
JPY = CURRENCIES["JPY"]


def currency(code: str) -> Currency:
    """The currency with this code.

    Raises:
        Refusal: `unknown_currency`; lower case and look-alikes are not guessed at.
    """
    found = CURRENCIES.get(code) if isinstance(code, str) else None
    if found is None:
        raise UNKNOWN_CURRENCY(code=ascii(code)[:20])
    return found
