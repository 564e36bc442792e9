"""Setting a document: record and template to PDF, without network, and the same bytes for the same record."""

import datetime as dt
import functools
import io
import json
from importlib import resources
from typing import Final

import segno
import typst

from openscf.kernel.errors import refusal
from openscf.operations.documents import rules
from openscf.operations.documents.model import Paper

FAMILIES: Final = (
    *("WenQuanYi Micro Hei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("WenQuanYi Zen Hei", "Noto Serif CJK SC", "Source Han Serif SC", "Droid Sans Fallback", "PingFang SC"),
    *("Microsoft YaHei", "SimHei", "SimSun", "AR PL UMing CN", "LXGW WenKai"),
)
"""Fonts with the characters of simplified Chinese, the first that is there is taken."""

NO_CHINESE_FONT = refusal(
    "no_chinese_font",
    en="No document can be made: this machine has no Chinese font.",
    zh="无法制作文件：本机没有中文字体。",
    fix_en="Install one; on Debian: apt-get install fonts-wqy-microhei. `openscf doctor` says whether it is found.",
    fix_zh="请安装中文字体；Debian 系统：apt-get install fonts-wqy-microhei。可用 openscf doctor 检查。",
    status=409,
)


def render(paper: Paper, *, fonts: typst.Fonts | None = None) -> bytes:
    """The PDF of a document, unsigned; equal records give equal bytes under equal fonts.

    Args:
        paper: What it says.
        fonts: By default those of the machine.

    Raises:
        Refusal: `no_chinese_font`, or `unwritable_text` for text with half characters.
    """
    known = fonts or _machine_fonts()
    data = {**rules.view(paper), "font": chinese_family(known)}
    source = _template("paper") + _template(paper.kind.value)
    given = {"data": json.dumps(data, ensure_ascii=False), "qr": _qr(rules.qr_text(paper))}
    issued = dt.datetime.combine(paper.issued_on, dt.time(), dt.UTC)
    compiled = typst.compile(source, font_paths=known, format="pdf", sys_inputs=given, timestamp=issued)
    assert isinstance(compiled, bytes), "one PDF"
    return compiled


def chinese_family(fonts: typst.Fonts) -> str:
    """The Chinese font to set in.

    Raises:
        Refusal: `no_chinese_font`.
    """
    there = {family.lower(): family for family in fonts.families()}
    found = next((there[family.lower()] for family in FAMILIES if family.lower() in there), None)
    if found is None:
        raise NO_CHINESE_FONT()
    return found


@functools.cache
def _machine_fonts() -> typst.Fonts:
    return typst.Fonts()


@functools.cache
def _template(name: str) -> bytes:
    return (resources.files(__package__) / "templates" / f"{name}.typ").read_bytes()


def _qr(text: str) -> str:
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="svg", border=0, xmldecl=False, svgns=True)
    return image.getvalue().decode()
