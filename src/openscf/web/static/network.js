// The graph of firms, drawn with Cytoscape, which is loaded here alone: goods go from the left to the right, names stand
// where there is room for them, and get more of it when one looks closer.
import { place, wrapped } from "./labels.js";
import { places } from "./layers.js";

const MOST_PLACED = 400; // firms: more are set on a grid
const box = document.querySelector("[data-network]");
const told = JSON.parse(document.getElementById("graph").textContent);
// Cytoscape would write a style element, which the policy of the page forbids; it writes none where it finds one.
if (!document.getElementById("__________cytoscape_stylesheet")) {
  const style = document.createElement("link");
  style.id = "__________cytoscape_stylesheet";
  document.head.append(style);
}
// The wheel moves the page; only with Ctrl, as a pinch on a pad says, it moves the drawing.
box.addEventListener("wheel", (event) => { if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation(); }, { capture: true, passive: true });
// One finger moves the page as well; two move the drawing, and a tap chooses a firm.
box.addEventListener("touchmove", (event) => { if (event.touches.length === 1) event.stopPropagation(); }, { capture: true, passive: true });
const script = document.createElement("script");
script.src = box.dataset.script;
script.addEventListener("load", draw);
document.head.append(script);

const styled = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Many firms are drawn finer than few.
const fine = () => Math.min(1, Math.sqrt(30 / told.nodes.length));

function sizes() {
  const turnover = new Map(told.nodes.map((node) => [node.id, 0]));
  for (const edge of told.edges) {
    for (const end of [edge.from, edge.to]) turnover.set(end, (turnover.get(end) ?? 0) + edge.minor);
  }
  const largest = Math.max(1, ...turnover.values());
  const scale = (box.clientWidth < 600 ? 0.75 : 1) * fine();
  return new Map([...turnover].map(([id, minor]) => [id, scale * (12 + 26 * Math.sqrt(minor / largest))]));
}

function elements() {
  const most = Math.max(1, ...told.edges.map((edge) => edge.minor));
  const size = sizes();
  const at = told.nodes.length > MOST_PLACED ? new Map() : places(told.nodes.map((node) => node.id), told.edges, box.clientWidth, box.clientHeight);
  return [
    ...told.nodes.map((node) => ({ data: { ...node, size: size.get(node.id), label: "", font: 12, dx: 0, dy: 0 }, position: at.get(node.id) })),
    ...told.edges.map((edge) => ({ data: { source: edge.from, target: edge.to, width: 1 + (6 * fine() * edge.minor) / most } })),
  ];
}

function look() {
  return [
    { selector: "node", style: { "background-color": styled("--accent"), width: "data(size)", height: "data(size)", label: "data(label)", color: styled("--ink"), "font-family": getComputedStyle(document.body).fontFamily, "font-size": "data(font)", "text-wrap": "wrap", "line-height": 1.2, "text-halign": "center", "text-valign": "center", "text-margin-x": "data(dx)", "text-margin-y": "data(dy)", "text-outline-color": styled("--surface"), "text-outline-width": 2 } },
    { selector: "edge", style: { width: "data(width)", "line-color": styled("--accent-line"), "target-arrow-color": styled("--accent-line"), "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier" } },
    { selector: ".far", style: { opacity: 0.18 } },
    { selector: "node.chosen", style: { "border-width": 3, "border-color": styled("--focus") } },
  ];
}

function draw() {
  const graph = window.cytoscape({
    container: box, elements: elements(), style: look(), minZoom: 0.3, maxZoom: 4,
    layout: { name: told.nodes.length > MOST_PLACED ? "grid" : "preset", fit: told.nodes.length > MOST_PLACED, padding: 12 },
  });
  box.graph = graph;
  name(graph);
  let waits = 0;
  const again = () => { cancelAnimationFrame(waits); waits = requestAnimationFrame(() => name(graph)); };
  graph.on("zoom resize free", again);
  graph.on("pan", () => { clearTimeout(box.settled); box.settled = setTimeout(again, 120); });
  graph.on("tap", (event) => choose(graph, event.target === graph || event.target.isEdge() ? null : event.target));
  buttons(graph);
}

// Gives each firm its name, where there is room; names are as large as those of the page, however near one looks.
function name(graph) {
  const zoom = graph.zoom(), tall = box.clientWidth < 600 ? 11 : 12;
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${tall}px ${getComputedStyle(document.body).fontFamily}`;
  const wide = (text) => pen.measureText(text).width;
  const most = box.clientWidth < 600 ? 84 : 150;
  const shown = graph.nodes().filter((node) => !graph.elements(".far").length || !node.hasClass("far"));
  const points = shown.map((node) => {
    const { x, y } = node.renderedPosition(), lines = wrapped(node.data("name"), most, wide);
    return { id: node.id(), x, y, r: (node.data("size") * zoom) / 2, lines, weight: node.data("size"), w: Math.max(...lines.map(wide)) + 4, h: lines.length * tall * 1.2 + 4 };
  });
  const seen = points.filter(({ x, y }) => x >= 0 && y >= 0 && x <= box.clientWidth && y <= box.clientHeight);
  const lines = graph.edges().map((edge) => ({ a: edge.source().renderedPosition(), b: edge.target().renderedPosition(), wide: edge.data("width") }));
  const found = place(seen, lines, { width: box.clientWidth, height: box.clientHeight });
  graph.batch(() => {
    graph.nodes().forEach((node) => node.data("label", ""));
    for (const point of seen) {
      const at = found.get(point.id);
      if (!at) continue;
      graph.getElementById(point.id).data({ label: point.lines.join("\n"), font: tall / zoom, dx: (at.x - point.x) / zoom, dy: (at.y - point.y) / zoom });
    }
  });
  const waiting = seen.length - found.size, told = document.querySelector("[data-waiting]");
  if (told) told.hidden = waiting === 0;
}

// A firm that is chosen stands out with those it trades with, and is told of below the drawing.
function choose(graph, node) {
  graph.elements().removeClass("far chosen");
  const line = document.querySelector("[data-chosen]");
  line.replaceChildren();
  if (node) {
    graph.elements().not(node.closedNeighborhood()).addClass("far");
    node.addClass("chosen");
    const text = line.dataset.says.replace("{buys}", node.incomers("node").length).replace("{sells}", node.outgoers("node").length);
    const who = document.createElement(node.data("href") ? "a" : "span");
    if (node.data("href")) who.href = node.data("href");
    who.className = "strong";
    who.textContent = node.data("name");
    line.append(who, ` ${text}`);
  }
  name(graph);
}

function buttons(graph) {
  const middle = () => ({ x: box.clientWidth / 2, y: box.clientHeight / 2 });
  const acts = {
    nearer: () => graph.zoom({ level: graph.zoom() * 1.4, renderedPosition: middle() }),
    farther: () => graph.zoom({ level: graph.zoom() / 1.4, renderedPosition: middle() }),
    whole: () => { choose(graph, null); graph.zoom(1); graph.pan({ x: 0, y: 0 }); },
  };
  for (const [act, go] of Object.entries(acts)) document.querySelector(`[data-graph=${act}]`)?.addEventListener("click", go);
}
