"""Plots as inline SVG: axes, lines, points, bars. Enough for a report, and nothing to load."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

WIDTH, HEIGHT = 440, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 28, 14, 44
Point = tuple[float, float]

INK: Final = "var(--ink)"
ACCENT: Final = "var(--accent)"
WARN: Final = "var(--warn)"
QUIET: Final = "var(--quiet)"


@dataclass(slots=True)
class Plot:
    """A plot with linear axes.

    Attributes:
        x, y: (least, most) of each axis, most above least.
        x_label, y_label: What they show; markup of `both` is allowed.
        title: What the whole shows, read out to those who can't see it.
        x_marks: (place, words) instead of numbers; markup of `both` is allowed.
        percent: Whether numbers on the axes are shares.
    """

    x: Point
    y: Point
    x_label: str
    y_label: str
    title: str
    x_marks: Sequence[tuple[float, str]] | None = None
    percent: bool = False
    _parts: list[str] = field(default_factory=list)

    def line(self, points: Sequence[Point], *, colour: str = ACCENT, dashed: bool = False) -> "Plot":
        """Join points."""
        path = " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)
        dash = ' stroke-dasharray="5 5"' if dashed else ""
        self._parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2"{dash} points="{path}"/>')
        return self

    def area(self, points: Sequence[Point], *, colour: str = ACCENT) -> "Plot":
        """Tint what lies under points."""
        floor = self._y(self.y[0])
        path = " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)
        first, last = self._x(points[0][0]), self._x(points[-1][0])
        self._parts.append(
            f'<polygon fill="{colour}" opacity="0.10" points="{first:.1f},{floor:.1f} {path} {last:.1f},{floor:.1f}"/>'
        )
        return self

    def dot(self, at: Point, *, radius: float = 4, colour: str = ACCENT, say: str = "") -> "Plot":
        """A point, with words that appear under the pointer."""
        x, y = self._x(at[0]), self._y(at[1])
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"><title>{html.escape(say)}</title></circle>'
        )
        return self

    def bar(self, left: float, right: float, high: float, *, colour: str = ACCENT, say: str = "") -> "Plot":
        """A bar from the floor."""
        x, width = self._x(left), self._x(right) - self._x(left)
        top, floor = self._y(high), self._y(max(self.y[0], 0.0))
        y, height = min(top, floor), abs(floor - top)
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="{colour}">'
            f"<title>{html.escape(say)}</title></rect>"
        )
        return self

    def text(self, at: Point, words: str, *, colour: str = INK) -> "Plot":
        """Words at a point, centred above it."""
        x, y = self._x(at[0]), self._y(at[1]) - 6
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" class="tick" fill="{colour}">{html.escape(words)}</text>'
        )
        return self

    def render(self) -> str:
        """The SVG."""
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(self.title)}">'
            f"{self._frame()}{''.join(self._parts)}</svg>"
        )

    def _frame(self) -> str:
        bottom, left, right = HEIGHT - BOTTOM, LEFT, WIDTH - RIGHT
        parts = [f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{bottom}" class="axis"/>']
        for value in ticks(*self.y):
            y = self._y(value)
            parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" class="grid"/>')
            parts.append(
                f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" class="tick">{self._said(value)}</text>'
            )
        marks = self.x_marks or [(value, self._said(value)) for value in ticks(*self.x)]
        for value, words in marks:
            parts.append(
                f'<text x="{self._x(value):.1f}" y="{bottom + 16}" text-anchor="middle" class="tick">{words}</text>'
            )
        middle = (TOP + bottom) / 2
        parts.append(
            f'<text x="{(left + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle" class="label">{self.x_label}</text>'
        )
        parts.append(
            f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle" class="label">{self.y_label}</text>'
        )
        return "".join(parts)

    def _said(self, value: float) -> str:
        return f"{value * 100:g} %" if self.percent else f"{value:g}"

    def _x(self, value: float) -> float:
        return LEFT + (value - self.x[0]) / (self.x[1] - self.x[0]) * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (value - self.y[0]) / (self.y[1] - self.y[0]) * (HEIGHT - TOP - BOTTOM)


def ticks(low: float, high: float, *, about: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, about so many."""
    raw = (high - low) / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]
