"""Names of enterprises: cleaned, sorted as Chinese readers expect, and found by pieces. Pure."""

import itertools
import unicodedata

from openscf.kernel.errors import Where, refusal

LONGEST_NAME = 200

BAD_NAME = refusal(
    "bad_name",
    en="{field}: a name has 1 to {longest} characters and no control characters.",
    zh="{field}：名称应为 1 至 {longest} 个字符，且不得含控制字符。",
    fix_en="Type the name as it stands on the licence.",
    fix_zh="请按营业执照上的名称填写。",
)


def clean_name(text: str, *, field: str) -> str:
    """The name with single spaces and composed characters (NFC); nothing else is changed.

    Raises:
        Refusal: `bad_name`, if it is empty, too long, or has control, invisible or unpaired surrogate characters.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if (
        not name
        or len(name) > LONGEST_NAME
        or any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in name)
    ):
        raise BAD_NAME(field=field, longest=LONGEST_NAME, where=Where(field=field))
    return name


def sort_key(name: str) -> bytes:
    """Bytes by which names sort: GB18030, whose first-level characters stand in the order of their pinyin."""
    return name.encode("gb18030")


def grams(*names: str | None) -> frozenset[str]:
    """The pieces by which names are found: single characters and neighbours, without case, width and punctuation."""
    found: set[str] = set()
    for name in filter(None, names):
        folded = unicodedata.normalize("NFKC", name).casefold()
        letters = [letter for letter in folded if letter.isalnum()]
        found.update(letters)
        found.update(a + b for a, b in itertools.pairwise(letters))
    return frozenset(found)


def query_grams(text: str) -> frozenset[str]:
    """What a search for `text` must find: its neighbours, or its one character; empty if it has neither."""
    all_grams = grams(text)
    pairs = frozenset(gram for gram in all_grams if len(gram) > 1)
    return pairs or all_grams
