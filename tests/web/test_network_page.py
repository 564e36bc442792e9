"""The drawing of a network: no name lies on another or on a point, near and from afar, wide and on a telephone.

Where names lie is asked of Cytoscape, which draws them, not of our own placing.

Planted defect: every name stands right above its point, as it did once (`test_names_that_lie_on_each_other_are_seen`).
"""

import json
import random
import re
from typing import Any

import pytest

from tests.web.conftest import NARROW, WIDE
from tests.web.world import World

FIRMS = 60
DRAWN_MS = 400  # Cytoscape knows where a name lies once it has drawn it
OVERLAPS = """() => {
  const graph = document.querySelector("[data-network]").graph, inset = 4, found = [];
  const boxes = graph.nodes().filter((node) => node.data("label")).map((node) => {
    const { x1, y1, x2, y2 } = node.renderedBoundingBox({ includeNodes: false, includeEdges: false, includeOverlays: false, includeUnderlays: false, includeLabels: true });
    return { name: node.data("name"), id: node.id(), x1: x1 + inset, y1: y1 + inset, x2: x2 - inset, y2: y2 - inset };
  });
  const points = graph.nodes().map((node) => {
    const { x, y } = node.renderedPosition(), r = node.renderedWidth() / 2;
    return { name: `the point of ${node.data("name")}`, id: node.id(), x1: x - r, y1: y - r, x2: x + r, y2: y + r };
  });
  const meet = (a, b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
  boxes.forEach((box, at) => {
    for (const other of boxes.slice(at + 1)) if (meet(box, other)) found.push(`${box.name} on ${other.name}`);
    for (const point of points) if (point.id !== box.id && meet(box, point)) found.push(`${box.name} on ${point.name}`);
  });
  return { found, named: boxes.length, points: points.length };
}"""  # noqa: E501
ABOVE = """() => {
  const graph = document.querySelector("[data-network]").graph;
  const above = (node) => ({ label: node.data("name"), font: 12, dx: 0, dy: -node.data("size") / 2 - 8 });
  graph.nodes().forEach((node) => node.data(above(node)));
}"""


def dense(seed: int = 7) -> str:
    """A network of sixty firms in three tiers with a ring among them, as the page tells it to its script."""
    chance = random.Random(seed)
    nodes = [{"id": f"f{n}", "name": f"Hengchang Precision {n} 有限公司", "href": ""} for n in range(FIRMS)]
    pairs = [(n, chance.randrange(40 if n < 40 else 55, 55 if n < 40 else FIRMS)) for n in range(55) for _ in range(2)]
    edges = [{"from": f"f{a}", "to": f"f{b}", "minor": chance.randrange(1, 10**9)} for a, b in pairs]
    ring = [{"from": f"f{a}", "to": f"f{b}", "minor": 5} for a, b in ((56, 57), (57, 58), (58, 56))]
    return json.dumps({"nodes": nodes, "edges": edges + ring}, ensure_ascii=False)


def drawn(visitors: Any, size: dict[str, int], graph: str | None = None) -> Any:
    """The house's page of the network, drawn; with another network in it, if one is told."""
    visitor = visitors("operator.maker", "en", size)
    if graph is not None:

        def answered(route: Any) -> None:
            reply = route.fetch()
            text = re.sub(
                r'(id="graph">).*?(</script>)', lambda piece: piece[1] + graph + piece[2], reply.text(), flags=re.S
            )
            route.fulfill(response=reply, body=text.replace('class="network few"', 'class="network"'))

        visitor.page.route("**/network", answered)
    page = visitor.go("/network")
    page.locator("[data-network] canvas").first.wait_for(state="attached")
    page.wait_for_timeout(DRAWN_MS)
    assert visitor.errors == []
    return page


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "telephone"])
def test_every_firm_of_a_small_network_has_its_name(size: dict[str, int], world: World, visitors: Any) -> None:
    seen = drawn(visitors, size).evaluate(OVERLAPS)
    assert seen["found"] == []
    assert seen["named"] == seen["points"] >= 2


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "telephone"])
def test_no_name_lies_on_another_in_a_dense_network(size: dict[str, int], world: World, visitors: Any) -> None:
    page = drawn(visitors, size, dense())
    seen = page.evaluate(OVERLAPS)
    assert seen["found"] == []
    assert seen["named"] >= (8 if size is WIDE else 1)
    assert page.locator("[data-waiting]").is_visible() == (seen["named"] < seen["points"])
    for _ in range(3):
        page.locator("[data-graph=nearer]").click()
    page.wait_for_timeout(DRAWN_MS)
    assert page.evaluate(OVERLAPS)["found"] == []


def test_a_firm_that_is_chosen_says_with_whom_it_trades(world: World, visitors: Any) -> None:
    page, graph = drawn(visitors, WIDE, dense()), json.loads(dense())
    buyers = {one["to"] for one in graph["edges"] if one["from"] == "f3"}
    # Nothing is handed back: the graph that `emit` answers with takes ten seconds to be written out.
    page.evaluate("() => { document.querySelector('[data-network]').graph.getElementById('f3').emit('tap') }")
    assert f"buys from 0 and sells to {len(buyers)} of these" in page.locator("[data-chosen]").inner_text()
    far = page.evaluate("document.querySelector('[data-network]').graph.nodes('.far').length")
    assert far == FIRMS - 1 - len(buyers)
    page.locator("[data-graph=whole]").dispatch_event("click")
    assert page.evaluate("document.querySelector('[data-network]').graph.nodes('.far').length") == 0


def test_sellers_stand_at_the_left_of_their_buyers(world: World, visitors: Any) -> None:
    page = drawn(visitors, WIDE)
    ends = "graph.edges().map((e) => [e.source().position('x'), e.target().position('x')])"
    edges = page.evaluate(f"document.querySelector('[data-network]').{ends}")
    assert edges
    assert all(seller < buyer for seller, buyer in edges)


def test_names_that_lie_on_each_other_are_seen(world: World, visitors: Any) -> None:
    page = drawn(visitors, WIDE, dense())
    page.evaluate(ABOVE)
    page.wait_for_timeout(DRAWN_MS)
    assert page.evaluate(OVERLAPS)["found"]
