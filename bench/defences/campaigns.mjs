// Campaigns of the grammar, planted into reviews, messages and a made-up marketplace of 500, 2,000 and 8,000 rows: what the detectors of groups, triggers and accounts find together.
//   node bench/defences/campaigns.mjs [--seeds 12] [--first 0] [--set reviews,sms,market] [--rows 500,2000,8000] [--shape copies] [--draws 1] [--detectors new-accounts]
// P: share of true rows among as many first rows as were planted, by the highest score that any of the detectors gives (those of groups of texts, triggers and lying accounts, where no others are asked for); recall and false: of what any of them flags. Messages have no accounts, so that
// copies with right labels cannot be told from honest ones there. Reads the research data (THERIAC_DATA, or ../shared/data); a set that is not there is left blank. --draws prints each draw.
import { parseArgs } from "node:util";
import { generateMarketplace, demoMarketplace } from "../../dist/data/generate-marketplace.js";
import { catalog } from "../../dist/catalog.js";
import { logistic } from "../../dist/learners/logistic.js";
import { resolveParams } from "../../dist/core/params.js";
import { spreadFlags, spreadScores } from "../../dist/core/spread-scores.js";
import { highest } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { runDetector } from "../../dist/study/table/run-detector.js";
import { bare, genuineReviews, messages, partOf, reviewTable } from "../parts/review-table.mjs";
import { drawCampaign } from "./grammar.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "12" },
    first: { type: "string", default: "0" },
    set: { type: "string", default: "reviews,sms,market" },
    rows: { type: "string", default: "500,2000,8000" },
    shape: { type: "string" },
    draws: { type: "string", default: "0" },
    detectors: { type: "string", default: "text-campaigns,trigger-sets,lying-accounts" },
  },
});
/** Whichever of them the catalogue has. */
const ids = options.detectors.split(",");
const detectors = catalog.detectors.filter(({ id }) => ids.includes(id));
const sets = {
  reviews: genuineReviews(),
  sms: messages(),
  market: generateMarketplace({ ...demoMarketplace, reviewsPerProduct: 360, fakeAccounts: 0, fakeReviews: 0 }),
};
const learning = { learner: logistic, learnerParams: { ...resolveParams("logistic", logistic.params), weightDecay: 0.01 } };

async function judge(rows, isPlanted, seed) {
  const table = reviewTable(rows);
  const data = bare(table);
  const score = new Float64Array(data.y.length);
  const flagged = new Uint8Array(data.y.length);
  const isTrue = (i) => isPlanted[data.row[i]] === 1;
  const alarms = [];
  for (const method of detectors) {
    if (method.subject === "source" && data.sources.length === 0) continue;
    const params = resolveParams(method.id, method.params);
    const said = await runDetector({ method, params }, { data, table }, learning, { rng: makeRng(seed) });
    spreadScores(method.subject, said.values, data).forEach((value, i) => (score[i] = Math.max(score[i], value)));
    const own = spreadFlags(method.subject, said.flagged, data);
    own.forEach((is, i) => (flagged[i] |= is));
    const innocent = own.reduce((sum, is, i) => sum + Number(is === 1 && !isTrue(i)), 0);
    alarms.push({ id: method.id, innocent, expected: said.expectedFalseAlarms ?? 0 });
  }
  const planted = isPlanted.reduce((sum, is) => sum + is, 0);
  const first = highest(score, data.y.length).subarray(0, planted).filter(isTrue).length;
  const all = [...flagged.keys()].filter((i) => flagged[i] === 1);
  return { p: planted === 0 ? 0 : first / planted, planted, flagged: all.length, true: all.filter(isTrue).length, alarms };
}

const draws = [];
console.log("set      rows   draws      P   recall   false   clean flagged   CPU s");
for (const set of options.set.split(",")) {
  for (const count of options.rows.split(",").map(Number)) {
    const own = [];
    const started = process.cpuUsage();
    let clean = null;
    if (sets[set] !== null) {
      for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++) {
        const drawn = drawCampaign(
          partOf(sets[set], count, seed),
          `${set}-${count}-${seed}`,
          options.shape ? { shape: options.shape } : {},
        );
        const found = await judge(drawn.rows, drawn.isPlanted, seed);
        own.push({ ...found, shape: drawn.shape });
        if (options.draws !== "0")
          console.log(
            `  ${set} ${count} ${seed} ${drawn.shape} ${drawn.edit ?? "-"} ${drawn.labels}: P ${found.p.toFixed(2)}, ${found.true} / ${found.flagged} / ${found.planted}`,
          );
      }
      const untouched = partOf(sets[set], count, `clean ${options.first}`);
      clean = (await judge(untouched, new Uint8Array(untouched.length), 0)).flagged / untouched.length;
    }
    const used = process.cpuUsage(started);
    draws.push(...own);
    console.log(
      [set.padEnd(8), String(count).padStart(4), String(own.length).padStart(7), ...figures(own)]
        .concat(
          clean === null ? "" : `${(100 * clean).toFixed(2)} %`.padStart(15),
          ((used.user + used.system) / 1e6).toFixed(0).padStart(7),
        )
        .join(" "),
    );
  }
}
console.log("\nshape                draws      P   recall   false   worst");
for (const shape of [...new Set(draws.map((draw) => draw.shape))].sort()) {
  const own = draws.filter((draw) => draw.shape === shape);
  console.log(
    [
      shape.padEnd(20),
      String(own.length).padStart(5),
      ...figures(own),
      Math.min(...own.map(({ p }) => p))
        .toFixed(2)
        .padStart(7),
    ].join(" "),
  );
}
const [p, recall, wrong] = figures(draws);
console.log(
  `\n${draws.length} draws by ${detectors.map(({ id }) => id).join(", ")}: mean P${p}, recall at the cut${recall}, false among flagged${wrong}`,
);
for (const { id } of detectors) {
  const own = draws.flatMap(({ alarms }) => alarms).filter((alarm) => alarm.id === id);
  const sum = (of) => own.reduce((total, alarm) => total + of(alarm), 0);
  console.log(`${id}: ${sum(({ innocent }) => innocent)} innocents flagged, ${sum(({ expected }) => expected).toFixed(1)} expected`);
}

/** Mean P; recall and false share of all rows together. */
function figures(own) {
  const sum = (of) => own.reduce((total, draw) => total + of(draw), 0);
  if (own.length === 0) return ["", "", ""].map((blank) => blank.padStart(7));
  const flagged = sum((draw) => draw.flagged);
  return [
    (sum((draw) => draw.p) / own.length).toFixed(3).padStart(7),
    (sum((draw) => draw.true) / sum((draw) => draw.planted)).toFixed(3).padStart(8),
    (flagged === 0 ? "-" : ((flagged - sum((draw) => draw.true)) / flagged).toFixed(3)).padStart(7),
  ];
}
