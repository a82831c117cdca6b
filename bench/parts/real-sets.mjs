// Sets with a number as label: shared ones, where they are, and generated laws. Each gives a data set of `rows` rows drawn by a stream.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { datasetOf } from "./data.mjs";

const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../shared/data");

/** `held` sets had no part in choosing settings. */
export const realSets = {
  house: shared("house/house.csv", ["SalePrice"], () => true),
  sarcos: shared("sarcos/sarcos_test.csv", ["tau1"], (name) => name.startsWith("q")),
  friedman1: law(10, (x) => 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4], normal(1)),
  linear: law(8, (x) => x.reduce((sum, value, j) => sum + value * (j - 3), 0), normal(1)),
  hetero: law(
    4,
    (x) => 5 * x[0] - 3 * x[1],
    (rng, x) => Math.exp(1.6 * x[0] - 0.8) * rng.normal(),
  ),
  friedman3: { ...law(4, (x) => Math.atan((100 * x[1] - 1 / (100 * x[0] + 1)) / (20 * x[2] + 1)), normal(0.1)), held: true },
  "sarcos torque 4": { ...shared("sarcos/sarcos_test.csv", ["tau4"], (name) => name.startsWith("q")), held: true },
  "heavy tails": {
    ...law(
      6,
      (x) => 6 * x[0] + 4 * x[1] * x[2],
      (rng) => rng.normal() / Math.sqrt((rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2) / 3),
    ),
    held: true,
  },
  lopsided: {
    ...law(
      6,
      (x) => Math.exp(2 * x[0] + x[1]),
      (rng) => -Math.log(1 - rng.uniform()) * 0.8,
    ),
    held: true,
  },
  steps: {
    ...law(
      6,
      (x) => 3 * Math.round(3 * x[0]) + 2 * (x[1] > x[2] ? 1 : 0),
      (rng) => (rng.uniform() < 0.5 ? 1 : -1) * -Math.log(1 - rng.uniform()),
    ),
    held: true,
  },
  prices: {
    ...law(
      8,
      (x) => Math.exp(10 + x[0] + 0.8 * x[1] * x[2]),
      (rng, x) => Math.exp(10 + x[0] + 0.8 * x[1] * x[2]) * (Math.exp(0.25 * rng.normal()) - 1),
      Math.round,
    ),
    held: true,
  },
  "many zeros": {
    ...law(
      6,
      (x) => 10 * x[0] + 5 * x[1] - 6,
      normal(1.5),
      (value) => Math.max(0, value),
    ),
    held: true,
  },
  counts: { ...law(5, (x) => 8 + 6 * x[0] - 3 * x[1], normal(1.5), Math.round), held: true },
};

function normal(spread) {
  return (rng) => spread * rng.normal();
}

function law(cols, mean, noise, round = (value) => value) {
  return {
    held: false,
    make(rows, rng) {
      const x = { kind: "dense", rows, cols, data: Float64Array.from({ length: rows * cols }, () => rng.uniform()) };
      const y = Float64Array.from({ length: rows }, (_, i) => {
        const row = x.data.subarray(i * cols, (i + 1) * cols);
        return round(mean(row) + noise(rng, row));
      });
      return datasetOf(x, y, { kind: "real" });
    },
  };
}

function shared(file, labels, isFeature) {
  const path = resolve(folder, file);
  let columns = null;
  return {
    held: false,
    /** Null where the file is not here. */
    make(rows, rng) {
      if (!existsSync(path)) return null;
      columns ??= numbersOf(path);
      const names = [...columns.keys()].filter((name) => !labels.includes(name) && isFeature(name));
      const all = columns.get(labels[0]).length;
      const drawn = rng.sample(all, Math.min(rows, all));
      const x = { kind: "dense", rows: drawn.length, cols: names.length, data: new Float64Array(drawn.length * names.length) };
      names.forEach((name, j) => drawn.forEach((row, i) => (x.data[i * names.length + j] = columns.get(name)[row])));
      return datasetOf(
        x,
        Float64Array.from(drawn, (row) => columns.get(labels[0])[row]),
        { kind: "real" },
      );
    },
  };
}

function numbersOf(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  const rows = lines.map((line) => line.split(",").map(Number));
  return new Map(head.split(",").map((name, j) => [name, Float64Array.from(rows, (row) => row[j])]));
}
