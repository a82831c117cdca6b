// What attackers do of whose rows a scan flags none, beside the strongest attack without a thought of the scan: whole studies of the library, a new draw and split for every
// seed; for the scan of the audit, and (--each) for every detector alone that flags any row of the strongest attack. "Again" is the share of the kept rows that a scan with other random
// numbers flags.
//   node bench/unnoticed.mjs [--sets spambase:1000,reviews:1500] [--seeds 3] [--first 0] [--budget 0.05] [--effort standard] [--attacks LIST] [--each] [--dump FILE]
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { classShares, primaryMetricId } from "../dist/core/metric.js";
import { listExamples, targetOf } from "../dist/core/examples.js";
import { resolveStudy } from "../dist/node/config/resolve-study.js";
import { makeRng } from "../dist/numeric/random.js";
import { tableKind } from "../dist/study/kinds/table.js";
import { planStudy, runStudy } from "../dist/study/run-study.js";
import { auditSets } from "./parts/audit-sets.mjs";

const { values: asked } = parseArgs({
  options: {
    sets: { type: "string", default: "spambase:1000,reviews:1500" },
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "0" },
    budget: { type: "string", default: "0.05" },
    effort: { type: "string", default: "standard" },
    attacks: { type: "string" },
    each: { type: "boolean", default: false },
    dump: { type: "string" },
  },
});
const lines = [];
for (const set of asked.sets.split(",")) {
  const [name, rows] = set.split(":");
  const { make } = auditSets.find((one) => one.name === name);
  for (let seed = Number(asked.first); seed < Number(asked.first) + Number(asked.seeds); seed++)
    await measure(name, make(makeRng(`unnoticed/${name}/${seed}`), Number(rows)), seed);
}
report();

async function measure(set, table, seed) {
  const { study } = resolveStudy(
    {
      effort: asked.effort,
      goal: ["availability"],
      ...(asked.attacks === undefined ? {} : { attacks: asked.attacks.split(",") }),
      repairs: [],
      budgets: [Number(asked.budget)],
      seeds: 1,
      seed,
      unnoticed: true,
    },
    table,
  );
  const target = targetOf(table);
  const primary = primaryMetricId(target, target.kind === "classes" ? classShares(target, listExamples(table).y) : null);
  const config = { ...study, detectors: [], repairs: [] };
  const input = { table, config, methods: catalog };
  const records = [];
  const isLater = ({ attack }) => attack?.unseen === true;
  const cells = planStudy(config, set, (text) => text);
  const run = (given, some) => runStudy(given, some, { now: () => performance.now(), onCell: (_, own) => void records.push(...own) });
  await run(
    input,
    cells.filter((cell) => !isLater(cell)),
  );
  const plain = [...records];
  const clean = plain.find(({ attack }) => attack === null);
  const harmOf = ({ metrics }) => (primary === "rmse" ? metrics.rmse / clean.metrics.rmse : clean.metrics[primary] - metrics[primary]);
  const searchWith = async (watch, watchers) => {
    const aimed = tableKind.later.aim({ ...input, config: { ...config, unnoticed: { ...config.unnoticed, watchers } } }, plain);
    await run(aimed, cells.filter(isLater));
    const record = records.at(-1);
    if (record.status !== "ok") throw new Error(record.error);
    const { blind, ...kept } = record.unnoticed;
    const strongest = plain.find(({ attack }) => attack === blind.attack);
    const line = {
      ...{ set, seed, watch, blindAttack: blind.attack, blindHarm: harmOf(strongest), blindFlagged: blind.flagged / blind.rows },
      ...{
        attack: kept.attack ?? "none",
        harm: harmOf(record),
        kept: kept.rows / blind.rows,
        falseAlarms: kept.falseAlarms / record.trainingRows,
      },
      ...{ again: kept.flaggedAgain / Math.max(1, kept.rows), seconds: record.times.attackMs / 1000, byDetector: blind.byDetector },
    };
    lines.push(line);
    console.error(JSON.stringify(line));
    if (asked.dump !== undefined) appendFileSync(asked.dump, `${JSON.stringify(line)}\n`);
    return line;
  };
  const { byDetector } = await searchWith("scan", config.unnoticed.watchers);
  if (!asked.each) return;
  for (const { detector, flagged } of byDetector)
    if (flagged > 0)
      await searchWith(
        detector,
        config.unnoticed.watchers.filter(({ id }) => id === detector),
      );
}

function report() {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const groups = new Map();
  for (const line of lines) {
    const key = `${line.set} ${line.watch}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  console.table(
    [...groups.values()].map((own) => ({
      set: own[0].set,
      scan: own[0].watch,
      seeds: own.length,
      ...Object.fromEntries(
        ["blindHarm", "blindFlagged", "harm", "kept", "falseAlarms", "again", "seconds"].map((figure) => [
          figure,
          mean(own.map((line) => line[figure])).toFixed(3),
        ]),
      ),
      blind: [...new Set(own.map(({ blindAttack }) => blindAttack))].join(", "),
      unnoticed: [...new Set(own.map(({ attack }) => attack))].join(", "),
    })),
  );
}
