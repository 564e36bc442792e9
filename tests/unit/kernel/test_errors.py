"""Refusals: declared once, in both languages, with the same parameters; replayed as the equal refusal."""

import importlib
import pickle
import pkgutil
import string

import pytest

import openscf
from openscf.kernel import errors
from openscf.kernel.errors import Refusal, RefusalKind, Where, catalogue, kind_of, refusal
from openscf.kernel.money import CNY, Money

SAMPLE = RefusalKind(
    "sample_refusal",
    en="{account} has {available}; {amount} was asked for.",
    zh="{account} 可用 {available}，申请 {amount}。",
    fix_en="Ask for {available} or less.",
    fix_zh="请申请不超过 {available}。",
    names=frozenset({"account", "available", "amount"}),
)


@pytest.fixture
def own_catalogue(monkeypatch):
    """A catalogue that forgets what the test declares."""
    monkeypatch.setattr(errors, "_CATALOGUE", {SAMPLE.code: SAMPLE})


def import_everything():
    for module in pkgutil.walk_packages(openscf.__path__, "openscf."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return catalogue()


def complaints(kinds):
    """What is wrong with these kinds, judged from the sentences alone."""
    found = []
    for kind in kinds:
        texts = {"en": (kind.en, kind.fix_en), "zh": (kind.zh, kind.fix_zh)}
        fields = {lang: set(_fields("".join(parts))) for lang, parts in texts.items()}
        if set(_fields(kind.en)) != {name.removesuffix("_zh") for name in _fields(kind.zh)}:
            found.append((kind.code, "the sentences speak of different things"))
        if any(spec or (turn not in (None, "r")) for text in texts.values() for _, spec, turn in _parts("".join(text))):
            found.append((kind.code, "a parameter is formatted in a way that a replayed one can't be"))
        if not _is_chinese(kind.zh) or _is_chinese(kind.en) or (kind.fix_zh and not _is_chinese(kind.fix_zh)):
            found.append((kind.code, "a sentence is not in its language"))
        if not fields["en"] | fields["zh"] <= kind.names:
            found.append((kind.code, "a remedy speaks of something that the sentence does not"))
    return found


def _parts(text):
    return [(name, spec, turn) for _, name, spec, turn in string.Formatter().parse(text) if name is not None]


def _fields(text):
    return [name for name, _, _ in _parts(text)]


def _is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_refusal_of_the_package_speaks_both_languages():
    kinds = import_everything()
    assert len(kinds) > 15
    assert complaints(kinds) == []


def test_every_refusal_of_the_package_can_be_raised_and_replayed():
    for kind in import_everything():
        first = kind(**{name: f"<{name}>" for name in kind.names})
        again = Refusal.from_record(first.as_record())
        assert again == first
        for language in ("en", "zh"):
            assert again.sentence(language) == first.sentence(language)
            assert again.remedy(language) == first.remedy(language)
            assert "{" not in first.sentence(language)
            text = kind.en if language == "en" else kind.zh
            assert all(f"<{name}>" in first.sentence(language) for name in _fields(text))


@pytest.mark.parametrize(
    "change",
    [
        {"zh": "{account} has {available}; {amount}"},
        {"en": "{account} 可用 {available}，申请 {amount}。"},
        {"zh": "{account} 可用 {available}。"},
        {"en": "{account} has {available:,}; {amount} was asked for."},
        {"fix_en": "Ask {somebody}.", "fix_zh": "请找 {somebody}。"},
        {"fix_zh": "Ask for less."},
    ],
)
def test_planted_defects_in_sentences_are_noticed(change):
    parts = {name: getattr(SAMPLE, name) for name in ("code", "en", "zh", "fix_en", "fix_zh", "names")}
    assert complaints([SAMPLE]) == []
    assert complaints([RefusalKind(**{**parts, **change})])


def test_a_refusal_carries_its_sentence_its_remedy_and_its_place():
    refused = SAMPLE(account="acc_1", available=Money(500, CNY), amount=7)
    assert refused.code == "sample_refusal"
    assert str(refused) == "sample_refusal: acc_1 has CNY 5.00; 7 was asked for."
    assert refused.remedy("zh") == "请申请不超过 CNY 5.00。"
    placed = refused.at(Where(file="a.csv", line=3, field="amount"))
    assert str(placed).endswith("(file a.csv, line 3, field amount)")
    assert placed != refused
    assert refused.where is None


def test_a_refusal_needs_what_its_sentences_speak_of():
    with pytest.raises(TypeError, match="amount"):
        SAMPLE(account="acc_1", available=5)


def test_the_parameters_of_a_refusal_dont_change():
    with pytest.raises(TypeError):
        SAMPLE(account=1, available=2, amount=3).params["amount"] = 4


def test_a_refusal_is_replayed_equal_from_its_record_and_from_a_pickle(own_catalogue):
    refused = SAMPLE(account="acc_1", available=Money(500, CNY), amount=7, where=Where(line=2))
    record = refused.as_record()
    assert record == {
        "code": "sample_refusal",
        "params": {"account": "acc_1", "available": "CNY 5.00", "amount": 7},
        "where": {"line": 2},
    }
    again = Refusal.from_record(record)
    assert again == refused
    assert hash(again) == hash(refused)
    assert str(again) == str(refused)
    assert pickle.loads(pickle.dumps(refused)) == refused
    assert refused != SAMPLE(account="acc_2", available=5, amount=7)


GOOD = {"en": "No {x}.", "zh": "无 {x}。"}


@pytest.mark.parametrize(
    ("code", "parts", "message"),
    [
        ("CamelCase", GOOD, "snake_case"),
        ("with space", GOOD, "snake_case"),
        ("double__line", GOOD, "snake_case"),
        ("sample_refusal", GOOD, "twice"),
        ("a", {**GOOD, "status": 500}, "neither the sender.s error nor"),
        ("a", {**GOOD, "status": 200}, "neither the sender.s error nor"),
        ("a", {**GOOD, "fix_en": "Do."}, "both languages"),
        ("a", {**GOOD, "zh": ""}, "both languages"),
        ("a", {**GOOD, "zh": "无 {y}。"}, "different parameters"),
        ("a", {**GOOD, "fix_en": "Do {y}.", "fix_zh": "做 {y}。"}, "different parameters"),
        ("a", {"en": "No {}.", "zh": "无 {}。"}, "plain names"),
        ("a", {"en": "No {0}.", "zh": "无 {0}。"}, "plain names"),
        ("a", {"en": "No {x.secret}.", "zh": "无 {x.secret}。"}, "plain names"),
        ("a", {"en": "No {x[0]}.", "zh": "无 {x[0]}。"}, "plain names"),
    ],
)
def test_a_declaration_that_is_not_well_formed_is_refused(own_catalogue, code, parts, message):
    with pytest.raises(ValueError, match=message):
        refusal(code, **parts)


def test_a_declared_kind_is_found_by_its_code(own_catalogue):
    kind = refusal("no_such_thing", **GOOD)
    assert kind_of("no_such_thing") is kind
    assert [known.code for known in catalogue()] == ["no_such_thing", "sample_refusal"]
    with pytest.raises(KeyError):
        kind_of("never_declared")
