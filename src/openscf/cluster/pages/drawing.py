"""Plots of bands as inline SVG: bars with whiskers, lines with shades. Nothing to load, no script."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openscf.cluster.regimes import Band

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, LINE_HIGH = 460, 250, 58, 52, 16, 14
INK: Final = {"none": "#8a97a5", "bank": "#c58a1b", "offline": "#7a5bc0", "platform": "#1f6feb"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its words in both languages, its colour, its band."""

    en: str
    zh: str
    colour: str
    band: Band


def both(en: str, zh: str) -> str:
    """Text in both languages; a switch hides one."""
    return f'<span class="en" lang="en">{html.escape(en)}</span><span class="zh" lang="zh-CN">{html.escape(zh)}</span>'


def _both_svg(en: str, zh: str) -> str:
    return f'<tspan class="en">{html.escape(en)}</tspan><tspan class="zh">{html.escape(zh)}</tspan>'


def bars(shown: Sequence[Bar], *, title: tuple[str, str], scale: float = 1.0, unit: str = "") -> str:
    """Bars with whiskers for their bands.

    Args:
        shown: From left to right; one without a figure keeps its place.
        title: What is shown, in both languages.
        scale: By which the figures are multiplied for the axis: 100 for per cent.
        unit: After the numbers.
    """
    known = [one for one in shown if one.band.count]
    highest = max((one.band.high * scale for one in known), default=1.0) or 1.0
    step, most = _steps(min(highest * 1.06, 100.0) if unit == "%" and highest <= 100 else highest * 1.06)
    room = (WIDTH - LEFT - 16) / len(shown)
    parts = [_axis(step, most, unit)]
    for at, one in enumerate(shown):
        middle = LEFT + room * (at + 0.5)
        parts.append(
            f'<text x="{middle:.1f}" y="{HEIGHT - 30}" class="tick" text-anchor="middle">{_both_svg(one.en, one.zh)}</text>'
        )
        if one.band.count:
            parts.append(_bar(middle, room, one, scale=scale / most, shown=f"{one.band.mean * scale:.1f}{unit}"))
    return _frame(title, "".join(parts))


def _bar(middle: float, room: float, one: Bar, *, scale: float, shown: str) -> str:
    """One bar; `scale` turns a figure into a part of the height."""
    floor, tall = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP

    def y(value: float) -> float:
        return floor - max(value, 0.0) * scale * tall

    wide = min(room * 0.56, 60)
    top, low, high = y(one.band.mean), y(one.band.low), y(one.band.high)
    return (
        f'<rect x="{middle - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{floor - top:.1f}" rx="3" '
        f'fill="{one.colour}"/><line x1="{middle:.1f}" x2="{middle:.1f}" y1="{low:.1f}" y2="{high:.1f}" class="whisker"/>'
        f'<text x="{middle:.1f}" y="{min(top, high) - 5:.1f}" class="value" text-anchor="middle">{shown}</text>'
    )


def lines(series: Sequence[tuple[Bar, Sequence[Band]]], *, title: tuple[str, str], unit: str = "") -> str:
    """A line for each regime over years, with its band as a shade; the figures as they are."""
    known = [band for _, bands in series for band in bands if band.count]
    step, most = _steps(max((band.high for band in known), default=1.0) or 1.0)
    count = max(len(bands) for _, bands in series)
    floor, tall = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    parts, names = [_axis(step, most, unit)], list[tuple[float, float, Bar]]()

    def x(year: int) -> float:
        return LEFT + 30 + (WIDTH - LEFT - 90) * year / max(count - 1, 1)

    def y(value: float) -> float:
        return floor - max(value, 0.0) / most * tall

    for year in range(count):
        words = _both_svg(f"year {year + 1}", f"第{year + 1}年")
        parts.append(f'<text x="{x(year):.1f}" y="{HEIGHT - 30}" class="tick" text-anchor="middle">{words}</text>')
    for one, bands in series:
        there = [(year, band) for year, band in enumerate(bands) if band.count]
        edge = [f"{x(year):.1f},{y(band.high):.1f}" for year, band in there]
        edge += [f"{x(year):.1f},{y(band.low):.1f}" for year, band in reversed(there)]
        path = " ".join(f"{x(year):.1f},{y(band.mean):.1f}" for year, band in there)
        parts.append(f'<polygon points="{" ".join(edge)}" fill="{one.colour}" opacity="0.15"/>')
        parts.append(f'<polyline points="{path}" fill="none" stroke="{one.colour}" stroke-width="2.5"/>')
        if there:
            end, last = there[-1]
            names.append((y(last.mean) + 4, x(end) + 6, one))
    for high, right, one in _apart(names, lowest=floor + 4):
        place = f'x="{right:.1f}" y="{high:.1f}" style="fill:{one.colour}"'
        parts.append(f'<text {place} class="value">{_both_svg(one.en, one.zh)}</text>')
    return _frame(title, "".join(parts))


def _apart(names: list[tuple[float, float, Bar]], *, lowest: float) -> list[tuple[float, float, Bar]]:
    """Names at the ends of lines, so far from each other that each can be read; none below `lowest`."""
    placed = list[tuple[float, float, Bar]]()
    below = lowest + LINE_HIGH
    for high, right, one in sorted(names, key=lambda name: -name[0]):
        below = min(high, below - LINE_HIGH)
        placed.append((below, right, one))
    return placed


def _steps(most: float) -> tuple[float, float]:
    """A round step of an axis, and its end: at most five steps reach `most`."""
    rough = most / 5
    ten = 10.0 ** math.floor(math.log10(rough))
    step = next(times * ten for times in (1, 2, 2.5, 5, 10) if times * ten >= rough * (1 - 1e-9))
    return step, step * math.ceil(most / step - 1e-9)


def _axis(step: float, most: float, unit: str) -> str:
    floor, tall = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    parts = []
    for at in range(round(most / step) + 1):
        y, value = floor - tall * at * step / most, at * step
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="tick" text-anchor="end">{value:,.6g}{unit}</text>')
    return "".join(parts)


def _frame(title: tuple[str, str], inner: str) -> str:
    return (
        f'<figure><figcaption>{both(*title)}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT - 16}" role="img" '
        f'aria-label="{html.escape(title[0])}">{inner}</svg></figure>'
    )
