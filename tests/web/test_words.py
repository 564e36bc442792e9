"""Nothing is left in English on a Chinese screen: every code that the declarations can bring forth has a name, every
declared field has one, and the pages themselves are read.

Planted defect: a name is taken out of the glossary (`test_a_missing_name_is_noticed`), a heading is left in English.
"""

import html
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from openscf.events import WebhookState
from openscf.financing import PRODUCTS, Bucket, LimitKind, Policy, ProgrammeState, describe_all
from openscf.operations import DocumentKind as Paper
from openscf.operations import Severity
from openscf.parties import KINDS, KybStatus, PartyRole, PersonRole, Scope, judgements_on
from openscf.trades import DocumentKind, ExceptionState, InvoiceStanding
from openscf.web import words as glossaries
from openscf.web.fields import lines, posting_name
from openscf.web.words import Words, glossary
from tests.web.pages import answers_of
from tests.web.world import ROLES, World

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{3,}")
SAME = (
    r"\S+\.(csv|xml|xlsx)", r"https?://\S+", r"[a-z]{3}_[0-9A-Za-z]+…?", r"[0-9a-f]{64}", r"[A-Z0-9]{8}",
    r"[A-Z]{2,4}-[A-Z0-9-]+", r"[a-z_]+\.[a-z_]+", r"/Invoice", r"\bubl\b",
    r"IAS 7\.44H", r"MT940", r"ACT/\S+", "LEI", "SHA-256", "IFRS", "CSV", "Excel", "XLSX", "openscf",
    "Ctrl", "CNY", "English", "API", "UBL", "OFD", "EPCIS", "PDF", "ISO", "bearings", r"\btest\b", r"report 471\d",
    "independent rating",
)  # fmt: skip
"""Names that are the same in both languages, ids, addresses, and what the people of this world wrote themselves."""
KEPT = re.compile("|".join(SAME))
PIECES = re.compile(
    r"<(h1|h2|h3|th|dt|dd|label|legend|option|button|summary)\b[^>]*>(.*?)</\1>"
    r"|<span class=\"badge[^>]*>(.*?)</span>",
    re.DOTALL,
)
TAGS = re.compile(r"<[^>]+>")


def products() -> Iterator[Any]:
    """Every product, and the pieces of those that split."""
    for name in PRODUCTS.names():
        yield PRODUCTS.get(name)
        if getattr(PRODUCTS.get(name), "piece", None) is not None:
            yield PRODUCTS.get(name).piece  # type: ignore[attr-defined]


def codes() -> dict[str, set[str]]:
    """Codes that pages show, by the group of the glossary."""
    found: dict[str, set[str]] = {
        "request": {name for name in KINDS.names() if not name.startswith("test_")},  # other tests add some
        "office": values(PartyRole), "duty": values(PersonRole),
        "kyb": values(KybStatus), "judgement": {event for status in KybStatus for event in judgements_on(status)},
        "document": values(DocumentKind), "paper": values(Paper), "limit": values(LimitKind), "share": values(Scope),
        "severity": values(Severity), "webhook": values(WebhookState), "bucket": values(Bucket),
        "state": values(InvoiceStanding) | values(ExceptionState) | values(ProgrammeState),
        "event": set(), "role": set(), "amount": set(), "purpose": set(), "value": set(),
    }  # fmt: skip
    for one in products():
        found["state"] |= set(one.lifecycle.states)
        found["event"] |= set(one.lifecycle.events) | set(one.steps)
        found["role"] |= {role.name for role in one.roles} | {who for step in one.steps.values() for who in step.by}
        found["amount"] |= {leg.amount for step in one.steps.values() for leg in step.postings}
        found["purpose"] |= {account.name.partition(":")[2] for account in one.accounts}
        for kind in (one.terms, one.book, one.proposal, Policy):
            for info in describe_all(kind).values():
                found["value"] |= {choice for choice in info.choices if choice.isidentifier() and choice.islower()}
    return found


def values(kind: Any) -> set[str]:
    return {one.value for one in kind}


def missing() -> list[str]:
    known = glossary()
    return sorted(
        f"{group}.{code}"
        for group, wanted in codes().items()
        for code in wanted
        if code not in known.get(group, {}) and code not in known["any"]
    )


def test_every_code_that_a_page_can_show_has_a_name() -> None:
    assert missing() == []


def test_a_missing_name_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = glossary()
    less = {**known, "event": {name: said for name, said in known["event"].items() if name != "fund"}}
    monkeypatch.setitem(globals(), "glossary", lambda: less)
    assert missing() == ["event.fund"]
    assert glossaries.glossary() is known


