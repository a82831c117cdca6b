// What multi-task relationship learning costs, on one thread: how long a fit takes, how that grows with tasks, features and rows, how much memory many tasks
// need, and how long an attack with the relation held takes.
//   node bench/mtrl.mjs [--repeats 5]
// Square loss; tasks lie near each other in a few groups. A fit counts once its objective is within 1e-6 of the minimum, which a tight fit finds first.
import { parseArgs } from "node:util";
import { lossAim } from "../dist/blocks/injection/attack-aim.js";
import { pseudoUtility } from "../dist/blocks/injection/attack-utility.js";
import { bilevelAscent } from "../dist/blocks/injection/bilevel-ascent.js";
import { implicitGradient } from "../dist/blocks/injection/implicit-gradient.js";
import { flippedSeeds, spreadBudget } from "../dist/blocks/injection/injection-starts.js";
import { mtrlObjective } from "../dist/blocks/mtrl/objective.js";
import { boxDomain, percentileBox } from "../dist/blocks/feasible/box.js";
import { mtrl } from "../dist/learners/mtrl.js";
import { denseMatrix } from "../dist/numeric/matrices/matrix.js";
import { makeRng } from "../dist/numeric/random.js";

const { values: options } = parseArgs({ options: { repeats: { type: "string", default: "5" } } });
const repeats = Number(options.repeats);
const base = { weightDecay: 0, bias: "regularised", epsilon: 1e-6 };

function synthetic({ tasks, features, rows, classes = false }) {
  const rng = makeRng("mtrl").fork(tasks).fork(features);
  const normal = () => Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());
  const centres = Array.from({ length: 4 }, () => Float64Array.from({ length: features }, normal));
  const weights = Array.from({ length: tasks }, (_, t) => centres[t % 4].map((w) => w + 0.3 * normal()));
  const x = denseMatrix(rows, features);
  const [y, task] = [new Float64Array(rows), new Int32Array(rows)];
  for (let i = 0; i < rows; i++) {
    task[i] = i % tasks;
    let z = normal();
    for (let j = 0; j < features; j++) z += (x.data[i * features + j] = normal()) * weights[task[i]][j];
    y[i] = classes ? Number(z > 0) : z;
  }
  const nobody = new Int32Array(rows).fill(-1);
  const names = Array.from({ length: features }, (_, j) => `x${j}`);
  return {
    x,
    y,
    weight: null,
    target: classes ? { kind: "classes", names: ["0", "1"] } : { kind: "real" },
    task,
    tasks: Array.from({ length: tasks }, (_, t) => `t${t}`),
    source: nobody,
    sources: [],
    row: nobody,
    features: { names, kinds: names.map(() => "real"), groups: names },
  };
}

const cpuMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;

/** Smallest CPU time of a fit, and how far above the minimum it ends. */
async function timeFit(data, relationDecay, tolerance = 1e-6) {
  const fit = (accuracy) => mtrl.fit(data, { rng: makeRng(0), params: { ...base, relationDecay, tolerance: accuracy } });
  const valueOf = (model) => mtrlObjective(data, { ...base, relationDecay }, { relation: "exact" }).value(model.parameters.theta);
  const least = valueOf(await fit(1e-13));
  let [best, value] = [Infinity, NaN];
  for (let k = 0; k < repeats; k++) {
    const started = cpuMs();
    const model = await fit(tolerance);
    best = Math.min(best, cpuMs() - started);
    value = valueOf(model);
  }
  return { ms: best, excess: value / least - 1 };
}

console.log("139 tasks × 28 features × 11,472 rows:");
const school = synthetic({ tasks: 139, features: 28, rows: 11_472 });
for (const relationDecay of [0.001, 0.003, 0.01]) {
  const { ms, excess } = await timeFit(school, relationDecay);
  console.log(`  λ₂ = ${relationDecay}: ${ms.toFixed(0)} ms, objective ${excess.toExponential(1)} of itself above its minimum`);
}

console.log("growth at λ₂ = 0.003 (tasks × features × rows):");
for (const shape of [
  { tasks: 35, features: 28, rows: 11_472 },
  { tasks: 70, features: 28, rows: 11_472 },
  { tasks: 139, features: 28, rows: 11_472 },
  { tasks: 278, features: 28, rows: 11_472 },
  { tasks: 139, features: 14, rows: 11_472 },
  { tasks: 139, features: 56, rows: 11_472 },
  { tasks: 139, features: 28, rows: 22_944 },
  { tasks: 139, features: 28, rows: 45_888 },
]) {
  const { ms } = await timeFit(synthetic(shape), 0.003);
  console.log(`  ${shape.tasks} × ${shape.features} × ${shape.rows}: ${ms.toFixed(0)} ms`);
}

const mines = synthetic({ tasks: 29, features: 9, rows: 29 * 160, classes: true });
const params = { ...base, relationDecay: 0.003, epsilon: 1e-3, tolerance: 1e-6 };
const model = await mtrl.fit(mines, { rng: makeRng(0), params });
const targets = [0, 1, 2, 3, 4];
let attackMs = Infinity;
for (let k = 0; k < repeats; k++) {
  const started = cpuMs();
  const objectiveOf = (data) => mtrlObjective(data, params, { relation: "fixed" });
  const utility = pseudoUtility(mines, model, targets, targets, makeRng(2));
  await bilevelAscent(
    {
      ...implicitGradient(objectiveOf, lossAim(utility)),
      clean: mines,
      seeds: flippedSeeds(mines, spreadBudget(mines, targets, 80), makeRng(1)),
      domain: boxDomain(percentileBox(mines.x, mines.features, 0.01)),
      fit: (data, start) => mtrl.fit(data, { rng: makeRng(0), params, start }),
      labels: null,
    },
    { steps: 30, firstRate: 0.3, lastRate: 0.03 },
    { rng: makeRng(3) },
  );
  attackMs = Math.min(attackMs, cpuMs() - started);
}
console.log(`attack with the relation held, 30 steps, 29 tasks × 160 rows × 9 features, 80 rows injected: ${attackMs.toFixed(0)} ms`);

const many = synthetic({ tasks: 2_000, features: 64, rows: 40_000 });
const started = cpuMs();
await mtrl.fit(many, { rng: makeRng(0), params: { ...base, relationDecay: 0.003, tolerance: 1e-6 } });
console.log(
  `2,000 tasks × 64 features × 40,000 rows: ${((cpuMs() - started) / 1000).toFixed(1)} s, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`,
);
