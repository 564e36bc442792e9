"""Signs: drawn with strokes on a grid of 24, our own; they take the colour of the text around them."""

from typing import Final

from markupsafe import Markup

SIGNS: Final = {
    "home": "M4 11l8-7 8 7M6 10v9h12v-9M10 19v-5h4v5",
    "invoice": "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
    "cash": "M3 7h18v10H3zM12 14.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5M6 12h.01M18 12h.01",
    "voucher": "M4 7h16v3a2 2 0 000 4v3H4v-3a2 2 0 000-4zM14 7v10",
    "limit": "M4 19V9M10 19V5M16 19v-7M22 19H2",
    "tree": "M12 4v5M6 20v-4h12v4M12 9v7M10 4h4",
    "people": "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7M3 20c0-3.5 2.7-6 6-6s6 2.5 6 6M16 5a3 3 0 010 6M18 14.5c2 .8 3 2.8 3 5.5",
    "building": "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
    "frame": "M4 5h16v14H4zM4 9h16M9 9v10",
    "product": "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
    "bell": "M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4",
    "check": "M5 12.5l4.5 4.5L19 7",
    "cross": "M6 6l12 12M18 6L6 18",
    "upload": "M12 16V5M7 9l5-5 5 5M4 16v4h16v-4",
    "download": "M12 4v11M7 11l5 5 5-5M4 18v2h16v-2",
    "search": "M11 18a7 7 0 100-14 7 7 0 000 14M16 16l5 5",
    "clock": "M12 21a9 9 0 100-18 9 9 0 000 18M12 7v5l3.5 2",
    "scale": "M12 4v16M6 20h12M5 8l7-3 7 3M5 8l-2.5 6h5zM19 8l-2.5 6h5z",
    "shield": "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2.2 2.2L15.5 10",
    "bank": "M3 9l9-5 9 5zM5 9v9M10 9v9M14 9v9M19 9v9M3 20h18",
    "graph": "M6 8a2 2 0 100-4 2 2 0 000 4M18 10a2 2 0 100-4 2 2 0 000 4M9 20a2 2 0 100-4 2 2 0 000 4M8 6.3l8 1.4M6.5 8l2 8M16.8 9.8L10.5 16.7",
    "box": "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
    "key": "M8 15a4 4 0 100-8 4 4 0 000 8M12 11h9M18 11v4",
    "flag": "M5 21V4h12l-2 4 2 4H5",
    "book": "M5 4h12a2 2 0 012 2v14H7a2 2 0 01-2-2zM5 18a2 2 0 012-2h12",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "down": "M6 9l6 6 6-6",
    "right": "M9 6l6 6-6 6",
    "out": "M10 4H5v16h5M14 8l5 4-5 4M19 12H9",
    "globe": "M12 21a9 9 0 100-18 9 9 0 000 18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
    "warn": "M12 4l9 16H3zM12 10v4M12 17h.01",
    "swap": "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
    "code": "M8 7l-5 5 5 5M16 7l5 5-5 5",
    "gauge": "M4 18a9 9 0 1116 0M12 14l4-5",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
}  # fmt: skip


def icon(name: str, size: int = 18) -> Markup:
    """A sign; it is decoration: what it means stands beside it in words."""
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" width="{size}" height="{size}" aria-hidden="true" focusable="false">'
        '<path d="{path}"/></svg>'
    ).format(size=size, path=SIGNS[name])
