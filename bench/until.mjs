// How well `--until` knows the smallest budget that is enough: an audit with a search, and then the announced rows and 0.7 of them on fresh splits of the same data, which had no part in it.
// Reached: the share of fresh splits on which the figure reaches the bound. Cost: CPU time with the search over that of the same audit at three budgets without it.
//   node bench/until.mjs [--sets spambase,breast-cancer,…] [--splits 20]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { audit } from "../dist/index.js";

const data = process.env["THERIAC_DATA"] ?? resolve(import.meta.dirname, "../../shared/data");
const goals = {
  spambase: { data: { path: `${data}/spambase/spambase.data`, format: "csv", header: false, labels: [58] }, until: "accuracyDrop >= 0.05" },
  "breast-cancer": {
    data: { path: `${data}/breast-cancer/breast_cancer.csv`, header: false, labels: [31] },
    until: "accuracyDrop >= 0.05",
  },
  sms: { data: { path: `${data}/sms/sms.tsv`, header: false, labels: [1], text: [2] }, until: "aucDrop >= 0.02" },
  house: { data: { path: `${data}/house/house.csv`, labels: ["SalePrice"] }, until: "rmseRatio >= 1.3" },
  reviews: { data: { path: `${data}/reviews/reviews.csv`, labels: ["label"], text: ["text"] }, until: "accuracyDrop >= 0.05" },
  backdoor: {
    data: { path: `${data}/spambase/spambase.data`, format: "csv", header: false, labels: [58] },
    until: "attackSuccessRate >= 0.9",
    goal: ["backdoor"],
  },
};
const { values: asked } = parseArgs({ options: { sets: { type: "string" }, splits: { type: "string", default: "20" } } });
const folder = mkdtempSync(join(tmpdir(), "theriac-until-"));
const table = [];
for (const [name, { until, ...study }] of Object.entries(goals)) {
  if (asked.sets?.split(",").includes(name) === false) continue;
  const common = { ...study, repairs: [], detectors: [], budgets: ["1%", "5%", "10%"] };
  const timed = async (config, label) => {
    const before = process.cpuUsage();
    const result = await audit({ ...config, out: join(folder, `${name}-${label}`) });
    const { user, system } = process.cpuUsage(before);
    return { result, cpu: (user + system) / 1e6 };
  };
  const plain = await timed(common, "plain");
  const searched = await timed({ ...common, until }, "searched");
  const { attack, rows, low, typical, splits, reached, operator, bound, metric } = searched.result.summary.until;
  const line = {
    set: name,
    until,
    attack,
    splits: `${reached}/${splits}`,
    typical,
    rows,
    low,
    cost: (searched.cpu / plain.cpu).toFixed(2),
  };
  if (rows === null) {
    table.push(line);
    continue;
  }
  const { params } = searched.result.manifest.study.attacks.find(({ id }) => id === attack);
  const budgets = [rows, Math.floor(0.7 * rows)].map((count) => `${count}rows`);
  const fresh = await audit({
    ...common,
    goal: undefined,
    attacks: [{ id: attack, params }],
    budgets,
    seed: 1000,
    seeds: Number(asked.splits),
    out: join(folder, `${name}-fresh`),
  });
  const clean = new Map(fresh.records.flatMap((record) => (record.attack === null ? [[record.seed, record.metrics]] : [])));
  const share = (count) => {
    const own = fresh.records.filter((record) => record.attack !== null && record.budgetRows === count);
    const hits = own.filter(({ seed, metrics }) => {
      const before = clean.get(seed);
      const value =
        metrics[metric] ??
        { accuracyDrop: before.accuracy - metrics.accuracy, aucDrop: before.auc - metrics.auc, rmseRatio: metrics.rmse / before.rmse }[
          metric
        ];
      return operator === ">=" ? value >= bound : value <= bound;
    });
    return hits.length / own.length;
  };
  table.push({ ...line, reached: share(rows).toFixed(2), "at 0.7 of it": share(Math.floor(0.7 * rows)).toFixed(2) });
}
console.table(table);
rmSync(folder, { recursive: true });
