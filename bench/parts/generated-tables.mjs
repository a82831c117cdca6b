// Generated tables for benches of defences, the same at every call.
import { makeRng } from "../../dist/numeric/random.js";

const normals = (rng, count) => Array.from({ length: count }, () => rng.normal());
const weighted = (row, weights) => row.reduce((sum, value, j) => sum + value * weights[j], 0);

/** Columns x0, x1, … and a label: class names, or numbers. */
function tableOf(rows, labels) {
  const columns = rows[0].map((_, j) => ({ kind: "number", name: `x${j}`, values: Float64Array.from(rows, (row) => row[j]) }));
  const names = ["a", "b"];
  const label =
    typeof labels[0] === "string"
      ? { kind: "category", name: "label", names, codes: Int32Array.from(labels, (value) => names.indexOf(value)) }
      : { kind: "number", name: "label", values: Float64Array.from(labels) };
  const features = columns.map(({ name }) => name);
  return { rows: rows.length, columns: [...columns, label], roles: { labels: ["label"], features, task: null, source: null, id: null } };
}

const made = (name, count, drawRow, labelOf) => () => {
  const rng = makeRng(`generated/${name}`);
  const weights = normals(rng, 40);
  const rows = Array.from({ length: count }, () => drawRow(rng));
  return tableOf(
    rows.map(({ x }) => x),
    rows.map((row) => labelOf(row, weights, rng)),
  );
};

export const generated = {
  /** One plane between two classes that overlap a little. */
  linear: made(
    "linear",
    3000,
    (rng) => ({ x: normals(rng, 15) }),
    ({ x }, weights, rng) => (weighted(x, weights) + rng.normal() > 0 ? "a" : "b"),
  ),
  /** Two half circles: no plane parts them. */
  moons: made(
    "moons",
    3000,
    (rng) => {
      const [upper, turn] = [rng.integer(2), Math.PI * rng.uniform()];
      const [u, v] = [0.25 * rng.normal(), 0.25 * rng.normal()];
      return { upper, x: upper === 1 ? [1 - Math.cos(turn) + u, 0.5 - Math.sin(turn) + v] : [Math.cos(turn) + u, Math.sin(turn) + v] };
    },
    ({ upper }) => "ab"[upper],
  ),
  /** Linear with noise that grows along one column. */
  hetero: made(
    "hetero",
    3000,
    (rng) => ({ x: normals(rng, 8) }),
    ({ x }, weights, rng) => weighted(x, weights) + 0.6 * Math.exp(0.6 * x[0]) * rng.normal(),
  ),
  /** Friedman 1991, Multivariate Adaptive Regression Splines, Annals of Statistics 19(1), §4.3: not linear. */
  friedman: made(
    "friedman",
    3000,
    (rng) => ({ x: Array.from({ length: 10 }, () => rng.uniform()) }),
    ({ x }, _, rng) => 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4] + rng.normal(),
  ),
};
