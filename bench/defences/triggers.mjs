// Power of the detectors of triggers: rows in the file × rows with the trigger × seven kinds of triggers. A trigger counts as found where half of its rows are flagged.
//   node bench/defences/triggers.mjs [--seeds 3] [--first 0] [--rows 500,2000] [--k 8,12,16,24,36] [--kinds word,pair,…] [--beside] [--clean 6]
// --beside asks trigger-association too, which needs encoded rows and a learner. The genuine rows are a random part of the reviews, by seed. Prints the table, whether power
// grows with the rows of the trigger, innocents that were flagged, and what is flagged in parts without a trigger. Reads the research data (THERIAC_DATA, or ../shared/data).
import { parseArgs } from "node:util";
import { triggerAssociation } from "../../dist/detectors/triggers/trigger-association.js";
import { triggerSets } from "../../dist/detectors/triggers/trigger-sets.js";
import { resolveParams } from "../../dist/core/params.js";
import { logistic } from "../../dist/learners/logistic.js";
import { highest } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { runDetector } from "../../dist/study/table/run-detector.js";
import { bare, encoded, genuineReviews, messages, partOf, reviewTable } from "../parts/review-table.mjs";
import { drawCampaign, triggerKinds } from "./grammar.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "0" },
    rows: { type: "string", default: "500,2000" },
    k: { type: "string", default: "8,12,16,24,36" },
    kinds: { type: "string", default: triggerKinds.join(",") },
    clean: { type: "string", default: "6" },
    beside: { type: "boolean", default: false },
  },
});
const numbers = (list) => list.split(",").map(Number);
const [seeds, first] = [Number(options.seeds), Number(options.first)];
const kinds = options.kinds.split(",");
const methods = options.beside ? [triggerSets, triggerAssociation] : [triggerSets];
const genuine = genuineReviews();
if (genuine === null) {
  console.log("the reviews are not here: nothing was measured");
  process.exit(0);
}
const totals = new Map(
  methods.map(({ id }) => [id, { cells: 0, found: 0, precision: 0, draws: 0, falseRows: 0, flagged: 0, drops: 0, cpu: 0 }]),
);
const secondsOf = ({ user, system }) => (user + system) / 1e6;

console.log(`found of ${seeds} draws each, mean precision among as many first rows as were planted\n`);
console.log(
  ["detector".padEnd(20), "rows".padStart(5), "k".padStart(4), ...kinds.map((kind) => kind.padStart(12)), " false rows"].join(" "),
);
for (const method of methods)
  for (const rows of numbers(options.rows)) {
    const before = new Map();
    for (const k of numbers(options.k)) {
      const cells = [];
      let falseRows = 0;
      for (const kind of kinds) {
        let [found, precision] = [0, 0];
        for (let seed = first; seed < first + seeds; seed++) {
          const draw = drawCampaign(partOf(genuine, rows, seed), seed, { shape: "trigger", kind, size: k });
          const { isFound, hits, innocent, flagged, cpu } = await judge(method, draw);
          found += isFound;
          precision += hits / seeds;
          falseRows += innocent;
          const total = totals.get(method.id);
          total.draws++;
          total.cpu += cpu;
          total.found += isFound;
          total.precision += hits;
          total.falseRows += innocent;
          total.flagged += flagged;
        }
        totals.get(method.id).cells++;
        if (found < (before.get(kind) ?? 0)) totals.get(method.id).drops++;
        before.set(kind, found);
        cells.push(`${found} ${precision.toFixed(2)}`.padStart(12));
      }
      console.log(
        [method.id.padEnd(20), String(rows).padStart(5), String(k).padStart(4), ...cells, String(falseRows).padStart(11)].join(" "),
      );
    }
  }

console.log("\nwithout a trigger");
for (const method of methods) {
  for (const rows of [...numbers(options.rows), 8000]) {
    const shares = [];
    for (let seed = first; seed < first + (rows === 8000 ? 1 : Number(options.clean)); seed++)
      shares.push((await judge(method, untouched(partOf(genuine, rows, 1000 + seed)))).flagged / rows);
    console.log(`${method.id.padEnd(20)} reviews ${rows}: flagged ${shares.map((share) => `${(100 * share).toFixed(2)} %`).join(", ")}`);
  }
  const texts = messages();
  if (texts !== null)
    console.log(`${method.id.padEnd(20)} messages ${texts.length}: flagged ${(await judge(method, untouched(texts))).flagged} rows`);
}

console.log("");
for (const [id, { cells, found, precision, draws, falseRows, flagged, drops, cpu }] of totals)
  console.log(
    `${id}: found ${found} of ${draws}, mean precision ${(precision / draws).toFixed(3)}, fewer found with more rows in ${drops} of ${cells} cells, ` +
      `${falseRows} of ${flagged} flagged rows innocent, ${(cpu / draws).toFixed(1)} CPU s a draw`,
  );

function untouched(rows) {
  return { rows, isPlanted: new Uint8Array(rows.length), size: 0 };
}

async function judge(method, { rows, isPlanted, size }) {
  const table = reviewTable(rows);
  const started = process.cpuUsage();
  const isBare = method === triggerSets;
  const data = isBare ? bare(table) : encoded(table);
  const learnerParams = isBare
    ? resolveParams(logistic.id, logistic.params, { weightDecay: 0.001 })
    : await logistic.tune(data, { rng: makeRng("tune"), params: resolveParams(logistic.id, logistic.params) });
  const chosen = { method, params: resolveParams(method.id, method.params) };
  const { values, flagged } = await runDetector(chosen, { data, table }, { learner: logistic, learnerParams }, { rng: makeRng(0) });
  const cpu = secondsOf(process.cpuUsage(started));
  const isTrue = (i) => isPlanted[data.row[i]] === 1;
  const rowsFlagged = [...flagged.keys()].filter((i) => flagged[i] === 1);
  const trueFlags = rowsFlagged.filter(isTrue).length;
  const hits = size === 0 ? 0 : highest(values, size).filter(isTrue).length / size;
  return {
    isFound: Number(size > 0 && trueFlags >= size / 2),
    hits,
    innocent: rowsFlagged.length - trueFlags,
    flagged: rowsFlagged.length,
    cpu,
  };
}
