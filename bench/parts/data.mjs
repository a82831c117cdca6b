// Synthetic data, seeded; the same bytes go to both sides.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng } from "../../dist/numeric/random.js";

export const twoClasses = { kind: "classes", names: ["0", "1"] };

export function denseRows({ rows, cols, real = false }) {
  const rng = makeRng("bench/dense");
  const x = { kind: "dense", rows, cols, data: Float64Array.from({ length: rows * cols }, () => rng.normal()) };
  const w = Float64Array.from({ length: cols }, () => 0.3 * rng.normal());
  const y = Float64Array.from({ length: rows }, (_, i) => {
    let z = 0;
    for (let j = 0; j < cols; j++) z += w[j] * x.data[i * cols + j];
    return real ? z + rng.normal() : Number(rng.uniform() < 1 / (1 + Math.exp(-z)));
  });
  return datasetOf(x, y, real ? { kind: "real" } : twoClasses);
}

/** As many columns in every row, few columns in many rows and many in few, as words are. */
export function sparseRows({ rows, cols, perRow }) {
  const rng = makeRng("bench/sparse");
  const w = Float64Array.from({ length: cols }, () => rng.normal());
  const x = {
    kind: "sparse",
    rows,
    cols,
    indptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * perRow),
    indices: new Int32Array(rows * perRow),
    values: new Float64Array(rows * perRow),
  };
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const columns = new Set();
    while (columns.size < perRow) columns.add(Math.floor(cols * rng.uniform() ** 2));
    let z = 0.3 * rng.normal();
    [...columns]
      .sort((a, b) => a - b)
      .forEach((j, k) => {
        const value = rng.uniform() / 4;
        x.indices[i * perRow + k] = j;
        x.values[i * perRow + k] = value;
        z += value * w[j];
      });
    y[i] = Number(z > 0);
  }
  return datasetOf(x, y, twoClasses);
}

/** Reviews of some 130 words, word ranks as Zipf has them, one word in 25 chosen by the label. */
export function reviews(count) {
  const rng = makeRng("bench/reviews");
  const syllables = ["ba", "re", "mi", "to", "lu", "sen", "kor", "vi", "da", "pel"];
  const word = (rank) => [...String(rank + 100)].map((digit) => syllables[Number(digit)]).join("");
  return Array.from({ length: count }, (_, i) => {
    const label = rng.integer(2);
    const words = Array.from({ length: 30 + rng.integer(200) }, () => {
      const rank = Math.floor(30_000 ** rng.uniform());
      return word(rng.integer(25) === 0 ? 2 * rng.integer(400) + label + 30_000 : rank);
    });
    return { label: label === 1 ? "positive" : "negative", task: `t${i % 4}`, source: `u${rng.integer(count / 2)}`, text: words.join(" ") };
  });
}

export function datasetOf(x, y, target) {
  const names = Array.from({ length: x.cols }, (_, j) => `x${j}`);
  return {
    x,
    y,
    weight: null,
    target,
    task: new Int32Array(x.rows),
    tasks: ["all"],
    source: new Int32Array(x.rows).fill(-1),
    sources: [],
    row: Int32Array.from({ length: x.rows }, (_, i) => i),
    features: { names, kinds: names.map(() => "real"), groups: names },
  };
}

/** Ratings 1 … 5 by taste of rank 8; few users and items have many ratings, many have few. Sorted by user, then item. */
export function syntheticRatings({ users, items, ratings }) {
  const rng = makeRng("bench/ratings");
  const taste = (count) => Float64Array.from({ length: 8 * count }, () => 0.5 * rng.normal());
  const [p, q] = [taste(users), taste(items)];
  const chosen = new Set();
  while (chosen.size < ratings) chosen.add(Math.floor(users * rng.uniform() ** 1.7) * items + Math.floor(items * rng.uniform() ** 2));
  const cells = Float64Array.from(chosen).sort();
  const user = Int32Array.from(cells, (cell) => Math.floor(cell / items));
  const item = Int32Array.from(cells, (cell) => cell % items);
  const value = Float64Array.from(user, (u, n) => {
    let score = 3.5 + 0.5 * rng.normal();
    for (let k = 0; k < 8; k++) score += p[8 * u + k] * q[8 * item[n] + k];
    return Math.min(5, Math.max(1, Math.round(score)));
  });
  const names = (count) => Array.from({ length: count }, (_, i) => String(i));
  return { user, item, value, time: null, users: names(users), items: names(items), scale: { low: 1, high: 5, step: 1 } };
}

/** Writes what peers.py reads, and returns the folder. */
export function writeForPeers(folder, { data, texts, ratings }) {
  mkdirSync(folder, { recursive: true });
  const write = (name, content) => writeFileSync(join(folder, name), content);
  if (ratings !== undefined) {
    write("shape.json", JSON.stringify({ kind: "ratings", users: ratings.users.length, items: ratings.items.length }));
    for (const name of ["user", "item", "value"]) write(`${name}.bin`, bytesOf(ratings[name]));
    return folder;
  }
  if (texts !== undefined) {
    write("texts.txt", texts.join("\n"));
    write("shape.json", JSON.stringify({ kind: "texts" }));
    return folder;
  }
  const { x, y } = data;
  write("shape.json", JSON.stringify({ kind: x.kind, rows: x.rows, cols: x.cols }));
  write("y.bin", bytesOf(y));
  if (x.kind === "dense") write("x.bin", bytesOf(x.data));
  else for (const name of ["values", "indices", "indptr"]) write(`${name}.bin`, bytesOf(x[name]));
  return folder;
}

function bytesOf(array) {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
