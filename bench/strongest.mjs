// How well the strongest attack is chosen, and what the attacks of each effort find: all attacks on availability on each set, a new draw and split for every seed. Regret is
// the share of the damage of the best attack (on the test rows, the mean over seeds) that the chosen one leaves; chosen by the attacker's estimate, and beside it by the
// mean loss on clean training rows.
//   node bench/strongest.mjs [--sets sms,spambase] [--rows 1000] [--seeds 3] [--first 0] [--budgets 0.01,0.05,0.1] [--dump FILE]
import { appendFileSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { resolveStudy } from "../dist/node/config/resolve-study.js";
import { makeRng } from "../dist/numeric/random.js";
import { planStudy, runStudy } from "../dist/study/run-study.js";
import { auditSets } from "./parts/audit-sets.mjs";

const { values: asked } = parseArgs({
  options: {
    sets: { type: "string" },
    rows: { type: "string", default: "1000" },
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "0" },
    budgets: { type: "string", default: "0.01,0.05,0.1" },
    effort: { type: "string", default: "full" },
    dump: { type: "string" },
    from: { type: "string" },
  },
});
const sets = auditSets.filter(({ name }) => asked.sets?.split(",").includes(name) ?? true);
const records = asked.from === undefined ? await measured() : readFileSync(asked.from, "utf8").trim().split("\n").map(JSON.parse);
report(records);

async function measured() {
  const found = [];
  for (const { name, make } of sets)
    for (let seed = Number(asked.first); seed < Number(asked.first) + Number(asked.seeds); seed++) {
      const table = make(makeRng(`strongest/${name}/${seed}`), Number(asked.rows));
      const { study } = resolveStudy(
        {
          effort: asked.effort,
          goal: ["availability"],
          repairs: [],
          detectors: [],
          budgets: asked.budgets.split(",").map(Number),
          seeds: 1,
          seed,
        },
        table,
      );
      const input = { table, config: { ...study, detectors: [], repairs: [] }, methods: catalog };
      await runStudy(
        input,
        planStudy(input.config, name, (text) => text),
        {
          now: () => performance.now(),
          onCell(_, rows) {
            for (const { attack, access, budgetFraction, metrics, attackerObjective, attackerEstimate, times, status, error } of rows) {
              const row = {
                set: name,
                seed,
                attack,
                access,
                budget: budgetFraction,
                metrics,
                objective: attackerObjective,
                estimate: attackerEstimate,
                ...times,
                status,
                error,
              };
              found.push(row);
              if (asked.dump !== undefined) appendFileSync(asked.dump, `${JSON.stringify(row)}\n`);
            }
          },
        },
      );
      console.error(`${name} ${seed} done`);
    }
  return found;
}

function report(rows) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const harmOf = (row, clean) =>
    row.metrics.rmse !== undefined
      ? row.metrics.rmse / clean.metrics.rmse - 1
      : row.primary === "auc"
        ? clean.metrics.auc - row.metrics.auc
        : clean.metrics.accuracy - row.metrics.accuracy;
  const table = [];
  for (const { name, primary } of sets) {
    const own = rows.filter(({ set }) => set === name).map((row) => ({ ...row, primary }));
    const clean = new Map(own.filter(({ attack }) => attack === null).map((row) => [row.seed, row]));
    for (const budget of [...new Set(own.flatMap((row) => (row.attack === null ? [] : [row.budget])))]) {
      const at = own.filter((row) => row.budget === budget && row.attack !== null && row.status === "ok");
      const attacks = [...new Set(at.map(({ attack }) => attack))].map((attack) => {
        const some = at.filter((row) => row.attack === attack);
        return {
          attack,
          harm: mean(some.map((row) => harmOf(row, clean.get(row.seed)))),
          objective: mean(some.map(({ objective }) => objective)),
          estimate: mean(some.map(({ estimate }) => estimate)),
          ms: mean(some.map(({ attackMs }) => attackMs)),
        };
      });
      const most = (by) => attacks.reduce((a, b) => (b[by] > a[by] ? b : a));
      const [best, now, before] = [most("harm"), most("estimate"), most("objective")];
      const regret = (chosen) => (best.harm <= 0 ? 0 : 1 - chosen.harm / best.harm);
      table.push({
        set: name,
        budget,
        best: `${best.attack} ${best.harm.toFixed(3)}`,
        estimate: `${now.attack} ${now.harm.toFixed(3)}`,
        regret: regret(now).toFixed(2),
        loss: `${before.attack} ${before.harm.toFixed(3)}`,
        "regret by loss": regret(before).toFixed(2),
      });
    }
  }
  console.table(table);
  for (const by of ["regret", "regret by loss"]) console.log(by, mean(table.map((row) => Number(row[by]))).toFixed(3));
}