def test_chinese_names_are_chinese_and_english_ones_are_not() -> None:
    wrong = [
        f"{group}.{code}" for group, names in glossary().items() for code, said in names.items()
        if not CHINESE.search(said["zh"]) or CHINESE.search(said["en"])
    ]  # fmt: skip
    assert wrong == []


def test_every_declared_field_of_a_financing_is_named_in_both_languages() -> None:
    wrong = [
        f"{one.code} {name}"
        for one in products()
        for kind in (one.terms, one.book, one.proposal, Policy)
        for name, info in describe_all(kind).items()
        if not CHINESE.search(info.zh) or not info.en or CHINESE.search(info.en)
    ]
    assert wrong == []


def test_a_book_is_read_in_words_and_its_exact_interest_as_money() -> None:
    """4,266,666.67 minor units and two thirds of one: 42,666.67 as it would be posted, and no per cent."""
    book = {"collected": {"amount": "1000.00", "currency": "CNY"},
            "loan": {"interest": "12800000/3", "penalty": "0/1", "due_on": "2026-06-01"},
            "due_on": "2026-05-31"}  # fmt: skip
    terms = {"advance_rate": "4/5", "price": {"rate": "9/125"}}
    zh, en = (dict(lines(SimpleNamespace(words=Words(one)), "factoring", {**book, **terms})) for one in ("zh", "en"))  # type: ignore[arg-type]
    assert zh["应计利息"] == en["Interest accrued"] == "42,666.67 CNY"
    assert zh["应计罚息"] == "0.00 CNY"
    assert zh["合同利率"] == "7.20 %"
    assert [one for one in zh if not CHINESE.search(one)] == []
    assert len(zh) == 7, "the claim's due day and the loan's are told apart"


def test_an_entry_says_what_it_is_for() -> None:
    visit: Any = SimpleNamespace(words=Words("zh"))
    assert posting_name(visit, "factoring.fund.advance") == "保理 · 放款 · 融资款"
    assert posting_name(visit, "settlement.received") == "收款"


def leftovers(page: str) -> list[str]:
    """Headings, labels and names on a page that are in English alone."""
    found = []
    for match in PIECES.finditer(page.partition("<main")[2].partition("<footer")[0]):
        text = " ".join(html.unescape(TAGS.sub(" ", match[2] or match[3] or "")).split())
        if ENGLISH.search(KEPT.sub("", text)) and not CHINESE.search(text):
            found.append(text)
    return found


def test_leftovers_are_seen() -> None:
    assert leftovers("<main><h1>Limits</h1><th>额度</th><dt>LEI</dt><footer><h2>Foot</h2>") == ["Limits"]


@pytest.mark.parametrize("role", ROLES)
def test_no_chinese_page_is_left_in_english(role: str, world: World) -> None:
    found = {}
    for path, reply in answers_of(world, role, "zh-CN"):
        if reply.status_code == 200 and "styleguide" not in path:
            found[path] = sorted(set(leftovers(reply.text)))
    assert {path: texts for path, texts in found.items() if texts} == {}
    assert len(found) >= 5


MACHINE = re.compile(r"<(script|style|pre|code)\b.*?</\1>|<(\w+) class=\"[^\"]*\bid\b[^\"]*\">.*?</\2>", re.DOTALL)
"""Where machine text may stand: in code, and where a number is shown as one."""
BARE = re.compile(r"\b[a-z]{3}_[0-9A-Z]{20,}|\b[a-z]+(?:_[a-z0-9]+)+\b|\b[a-z]+(?:\.[a-z]+){2,}\b")
FILES = re.compile(r"\S+\.(?:csv|xml|xlsx|pdf)\b|https?://\S+")


def bare(page: str) -> list[str]:
    """Codes and ids that a page shows as they are in the book."""
    body = page.partition("<main")[2].partition("<footer")[0]
    text = html.unescape(TAGS.sub(" ", MACHINE.sub(" ", body)))
    return sorted(set(BARE.findall(FILES.sub(" ", text))))


def test_bare_codes_are_seen() -> None:
    machine = '<code>part_paid</code><dd class="id">doc_01JD0000000000000000000000</dd>'
    shown = f"<main><p>part_paid of pty_01JD0000000000000000000000</p>{machine}<footer>"
    assert bare(shown) == ["part_paid", "pty_01JD0000000000000000000000"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_codes_and_ids_in_its_sentences(role: str, language: str, world: World) -> None:
    found = {}
    for path, reply in answers_of(world, role, language):
        if "<html" in reply.text[:60] and "styleguide" not in path:
            found[path] = bare(reply.text)
    assert {path: codes for path, codes in found.items() if codes} == {}
    assert len(found) >= 5
