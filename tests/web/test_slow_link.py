"""How long the first row takes on a slow link (1.6 Mbit/s, 150 ms, a processor four times slower); told, not judged.

Planted defect: a page without rows makes the wait end without one.
"""

from typing import Any

from openscf.kernel.ports import monotonic
from tests.web.world import World

LINK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 // 8, "uploadThroughput": 750_000 // 8}


def test_the_first_row_comes_over_a_slow_link(world: World, visitors: Any, capsys: Any) -> None:
    visitor = visitors("seller.maker", "zh")
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINK)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    started = monotonic()
    visitor.page.goto(world.url + "/invoices", wait_until="commit")
    visitor.page.locator("tbody tr").first.wait_for()
    took_s = monotonic() - started
    with capsys.disabled():
        print(f"\nfirst row over a slow link, nothing kept from before: {took_s:.2f} s")
    assert visitor.page.locator("tbody tr").count() >= 6
