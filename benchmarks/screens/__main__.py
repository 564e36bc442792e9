"""The first row of a page over a slow link: 1.6 Mbit/s, 150 ms a round trip, a processor four times slower.

`python -m benchmarks.screens` opens pages in headless Chromium, with nothing kept from before and then again, and
prints what the wait is made of: the server, the network (round trips and bytes), and the browser's own work until the
row is drawn. Of that, how long its thread was busy and how many elements the page has depend least on the machine's
load. Server, database and browser share the machine, and the browser's slowness is simulated by pausing it, so the
seconds hold on a quiet machine only. The bar is 1 s with nothing kept.
"""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.screens.measure import Wait, waits
from tests import speaking

BAR_S = 1.0


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens", description=__doc__)
    parser.add_argument("--pages", nargs="*", default=["/invoices", "/financings"], help="pages with a table")
    parser.add_argument("--looks", type=int, default=3, help="visits of each; the median is told")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    with speaking.OPEN:  # the world's clients speak through a thread that is waited for otherwise
        found = waits(chosen.pages, chosen.looks)
    Console().print(_told(found))
    if chosen.json:
        chosen.json.write_text(json.dumps([one.record() for one in found], indent=1), encoding="utf-8")


def _told(found: list[Wait]) -> Table:
    table = Table(title=f"first row over a slow link, seconds (bar {BAR_S} with nothing kept)")
    times = ("first row", "server", "first byte", "last byte", "browser", "busy")
    for heading in ("page", "kept", *times, "nodes", "blocking", "kB"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for one in found:
        times = (one.row_s, one.server_s, one.first_byte_s, one.last_byte_s)
        rest = (f"{one.row_s - one.last_byte_s:.2f}", f"{one.busy_s:.2f}", str(one.nodes), str(one.blocking))
        table.add_row(one.page, "yes" if one.kept else "no", *(f"{each:.2f}" for each in times), *rest,
                      f"{one.bytes / 1000:.1f}")  # fmt: skip
    return table


if __name__ == "__main__":
    main()
