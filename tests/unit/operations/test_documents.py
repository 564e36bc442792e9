"""What documents look like: complete, in both languages, the same bytes again, and deaf to what is written in names."""

import dataclasses
import datetime as dt
import functools
import io
import random
import re

import pypdf
import pytest
import segno
import typst

from openscf.kernel.errors import Refusal
from openscf.kernel.money import EUR, JPY, Money, rmb_capitals
from openscf.operations import documents as d
from openscf.operations.documents import typesetting
from tests.unit.operations import papers

pytestmark = papers.needs_font


@functools.lru_cache(maxsize=8)
def text_of(pdf: bytes) -> str:
    """All text of a PDF without white space, since lines are broken anywhere."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def said(text: str, pdf: bytes) -> bool:
    return re.sub(r"\s", "", text) in text_of(pdf)


@pytest.mark.parametrize("kind", papers.ALL)
def test_each_document_names_its_parties_its_number_and_its_hash_on_every_page(kind: str) -> None:
    paper = papers.paper(papers.ALL[kind]())
    assert paper.kind.value == kind
    pdf = d.render(paper)
    content = paper.content
    fields = [getattr(content, field.name) for field in dataclasses.fields(content)]
    people = [one for one in fields if isinstance(one, d.Participant)]
    assert people
    for word in (word for one in people for word in (one.name_zh, one.name_en, one.code)):
        assert said(word, pdf)
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        shown = re.sub(r"[\s\u200b]", "", page.extract_text())
        assert paper.number in shown
        assert d.content_sha256(paper).hex() in shown


@pytest.mark.parametrize("kind", papers.ALL)
def test_the_same_record_gives_the_same_bytes(kind: str) -> None:
    paper = papers.paper(papers.ALL[kind]())
    assert d.render(paper) == d.render(papers.paper(papers.ALL[kind]()))


def test_another_record_has_another_hash_and_the_qr_code_carries_it() -> None:
    one, other = papers.paper(papers.notice()), papers.paper(papers.notice(minor=100_000_001))
    assert d.content_sha256(one) != d.content_sha256(other)
    assert d.content_sha256(one) != d.content_sha256(dataclasses.replace(one, number="AN-2026-000002"))
    assert d.qr_text(one) == f"openscf:document:1:AN-2026-000001:{d.content_sha256(one).hex()}"
    drawn = io.BytesIO()
    segno.make(d.qr_text(one), error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    assert typesetting._qr(d.qr_text(one)) == drawn.getvalue().decode()


@pytest.mark.parametrize("minor", [1, 10, 100_000_000, 107_000_530, 999_999_999_999_999_999])
def test_amounts_in_cny_stand_in_figures_and_in_capitals(minor: int) -> None:
    """Measures for Payment and Settlement (1997), annex 1: both, and they must agree."""
    pdf = d.render(papers.paper(papers.notice(minor=minor)))
    assert said(papers.fen(minor).grouped, pdf)
    assert said(rmb_capitals(papers.fen(minor)), pdf)


def test_other_currencies_have_no_capitals_and_their_own_decimals() -> None:
    base = papers.disbursement()
    for amount in (Money(123_456, JPY), Money(123_456, EUR)):
        pdf = d.render(papers.paper(dataclasses.replace(base, paid_out=amount)))
        assert said(str(amount), pdf)
        assert "大写" not in text_of(pdf)


def test_sixty_items_go_over_pages_with_the_header_again_and_none_is_lost() -> None:
    content = papers.notice(60, 9_999_999_999_999_900)
    reader = pypdf.PdfReader(io.BytesIO(d.render(papers.paper(content))))
    assert len(reader.pages) >= 2
    assert all("到期日" in page.extract_text() for page in reader.pages)
    pdf = d.render(papers.paper(content))
    assert all(said(claim.number, pdf) and said(claim.amount.grouped, pdf) for claim in content.claims)
    assert said(content.total.grouped, pdf)
    assert f"1/{len(reader.pages)}" in text_of(pdf)


def test_a_long_name_is_broken_and_stays_whole() -> None:
    long = dataclasses.replace(papers.SELLER, name_zh="超长名称" * 40, name_en="W" * 150)
    pdf = d.render(papers.paper(papers.notice(assignor=long)))
    assert said(long.name_zh, pdf)
    assert said(long.name_en, pdf)


def test_a_document_in_one_language_does_not_speak_the_other() -> None:
    pdf = d.render(papers.paper(papers.statement(), language=d.DocumentLanguage.ZH))
    assert "对账单" in text_of(pdf)
    assert "Statement" not in text_of(pdf)
    pdf = d.render(papers.paper(papers.statement(), language=d.DocumentLanguage.EN))
    assert "AccountStatement" in text_of(pdf)
    assert "对账单" not in text_of(pdf)


ATTACKS = [
    '#read("/etc/passwd")', '#import "@preview/cades:0.3.0": qr-code', "#panic()", "#sys.inputs.data",
    "$ sum_(i=1)^n $",
    "*bold* _it_ `raw`", "= heading", "// comment", "/* comment */", "[ ] ( ) { } < label > @ref",
    "\\#\\u{41}\\", "~--- ...",
    "'quoted' \"twice\"", "#{while true {}}", "</text><script>alert(1)</script>", "%PDF-1.7 endobj",
    "=cmd|' /C calc'!A0",
    "#set page(fill: black)", "-1 +2", "https://evil.example/pay", "${jndi}", "{{7*7}}", "%s %n", "; DROP TABLE x --",
]  # fmt: skip


def named(name: str) -> d.Paper:
    seller = dataclasses.replace(papers.SELLER, name_zh=name)
    return papers.paper(papers.notice(assignor=seller, pay_to=dataclasses.replace(papers.PAY_TO, holder=name)))


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_written_in_a_name_is_shown_and_does_nothing(name: str) -> None:
    assert said(name, d.render(named(name)))


def test_random_markup_in_names_is_shown_as_it_is(request: pytest.FixtureRequest) -> None:
    seed = request.config.getoption("--seed") or 20261125
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(12):
        name = "".join(chance.choice("#$[]{}()*_`\\\"'<>@=-+/~^&|!:;,.%ax1 中文") for _ in range(40)).strip()
        assert said(name, d.render(named(name))), repr(name)


def test_a_template_that_reads_names_as_markup_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: names evaluated; the attacks above must then change what is shown."""
    genuine = typesetting._template
    bad = b'eval(p.name_zh, mode: "markup")'

    def spoilt(name: str) -> bytes:
        source = genuine(name)
        return source.replace(b"let zh = p.name_zh", b"let zh = " + bad).replace(b"{ p.name_zh }", b"{ " + bad + b" }")

    seller = dataclasses.replace(papers.SELLER, name_zh="#(6 * 7)")
    paper = papers.paper(papers.notice(assignor=seller))
    assert said("#(6*7)", d.render(paper))
    monkeypatch.setattr(typesetting, "_template", spoilt)
    assert not said("#(6*7)", d.render(paper))


