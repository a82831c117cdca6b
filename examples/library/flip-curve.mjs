// An attack of one's own against a learner of the catalog, through the library: node examples/library/flip-curve.mjs
// It flips the labels of the shortest reviews of the synthetic marketplace, and prints what each budget costs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog, listExamples, planStudy, readTable, relabelling, runStudy, summarise, writeDemo } from "theriac";

/** Attacks the shortest texts: somebody's guess at which rows nobody reads twice. */
const shortestFlip = {
  kind: "attack",
  id: "shortest-flip",
  title: "Flip of the shortest texts",
  summary: "Gives the shortest training texts the other label.",
  source: { cite: "this example, 2026", url: null },
  params: {},
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "none" },
  async poison({ clean, budget }) {
    const { table, rows } = clean;
    const text = table.columns.find((column) => column.kind === "text");
    const label = table.columns.find((column) => column.name === table.roles.labels[0]);
    const examples = listExamples(table, rows);
    const order = [...examples.row.keys()].sort((a, b) => length(examples.row[a]) - length(examples.row[b]));
    function length(row) {
      return text.names[text.codes[row]].length;
    }
    const relabel = order.slice(0, budget.rows).map((i) => relabelling(table, examples, i, label.names[1 - examples.y[i]]));
    return { kind: "data", relabel, edit: [], insert: [] };
  },
};

const folder = mkdtempSync(join(tmpdir(), "theriac-example-"));
const { reviewsPath } = writeDemo(folder);
const { table } = await readTable({ data: reviewsPath, labels: ["label"], text: ["text"], features: [], drop: [], source: "account" });
rmSync(folder, { recursive: true });

const config = {
  encoder: { bigrams: false, minDocuments: 2, fittedOn: "poisoned" },
  learner: { id: "logistic", params: { weightDecay: 0.001, bias: "free", tolerance: 1e-4 } },
  sharing: "pooled",
  attacks: [
    { id: "shortest-flip", params: {} },
    { id: "label-flip", params: {} },
  ],
  detectors: [],
  repairs: [],
  budgets: [0.05, 0.1, 0.2],
  seeds: 3,
  firstSeed: 0,
  testFraction: 0.3,
  flagFraction: 0.05,
  attackTasks: null,
  targetTasks: null,
  target: null,
  ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
};
const records = [];
const methods = { ...catalog, attacks: [...catalog.attacks, shortestFlip] };
await runStudy(
  { table, config, methods },
  planStudy(config, "example", (text) => text),
  {
    now: () => performance.now(),
    onCell: (_, made) => void records.push(...made),
  },
);
const summary = summarise(records, catalog.metrics, { primaryMetric: "accuracy", examples: table.rows });
for (const { attack, budgetFraction, metric, figure } of summary.entries)
  if (metric === "accuracyDrop")
    console.log(
      `${attack} at ${budgetFraction * 100} %: accuracy falls by ${figure.value.toFixed(3)} [${figure.low?.toFixed(3)}, ${figure.high?.toFixed(3)}]`,
    );
