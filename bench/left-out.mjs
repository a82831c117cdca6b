// What is left out of studies, and whether their verdict is that of all trials: node bench/left-out.mjs RUN… [--seeds 5] [--looks 3,4]
// Each RUN is one with every trial of many seeds (theriac audit … --seeds 100 --all-trials). Its seeds are cut into studies of `--seeds`, in each of which the rule decides by the
// records of the seeds before, as it would have while they were run; what it leaves out is then forgotten, and both are judged by limits from easy to tight.
import { parseArgs } from "node:util";
import { readRun } from "../dist/node/runs/run-folder.js";
import { kinds } from "../dist/node/kinds/kinds.js";
import { tableAudit } from "../dist/node/kinds/table.js";
import { parseLimit } from "../dist/report/judging/limits.js";
import { verdictOf } from "../dist/report/judging/verdict.js";
import { planAnew } from "../dist/node/runs/run-plan.js";
import { leftOut } from "../dist/study/stopping/decide.js";
import { looksFor, waveOf } from "../dist/study/stopping/stopping.js";
import { summarise } from "../dist/study/summary.js";
import { intentQuantities } from "../dist/study/table/intent-metrics.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "5" }, looks: { type: "string" } },
});
const size = Number(options.seeds);
const looks = options.looks === undefined ? looksFor(size) : options.looks.split(",").map(Number);

for (const path of positionals) {
  const { manifest, records } = await readRun(path, kinds);
  const { measured, ofAttacks } = tableAudit.quantitiesOf(manifest);
  const context = tableAudit.contextOf(manifest);
  const quantities = [...measured, ...(ofAttacks ?? intentQuantities)];
  const primary = measured.find(({ id }) => id === context.primaryMetric);
  const cells = planAnew(manifest, tableAudit);
  const { firstSeed, seeds, testFraction } = manifest.study;
  const whole = summarise(records, quantities, context);
  const damage = primary.damage.id;
  const limitsOf = whole.strongest
    .filter(({ budgetFraction }) => budgetFraction === 0.01 || budgetFraction === 0.05)
    .flatMap(({ attack, budgetFraction }) => {
      const entry = whole.entries.find(
        (one) => one.attack === attack && one.budgetFraction === budgetFraction && one.repair === "none" && one.metric === damage,
      );
      if (entry === undefined) return [];
      return [0.5, 0.8, 0.95, 1.05, 1.25, 2].map((factor) =>
        parseLimit(`${damage}@${100 * budgetFraction}% <= ${(factor * entry.figure.value).toFixed(6)}`),
      );
    });
  const sums = { studies: 0, judged: 0, equal: 0, asked: 0, run: 0, free: 0, freeRun: 0, strongest: 0, strongestEqual: 0 };
  const others = new Map();
  for (let from = firstSeed; from + size <= firstSeed + seeds; from += size) {
    const inside = ({ seed }) => seed >= from && seed < from + size;
    const own = cells.filter(inside);
    const ids = new Set(own.flatMap(({ trials }) => trials.map(({ id }) => id)));
    const all = records.filter(({ id }) => ids.has(id));
    const full = summarise(all, quantities, context);
    if (all.length === 0) break;
    sums.studies++;
    for (const limits of [[], ...limitsOf.map((limit) => [limit])]) {
      const stopping = { looks, limits };
      const kept = study(own, all, from, {
        stopping,
        quantities,
        primary,
        examples: context.examples,
        testFraction,
        counted: manifest.study.counted,
      });
      const run = kept.filter(({ status }) => status !== "not-needed").length;
      const mine = summarise(kept, quantities, context);
      if (limits.length === 0) {
        sums.free += all.length;
        sums.freeRun += run;
        for (const one of full.strongest) {
          sums.strongest++;
          sums.strongestEqual += Number(mine.strongest.find((other) => other.budgetFraction === one.budgetFraction)?.attack === one.attack);
        }
        continue;
      }
      sums.asked += all.length;
      sums.run += run;
      sums.judged++;
      const [a, b] = [full, mine].map((summary) => verdictOf(summary, limits, { strict: false, missingTrials: 0 }).outcome);
      sums.equal += Number(a === b);
      if (a !== b) others.set(`${a} → ${b}`, (others.get(`${a} → ${b}`) ?? 0) + 1);
    }
  }
  const share = (part, of) => `${((100 * part) / of).toFixed(1)} % (${part} of ${of})`;
  console.log(path, `looks after ${looks.join(", ")} of ${size} seeds; ${sums.studies} studies, each by ${limitsOf.length} limits`);
  console.log("  trials run, no limit:     ", share(sums.freeRun, sums.free));
  console.log("  trials run, one limit:    ", share(sums.run, sums.asked));
  console.log("  strongest attack the same:", share(sums.strongestEqual, sums.strongest));
  console.log(
    "  verdict the same:         ",
    share(sums.equal, sums.judged),
    [...others].map(([what, count]) => `${what}: ${count}`).join("; "),
  );
}

/** The records of a study whose waves are decided one after another. */
function study(cells, records, firstSeed, context) {
  const byId = new Map(records.map((record) => [record.id, record]));
  const kept = [];
  for (let wave = 0; wave <= looks.length; wave++) {
    const isOpen = ({ seed }) => waveOf({ looks }, seed - firstSeed) === wave;
    const out = wave === 0 ? new Map() : leftOut(cells, isOpen, kept, context);
    for (const cell of cells.filter(isOpen)) {
      const decided = out.get(cell);
      for (const { id } of cell.trials) {
        const record = byId.get(id);
        if (record === undefined) continue;
        kept.push(decided === undefined ? record : { ...record, status: "not-needed", metrics: {}, detections: [], decided });
      }
    }
  }
  return kept;
}