@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\n", "\t", "\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041"])
def test_characters_that_nobody_sees_are_shown_by_their_code(unseen: str) -> None:
    """U+202E turns the direction of writing: `gnp.exe` would read `exe.png`, and 100 could read 001."""
    assert said(f"甲⟨U+{ord(unseen):04X}⟩乙公司", d.render(named(f"甲{unseen}乙公司")))


def test_half_a_character_is_refused_and_not_repaired() -> None:
    with pytest.raises(Refusal) as caught:
        d.render(named("甲\ud800乙"))
    assert caught.value.code == "unwritable_text"


def test_without_a_chinese_font_nothing_is_made_and_it_is_said_in_both_languages() -> None:
    with pytest.raises(Refusal) as caught:
        d.render(papers.paper(papers.notice()), fonts=typst.Fonts(include_system_fonts=False))
    assert caught.value.code == "no_chinese_font"
    assert "字体" in caught.value.sentence("zh")
    assert "fonts-wqy-microhei" in caught.value.remedy("en")


def test_instants_are_told_in_beijing_time() -> None:
    pdf = d.render(papers.paper(papers.confirmation()))
    assert said("2026-03-10 01:30:00 UTC+8", pdf), "17:30 UTC on the ninth"


def test_the_pdf_carries_the_day_of_issue_and_no_clock() -> None:
    about = pypdf.PdfReader(io.BytesIO(d.render(papers.paper(papers.notice())))).metadata
    assert about is not None
    assert about.creation_date is not None
    assert about.creation_date.date() == dt.date(2026, 3, 10)
