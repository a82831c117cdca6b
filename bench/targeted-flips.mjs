// What targeted-flip does to a group of rows drawn at random for each seed (a tail of a number, a word), beside the same number of flips of random rows and of
// random rows of the group first: rise of the test error in the group, and elsewhere.
//   node bench/targeted-flips.mjs [--seeds 10] [--budget 0.03] [--data spambase,breast-cancer,sms,reviews] [--learner logistic] [--set rounds=60]
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { drawGroup } from "../dist/blocks/target-group.js";
import { filterHolds } from "../dist/core/row-filter.js";
import { findBreach } from "../dist/core/guard.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { noDataPoison } from "../dist/core/poison.js";
import { budgetOf } from "../dist/core/threat.js";
import { meanInterval } from "../dist/numeric/intervals.js";
import { dataOf, givenParams, prepareSeed } from "./paired-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    budget: { type: "string", default: "0.03" },
    data: { type: "string", default: "spambase,breast-cancer,sms,reviews" },
    learner: { type: "string", default: "logistic" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const attack = catalog.attacks.find(({ id }) => id === "targeted-flip");
const reach = { attackTasks: null, targetTasks: null };
const figure = (values) => {
  const { value, low, high } = meanInterval(values);
  return `${value.toFixed(4)} [${low?.toFixed(4)}, ${high?.toFixed(4)}]`;
};

for (const name of options.data.split(",")) {
  const source = dataOf(name);
  const learner = catalog.learners.find(({ id }) => id === options.learner);
  const rise = {};
  const gain = { group: [], random: [] };
  for (let seed = Number(options["first-seed"]), end = seed + Number(options.seeds); seed < end; seed++) {
    const { rng, clean, testRows, pipeline, victim } = await prepareSeed(`bench/targeted-flips/${name}/${seed}`, source, learner);
    const { table } = clean;
    const group = drawGroup(clean, rng.fork("target"));
    const inGroup = (row) => filterHolds(table, [group], row);
    const budget = budgetOf(Number(options.budget), clean.rows.length);
    const params = resolveParams(attack.id, attack.params, givenParams(attack, options.set));
    const target = { anyOf: [[group]], rows: testRows.filter(inGroup) };
    const chosen = await attack.poison(
      { clean, pipeline, budget, reach, target, victim: () => Promise.resolve(victim) },
      { rng: rng.fork("attack"), params },
    );
    const breach = findBreach({ poison: chosen, threat: attack.threat, budget, reach, clean });
    if (breach !== null) throw new Error(breach);
    const order = clean.rows.slice();
    rng.fork("random").shuffleInPlace(order);
    const groupFirst = [...order].sort((a, b) => Number(inGroup(b)) - Number(inGroup(a)));
    const poisons = {
      targeted: chosen,
      group: flipped(groupFirst.slice(0, budget.rows)),
      random: flipped([...order].slice(0, budget.rows)),
    };
    const tested = { inside: testRows.filter(inGroup), outside: testRows.filter((row) => !inGroup(row)) };
    if (tested.inside.length === 0) continue;
    const rises = {};
    for (const [id, poison] of Object.entries(poisons)) {
      const fitted = await pipeline.fit(clean, { rng: rng.fork("poisoned"), poison });
      for (const [side, rows] of Object.entries(tested)) {
        rises[`${id} ${side}`] = errorOf(fitted, rows) - errorOf(victim, rows);
        (rise[`${id} ${side}`] ??= []).push(rises[`${id} ${side}`]);
      }
    }
    for (const id of ["group", "random"]) gain[id].push(rises["targeted inside"] - rises[`${id} inside`]);

    function flipped(rows) {
      const label = table.columns.find((column) => column.name === "label");
      const relabel = rows.map((row) => {
        const before = label.names[label.codes[row]];
        return { row, column: "label", before, after: label.names.find((other) => other !== before) };
      });
      return { ...noDataPoison, relabel };
    }
    function errorOf(fitted, rows) {
      const data = fitted.encode(table, rows);
      const predicted = predict(fitted.model, data);
      return predicted.reduce((sum, value, i) => sum + (value === data.y[i] ? 0 : 1), 0) / predicted.length;
    }
  }
  console.log(
    `${name} ${options.learner}, ${Number(options.budget) * 100} %, ${gain.group.length} groups: rise of the test error in the group and elsewhere`,
  );
  for (const id of ["targeted", "group", "random"])
    console.log(`  ${id.padEnd(9)} ${figure(rise[`${id} inside`]).padEnd(26)} ${figure(rise[`${id} outside`])}`);
  console.log(`  in the group targeted is ahead of flips in it by ${figure(gain.group)}, of random ones by ${figure(gain.random)}`);
}
