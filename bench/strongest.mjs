// How bad an audit says it can get: all attacks on availability that quick and full effort try, on a new draw and split of each set for every seed.
// - Regret: the share of the damage of the best attack of full effort (on the test rows, the mean over seeds) that the chosen one leaves; chosen as audits choose, and
//   beside it by the mean loss on clean training rows.
// - Quick: the damage of the headline of quick effort over that of the best attack with the same access at full effort.
// Attacks in feature space are never chosen where others are, and left out of both.
// --full-attacks: of full effort these alone, with its settings, where all of them would take too long; regret is then among these.
//   node bench/strongest.mjs [--sets sms,spambase] [--rows 500] [--seeds 3] [--first 0] [--budgets 0.01,0.05,0.1] [--full-attacks LIST] [--dump FILE] [--from FILE]
import { appendFileSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { resolveStudy } from "../dist/node/config/resolve-study.js";
import { makeRng } from "../dist/numeric/random.js";
import { planStudy, runStudy } from "../dist/study/run-study.js";
import { strongestAttacks } from "../dist/study/strongest.js";
import { auditSets } from "./parts/audit-sets.mjs";

const { values: asked } = parseArgs({
  options: {
    sets: { type: "string" },
    rows: { type: "string", default: "500" },
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "0" },
    budgets: { type: "string", default: "0.01,0.05,0.1" },
    dump: { type: "string" },
    from: { type: "string" },
    "full-attacks": { type: "string" },
  },
});
const named = (asked.sets ?? "reviews,spambase,sms,digits,house,landmine,breast-cancer").split(",");
const sets = auditSets.filter(({ name }) => named.includes(name));
report(asked.from === undefined ? await measured() : readFileSync(asked.from, "utf8").trim().split("\n").map(JSON.parse));

async function measured() {
  const found = [];
  for (const { name, make } of sets)
    for (let seed = Number(asked.first); seed < Number(asked.first) + Number(asked.seeds); seed++)
      for (const effort of ["quick", "full"]) {
        const table = make(makeRng(`strongest/${name}/${seed}`), Number(asked.rows));
        const config = {
          effort,
          goal: ["availability"],
          repairs: [],
          detectors: [],
          unnoticed: false,
          budgets: asked.budgets.split(",").map(Number),
          seeds: 1,
          seed,
        };
        const { study } = resolveStudy(
          effort === "full" && asked["full-attacks"] !== undefined ? { ...config, attacks: asked["full-attacks"].split(",") } : config,
          table,
        );
        const input = { table, config: { ...study, detectors: [], repairs: [] }, methods: catalog };
        await runStudy(
          input,
          planStudy(input.config, name, (text) => text),
          {
            now: () => performance.now(),
            onCell(_, records) {
              for (const record of records) {
                const line = { set: name, effort, record: { ...record, learnerParams: null } };
                found.push(line);
                if (asked.dump !== undefined) appendFileSync(asked.dump, `${JSON.stringify(line)}\n`);
              }
            },
          },
        );
        console.error(`${name} ${seed} ${effort} done`);
      }
  return found;
}

function report(lines) {
  const table = [];
  for (const { name, primary } of sets) {
    const own = (effort) => lines.filter((line) => line.set === name && line.effort === effort).map(({ record }) => record);
    const [quick, full] = [own("quick"), own("full")].map((records) =>
      records.filter(({ attack, status }) => attack !== null && status === "ok"),
    );
    const clean = new Map(own("full").flatMap((record) => (record.attack === null ? [[record.seed, record.metrics]] : [])));
    const harmOf = (records, attack, budget) => {
      const harms = records
        .filter((record) => record.attack === attack && record.budgetFraction === budget)
        .map(({ seed, metrics }) =>
          primary === "rmse" ? metrics.rmse / clean.get(seed).rmse - 1 : clean.get(seed)[primary] - metrics[primary],
        );
      return mean(harms);
    };
    for (const budget of [...new Set(full.map(({ budgetFraction }) => budgetFraction))]) {
      const at = (records) => records.filter((record) => record.budgetFraction === budget);
      const real = at(full).filter(({ inFeatureSpace }) => inFeatureSpace !== true);
      const best = (records) => {
        const attacks = [...new Set(records.map(({ attack }) => attack))].map((attack) => ({
          attack,
          harm: harmOf(records, attack, budget),
        }));
        return attacks.reduce((a, b) => (b.harm > a.harm ? b : a));
      };
      const chosenOf = (records) => strongestAttacks(records, () => "")[0];
      const most = best(real);
      const regret = (attack) => (most.harm <= 0 ? 0 : 1 - harmOf(full, attack, budget) / most.harm);
      const chosen = chosenOf(at(full));
      const byLoss = chosenOf(real.map(({ attackerEstimate: _, ...record }) => record));
      const headline = chosenOf(at(quick));
      const sameAccess = real.filter(({ access }) => access === headline.access);
      if (sameAccess.length === 0) continue;
      const rival = best(sameAccess);
      const said = harmOf(quick, headline.attack, budget);
      table.push({
        set: name,
        budget,
        best: `${most.attack} ${most.harm.toFixed(3)}`,
        chosen: `${chosen.attack} ${harmOf(full, chosen.attack, budget).toFixed(3)}`,
        regret: regret(chosen.attack),
        "by loss": byLoss.attack,
        "its regret": regret(byLoss.attack),
        quick: `${headline.attack} ${said.toFixed(3)}`,
        "full, same access": `${rival.attack} ${rival.harm.toFixed(3)}`,
        ratio: rival.harm <= 0 ? 1 : said / rival.harm,
      });
    }
  }
  console.table(
    table.map((row) => ({
      ...row,
      regret: row.regret.toFixed(2),
      "its regret": row["its regret"].toFixed(2),
      ratio: row.ratio.toFixed(2),
    })),
  );
  for (const column of ["regret", "its regret", "ratio"]) console.log(`mean ${column}`, mean(table.map((row) => row[column])).toFixed(3));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
