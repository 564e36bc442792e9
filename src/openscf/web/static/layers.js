// Where firms stand in the drawing of a network: sellers at the left of their buyers.
//
// How far down the chain a firm stands is its trophic level (MacKay, Johnson and Sansom, "How directed is a directed
// network?", 2020): one more than the mean of its suppliers and one less than the mean of its customers at once, which
// rings of trade have as well. Levels are cut into columns; within a column, firms stand near those they trade with.
const SWEEPS = 200;
const MOST_COLUMNS = 7;

export function levels(ids, edges) {
  const level = new Map(ids.map((id) => [id, 0]));
  const near = new Map(ids.map((id) => [id, []]));
  for (const { from, to } of edges) {
    if (from === to) continue;
    near.get(from).push([to, -1]);
    near.get(to).push([from, 1]);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const id of ids) {
      const ends = near.get(id);
      if (!ends.length) continue;
      const mean = ends.reduce((sum, [other, step]) => sum + level.get(other) + step, 0) / ends.length;
      level.set(id, level.get(id) + 0.8 * (mean - level.get(id)));
    }
  }
  return grounded(ids, near, level);
}

// Every piece of the network that hangs together begins at the left.
function grounded(ids, near, level) {
  const seen = new Set();
  for (const first of ids) {
    if (seen.has(first)) continue;
    const piece = [first];
    seen.add(first);
    for (const id of piece) {
      for (const [other] of near.get(id)) if (!seen.has(other)) { seen.add(other); piece.push(other); }
    }
    const least = Math.min(...piece.map((id) => level.get(id)));
    for (const id of piece) level.set(id, level.get(id) - least);
  }
  return level;
}

export function columns(ids, edges) {
  const level = levels(ids, edges);
  const most = Math.max(0, ...level.values());
  const scale = most > MOST_COLUMNS - 1 ? (MOST_COLUMNS - 1) / most : 1;
  const found = [];
  for (const id of ids) (found[Math.round(level.get(id) * scale)] ??= []).push(id);
  const full = found.filter(Boolean);
  const near = new Map(ids.map((id) => [id, []]));
  for (const { from, to } of edges) { near.get(from).push(to); near.get(to).push(from); }
  for (let sweep = 0; sweep < 12; sweep += 1) {
    const place = new Map(full.flatMap((column) => column.map((id, at) => [id, (at + 0.5) / column.length])));
    for (const column of full) {
      const mean = (id) => near.get(id).reduce((sum, other) => sum + place.get(other), 0) / near.get(id).length;
      const want = new Map(column.map((id) => [id, near.get(id).length ? mean(id) : place.get(id)]));
      column.sort((one, other) => want.get(one) - want.get(other));
      column.forEach((id, at) => place.set(id, (at + 0.5) / column.length));
    }
  }
  return full;
}

// A place for each firm in a picture of a width and a height; a column with many firms is set in a zigzag.
export function places(ids, edges, width, height) {
  const full = columns(ids, edges);
  const wide = width / full.length;
  const found = new Map();
  full.forEach((column, at) => {
    const tall = height / column.length;
    const lanes = Math.min(4, Math.max(1, Math.ceil(44 / tall)));
    column.forEach((id, row) => {
      const aside = lanes === 1 ? 0 : ((row % lanes) / (lanes - 1) - 0.5) * wide * 0.66;
      found.set(id, { x: wide * (at + 0.5) + aside, y: tall * (row + 0.5) });
    });
  });
  return found;
}
