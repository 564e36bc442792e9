// Names beside the points of a drawing: none on another, none on a point, and on as few lines as can be.
//
// Greedy, the most important first, over eight places around each point (Christensen, Marks and Shieber, "An empirical
// study of algorithms for point-feature label placement", 1995). What finds no place waits until there is more room.
const GAP = 3;

const meets = (one, other) => Math.abs(one.x - other.x) * 2 < one.w + other.w && Math.abs(one.y - other.y) * 2 < one.h + other.h;

// Whether a stretch from a to b passes through a box (Liang and Barsky).
function crosses(box, a, b) {
  let from = 0, to = 1;
  for (const [start, way, half, at] of [[a.x, b.x - a.x, box.w / 2, box.x], [a.y, b.y - a.y, box.h / 2, box.y]]) {
    if (way === 0) {
      if (Math.abs(start - at) > half) return false;
      continue;
    }
    const ends = [(at - half - start) / way, (at + half - start) / way].sort((one, other) => one - other);
    from = Math.max(from, ends[0]);
    to = Math.min(to, ends[1]);
    if (from > to) return false;
  }
  return true;
}

function around({ x, y, r, w, h }) {
  const up = r + GAP + h / 2, aside = r + GAP + w / 2, corner = r * 0.7 + GAP;
  return [
    [0, up], [0, -up], [aside, 0], [-aside, 0],
    [corner + w / 2, corner + h / 2], [-corner - w / 2, corner + h / 2],
    [corner + w / 2, -corner - h / 2], [-corner - w / 2, -corner - h / 2],
  ].map(([dx, dy]) => ({ x: x + dx, y: y + dy, w, h }));
}

// Where the name of each point goes: `points` of id, x, y, radius r, width w and height h of the name, and weight;
// `lines` of a, b and how wide; `frame` of width and height. A map of id to the middle of the name; nothing where it has no place.
export function place(points, lines, frame) {
  const discs = points.map(({ id, x, y, r }) => ({ id, x, y, w: 2 * r + GAP, h: 2 * r + GAP }));
  const taken = [], found = new Map();
  for (const point of [...points].sort((one, other) => other.weight - one.weight)) {
    let best = null, least = Infinity;
    for (const [order, box] of around(point).entries()) {
      const inside = box.x - box.w / 2 >= 0 && box.x + box.w / 2 <= frame.width && box.y - box.h / 2 >= 0 && box.y + box.h / 2 <= frame.height;
      if (!inside || taken.some((other) => meets(box, other))) continue;
      if (discs.some((disc) => disc.id !== point.id && meets(box, disc))) continue;
      const cost = lines.reduce((sum, { a, b, wide }) => sum + (crosses(box, a, b) ? wide : 0), 0) + order / 10;
      if (cost < least) { least = cost; best = box; }
    }
    if (!best) continue;
    taken.push({ ...best, w: best.w + GAP, h: best.h + GAP });
    found.set(point.id, { x: best.x, y: best.y });
  }
  return found;
}

// A name in at most two lines, none wider than it has to be; `wide` measures a text.
export function wrapped(name, most, wide) {
  if (wide(name) <= most) return [name];
  const pieces = name.includes(" ") ? name.split(" ") : [...name];
  const joined = name.includes(" ") ? " " : "";
  let best = null, least = Infinity;
  for (let at = 1; at < pieces.length; at += 1) {
    const lines = [pieces.slice(0, at).join(joined), pieces.slice(at).join(joined)];
    const widest = Math.max(...lines.map(wide));
    if (widest < least) { least = widest; best = lines; }
  }
  if (!best) return [name];
  return best.map((line) => {
    let text = line;
    while (wide(text) > most && text.length > 4) text = `${text.replace(/…$/, "").slice(0, -1)}…`;
    return text;
  });
}
