"""Both languages on one page: each text stands there twice, and a switch without any script hides one."""

import html


def both(en: str, zh: str) -> str:
    """Text in both languages, escaped."""
    return f'<span class="en" lang="en">{html.escape(en)}</span><span class="zh" lang="zh-CN">{html.escape(zh)}</span>'


def both_svg(en: str, zh: str) -> str:
    """The same inside a plot."""
    return f'<tspan class="en">{html.escape(en)}</tspan><tspan class="zh">{html.escape(zh)}</tspan>'
