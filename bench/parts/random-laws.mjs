// Tables drawn from random laws, and random poison for them: what the ranking of a scan was taught on. Every draw has its own columns, classes, overlap, law and mistakes.
const normals = (rng, count) => Array.from({ length: count }, () => rng.normal());
const pick = (rng, values) => values[rng.integer(values.length)];
const between = (rng, low, high) => low + (high - low) * rng.uniform();
const dot = (a, b) => a.reduce((sum, value, j) => sum + value * b[j], 0);

const named = (kind, name, values) => {
  const names = [...new Set(values)].sort();
  const at = new Map(names.map((value, i) => [value, i]));
  return { kind, name, names, codes: Int32Array.from(values, (value) => at.get(value)) };
};
const tableOf = (columns, labels) => ({
  rows: labels.length,
  columns: [...columns, named("category", "label", labels.map(String))],
  roles: { labels: ["label"], features: columns.map(({ name }) => name), task: null, source: null, id: null },
});

/** What one column does to its normal values. */
const shapes = [
  (z) => z,
  (z) => z,
  (z) => Math.exp(0.8 * z),
  (z) => z * Math.abs(z),
  (z) => Math.round(1.5 * z),
  (z) => Number(z > 0.8),
  (z) => Math.max(0, z),
];

/** A table of at most so many rows with the label "label"; the law itself is drawn first. */
export function randomTable(rng, rows) {
  const columns = 2 + Math.floor(14 * rng.uniform() ** 2);
  const told = 1 + rng.integer(columns);
  const classes = rng.uniform() < 0.6 ? 2 : 3 + Math.floor(8 * rng.uniform() ** 2);
  const isShaped = rng.uniform() < 0.6;
  const drawn = Array.from({ length: columns }, () => (isShaped ? pick(rng, shapes) : shapes[0]));
  const isClouds = rng.uniform() < 0.35;
  const draw = isClouds ? clouds(rng, columns, told, classes) : scored(rng, columns, told, classes);
  const all = Array.from({ length: rows }, () => draw());
  const columnsOf = drawn.map((shape, j) => ({ kind: "number", name: `x${j}`, values: Float64Array.from(all, ({ x }) => shape(x[j])) }));
  const labels = all.map(({ label }) => label);
  return new Set(labels).size < 2 ? randomTable(rng, rows) : tableOf(columnsOf, labels);
}

/** Each class lies in a few clouds, of sizes of their own. */
function clouds(rng, columns, told, classes) {
  const apart = between(rng, 0.6, 3.5) / Math.sqrt(told) ** 0.7;
  const each = 1 + rng.integer(3);
  const spread = Array.from({ length: classes * each }, () => between(rng, 0.5, 1.3));
  const centres = Array.from({ length: classes * each }, () => normals(rng, columns).map((z, j) => (j < told ? apart * 1.4 * z : 0)));
  const skew = between(rng, 1, 2.5);
  const tails = rng.uniform() < 0.25;
  return () => {
    const label = Math.floor(classes * rng.uniform() ** skew);
    const own = label * each + rng.integer(each);
    const heavy = tails ? 1 / Math.sqrt((rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2) / 3) : 1;
    return { x: normals(rng, columns).map((z, j) => centres[own][j] + spread[own] * heavy * z), label };
  };
}

/** Classes by the largest of noisy scores: linear, with squares and products, of one hidden layer, or by steps. */
function scored(rng, columns, told, classes) {
  const noise = between(rng, 0.05, 0.9) * pick(rng, [0.3, 1]);
  const law = pick(rng, ["linear", "linear", "square", "hidden", "steps"]);
  const correlation = pick(rng, [0, 0, 0.5]);
  const scores = Array.from({ length: classes }, () => scoreOf(rng, law, told));
  const offsets = normals(rng, classes).map((z) => 0.5 * z);
  return () => {
    const common = rng.normal();
    const x = normals(rng, columns).map((z) => Math.sqrt(1 - correlation) * z + Math.sqrt(correlation) * common);
    const all = scores.map((score, k) => score(x) + offsets[k] + noise * rng.normal());
    return { x, label: all.indexOf(Math.max(...all)) };
  };
}

function scoreOf(rng, law, told) {
  const weights = normals(rng, told).map((z) => z / Math.sqrt(told));
  if (law === "linear") return (x) => 1.5 * dot(weights, x);
  if (law === "square") {
    const others = normals(rng, told).map((z) => z / Math.sqrt(told));
    return (x) => dot(weights, x) * dot(others, x) + 0.5 * dot(others, x.map((z) => z * z - 1).slice(0, told));
  }
  const units = Array.from({ length: 6 }, () => ({
    w: normals(rng, told).map((z) => (1.5 * z) / Math.sqrt(told)),
    b: rng.normal(),
    v: rng.normal(),
  }));
  if (law === "hidden") return (x) => units.reduce((sum, { w, b, v }) => sum + v * Math.tanh(2 * (dot(w, x) + b)), 0) / 1.5;
  return (x) => units.reduce((sum, { w, b, v }) => sum + v * Number(dot(w, x) + b > 0), 0);
}
