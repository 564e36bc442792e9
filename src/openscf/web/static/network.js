// The graph of firms, drawn with Cytoscape, which is loaded here alone.
const box = document.querySelector("[data-network]");
const told = JSON.parse(document.getElementById("graph").textContent);
// Cytoscape would write a style element, which the policy of the page forbids; it writes none where it finds one.
if (!document.getElementById("__________cytoscape_stylesheet")) {
  const style = document.createElement("link");
  style.id = "__________cytoscape_stylesheet";
  document.head.append(style);
}
const script = document.createElement("script");
script.src = box.dataset.script;
script.addEventListener("load", draw);
document.head.append(script);

function draw() {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const most = Math.max(1, ...told.edges.map((edge) => edge.minor));
  const turnover = new Map();
  for (const edge of told.edges) {
    for (const end of [edge.from, edge.to]) turnover.set(end, (turnover.get(end) ?? 0) + edge.minor);
  }
  const largest = Math.max(1, ...turnover.values());
  const size = (id) => 12 + 26 * Math.sqrt((turnover.get(id) ?? 0) / largest);
  const graph = window.cytoscape({
    container: box,
    elements: [
      ...told.nodes.map((node) => ({ data: { id: node.id, name: node.name, size: size(node.id) } })),
      ...told.edges.map((edge) => ({ data: { source: edge.from, target: edge.to, width: 1 + (6 * edge.minor) / most } })),
    ],
    layout: {
      name: told.nodes.length > 400 ? "grid" : "cose", animate: false, padding: 40, randomize: false,
      idealEdgeLength: 120, nodeOverlap: 40, nodeRepulsion: 60000, componentSpacing: 80,
    },
    minZoom: 0.2, maxZoom: 3,
    style: [
      { selector: "node", style: { "background-color": colour("--accent"), label: "data(name)", color: colour("--ink"), "font-size": 12, width: "data(size)", height: "data(size)", "text-margin-y": -4, "text-outline-color": colour("--surface"), "text-outline-width": 2 } },
      { selector: "edge", style: { width: "data(width)", "line-color": colour("--accent-line"), "target-arrow-color": colour("--accent-line"), "target-arrow-shape": "triangle", "curve-style": "bezier" } },
    ],
  });
  if (graph.zoom() > 1.15) { // names as large as those of the page
    graph.zoom(1.15);
    graph.center();
  }
  box.graph = graph;
}
