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
  const graph = window.cytoscape({
    container: box,
    elements: [
      ...told.nodes.map((node) => ({ data: { id: node.id, name: node.name } })),
      ...told.edges.map((edge) => ({ data: { source: edge.from, target: edge.to, width: 1 + (6 * edge.minor) / most } })),
    ],
    layout: { name: told.nodes.length > 400 ? "grid" : "cose", animate: false, padding: 40 },
    minZoom: 0.2, maxZoom: 3,
    style: [
      { selector: "node", style: { "background-color": colour("--accent"), label: "data(name)", color: colour("--ink"), "font-size": 11, width: 22, height: 22, "text-margin-y": -4 } },
      { selector: "edge", style: { width: "data(width)", "line-color": colour("--accent-line"), "target-arrow-color": colour("--accent-line"), "target-arrow-shape": "triangle", "curve-style": "bezier" } },
    ],
  });
  box.graph = graph;
}
