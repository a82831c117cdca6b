// Sets that audits are measured on, as tables of at most so many rows drawn at random: `{ name, primary, make(rng, rows) }`, `primary` the metric that they are judged by.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { labelSets } from "./label-sets.mjs";

const data = process.env["THERIAC_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");
const chosen = ["reviews", "spambase", "sms", "digits", "breast-cancer", "moons", "overlap", "rare class", "five kinds of text"];

const numbers = (name, values) => ({ kind: "number", name, values: Float64Array.from(values) });

/** Rows of numbers under a head of names. */
function ofFile(path, rolesOf) {
  let read = null;
  return (rng, count) => {
    if (read === null) {
      const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
      read = { names: head.split(","), rows: lines.map((line) => line.split(",").map(Number)) };
    }
    const { names, rows } = read;
    const picked = Array.from(rng.sample(rows.length, Math.min(count, rows.length)), (i) => rows[i]);
    return rolesOf(new Map(names.map((name, j) => [name, picked.map((row) => row[j])])), picked.length);
  };
}

const categoryOf = (name, values) => {
  const names = [...new Set(values)].sort((a, b) => a - b).map(String);
  return { kind: "category", name, names, codes: Int32Array.from(values, (value) => names.indexOf(String(value))) };
};

const house = ofFile(join(data, "house", "house.csv"), (columns, rows) => {
  const features = [...columns.keys()].filter((name) => name !== "SalePrice");
  return {
    rows,
    columns: [...columns].map(([name, values]) => numbers(name, values)),
    roles: { labels: ["SalePrice"], features, task: null, source: null, id: null },
  };
});

const landmine = ofFile(join(data, "landmine", "landmine.csv"), (columns, rows) => {
  const features = [...columns.keys()].filter((name) => name.startsWith("f"));
  return {
    rows,
    columns: [
      categoryOf("task", columns.get("task")),
      categoryOf("label", columns.get("label")),
      ...features.map((name) => numbers(name, columns.get(name))),
    ],
    roles: { labels: ["label"], features, task: "task", source: null, id: null },
  };
});

/** The sets that can be made here. */
export const auditSets = [
  ...labelSets
    .filter(({ name }) => chosen.includes(name))
    .map(({ name, make }) => ({ name, make, primary: ["sms", "rare class"].includes(name) ? "auc" : "accuracy" })),
  ...(existsSync(join(data, "house")) ? [{ name: "house", make: house, primary: "rmse" }] : []),
  ...(existsSync(join(data, "landmine")) ? [{ name: "landmine", make: landmine, primary: "auc" }] : []),
];
