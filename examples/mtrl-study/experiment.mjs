// One split, one way to attack it, one record. Test rows are scored and nothing else.
import { heldoutUtility, pseudoUtility, trainingUtility } from "../../dist/blocks/injection/attack-utility.js";
import { percentileBox } from "../../dist/blocks/feasible/box.js";
import { withInjected } from "../../dist/blocks/injection/injected-rows.js";
import { weightedLoss } from "../../dist/blocks/injection/attack-aim.js";
import { constantLabelSeeds, flippedSeeds, spreadBudget, uniformSeeds } from "../../dist/blocks/injection/injection-starts.js";
import { climbRows } from "../../dist/blocks/mtrl/patom-climb.js";
import { positionsWhere, selectExamples } from "../../dist/core/dataset.js";
import { logistic } from "../../dist/learners/logistic.js";
import { mtrl } from "../../dist/learners/mtrl.js";
import { ridge } from "../../dist/learners/ridge.js";
import { stackRows, toDense } from "../../dist/numeric/matrices/matrix.js";
import { areaUnderCurve } from "../../dist/numeric/orders/ranks.js";

const decays = [3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];
const defaultAscent = { steps: 60, epsilon: 1e-3 };

/**
 * @typedef {object} Split
 * @property train   what the victim trains on
 * @property heldout rows of the targets that nobody trains on and nothing is scored on
 * @property test    what the damage is measured on
 * @property {number[]} targets tasks that are meant to suffer
 * @property {"auc" | "error" | "nrmse"} metric
 */

/**
 * The clean model of a split. λ₂ is the one given, or the one of `decays` with the smallest mean loss of the targets on their held-out rows.
 * @param {Split} split
 * @param {number | "heldout"} relationDecay
 */
export async function prepare(split, relationDecay, rng) {
  const { train, heldout, targets } = split;
  const base = { weightDecay: 0, bias: "regularised", epsilon: 1e-6, tolerance: 1e-9 };
  let best = { loss: Infinity, decay: relationDecay };
  let model = null;
  const asked = trainingUtility(heldout, targets);
  for (const decay of relationDecay === "heldout" ? decays : []) {
    model = await mtrl.fit(train, { rng, params: { ...base, tolerance: 1e-6, relationDecay: decay }, start: model });
    const loss = weightedLoss(model, asked);
    if (loss < best.loss) best = { loss, decay };
  }
  const params = { ...base, relationDecay: best.decay };
  return { ...split, params, rng, clean: await mtrl.fit(train, { rng, params }) };
}

/** What the targets lose, with no poison at all: alone, in MTRL, and in MTRL without the tasks that could be attacked. */
export async function measureClean(prepared, attackTasks) {
  const { train, targets, params, clean, rng } = prepared;
  const attacked = new Set(attackTasks);
  const safe = positionsWhere(train.y.length, (i) => !attacked.has(train.task[i]) || targets.includes(train.task[i]));
  const without = await mtrl.fit(selectExamples(train, safe), { rng, params });
  return {
    single: scoreOf(prepared, await singleTask(prepared)),
    clean: { ...scoreOf(prepared, clean), relationDecay: params.relationDecay },
    without: scoreOf(prepared, without),
  };
}

/** Each target by itself, its λ chosen as for MTRL. Returns scores of any rows, as a model does. */
async function singleTask({ train, heldout, targets, rng }) {
  const learner = train.target.kind === "real" ? ridge : logistic;
  const models = new Map();
  for (const target of targets) {
    const own = (data) => ({
      ...selectExamples(
        data,
        positionsWhere(data.y.length, (i) => data.task[i] === target),
      ),
    });
    const [rows, asked] = [own(train), own(heldout)];
    let best = { loss: Infinity, model: null };
    for (const weightDecay of decays) {
      const model = await learner.fit(rows, { rng, params: { weightDecay, bias: "regularised", tolerance: 1e-6 } });
      const loss = model.losses(asked).reduce((sum, value) => sum + value, 0);
      if (loss < best.loss) best = { loss, model };
    }
    models.set(target, best.model);
  }
  const join = (kind) => (data) =>
    Float64Array.from(data.task, (task, i) => models.get(task)[kind](selectExamples(data, Int32Array.of(i)))[0]);
  return { scores: join("scores"), losses: join("losses") };
}

/**
 * One attack: `flip`, `uniform`, `constant-0`, `constant-1`, or an ascent `<objective>-<gradient>` as in `pseudo-exact`,
 * with options: `-labels` real labels climb too, `-one` one label for all rows, `-spread` the budget goes where it pays, `-ball`, `-reject` steps that do
 * not climb are taken back, `-long` 200 steps, `-starts` the best of three. What is reported is a cold refit.
 * @param {{ attackTasks: number[], ratio: number, method: string, ascent?: object }} attack
 */
export async function runAttack(prepared, { attackTasks, ratio, method, ascent = {} }) {
  const started = performance.now();
  const { train, params, rng } = prepared;
  const climbed = await poison(prepared, { attackTasks, ratio, method, ascent: { ...defaultAscent, ...ascent } });
  const ms = performance.now() - started;
  const model = await mtrl.fit(withInjected(train, climbed.rows), { rng, params });
  return {
    rows: climbed.rows,
    record: {
      ...scoreOf(prepared, model),
      ...traces(prepared, model, attackTasks),
      injected: climbed.rows.y.length,
      utility: climbed.utility === null ? null : weightedLoss(model, climbed.utility),
      utilityBefore: climbed.utility === null ? null : weightedLoss(prepared.clean, climbed.utility),
      ms: Math.round(ms),
    },
  };
}

async function poison({ train, heldout, targets, clean, params, rng }, { attackTasks, ratio, method, ascent }) {
  const reachable = positionsWhere(train.y.length, (i) => attackTasks.includes(train.task[i])).length;
  const total = Math.max(1, Math.floor(ratio * reachable + 1e-9));
  const counts = spreadBudget(train, attackTasks, total);
  const box = percentileBox(train.x, train.features, 0.01);
  const draw = rng.fork("seeds");
  if (method === "uniform") return { rows: uniformSeeds(train, counts, box, draw), utility: null };
  if (method.startsWith("constant")) return { rows: constantLabelSeeds(train, counts, box, Number(method.at(-1)), draw), utility: null };
  const seeds = flippedSeeds(train, counts, draw);
  if (method === "flip") return { rows: seeds, utility: null };

  const [objective, gradient, ...options] = method.split("-");
  const has = (option) => options.includes(option);
  const pseudo = () => pseudoUtility(train, clean, targets, attackTasks, rng.fork("utility"));
  const utilities = {
    train: () => trainingUtility(train, targets),
    heldout: () => heldoutUtility(heldout, targets),
    pseudo,
    both: () => joined(pseudo(), trainingUtility(train, targets)),
  };
  const utility = utilities[objective]();
  const climbing = { ...params, epsilon: ascent.epsilon, tolerance: 1e-8 };
  const aim = {
    clean: train,
    attackTasks,
    utility,
    climbing,
    relation: gradient === "exact" ? "exact" : "fixed",
  };
  const rows = await climbRows(
    { pipeline: { learner: mtrl }, budget: { rows: total } },
    aim,
    train,
    {
      labels: has("labels") ? "optimised" : has("one") ? "attacker" : "flipped",
      set: has("ball") ? "ball" : "box",
      tail: 0.01,
      spread: has("spread") ? "gradient" : "even",
      ascent: has("reject") ? "accept-reject" : "adam",
      steps: has("long") ? 200 : ascent.steps,
      starts: has("starts") ? 3 : 1,
    },
    { rng },
  );
  return { rows, utility };
}

/** Two sets of rows whose losses are raised together, each target counting 1 in both. */
function joined(a, b) {
  const floats = (field) => Float64Array.from([...a[field], ...b[field]]);
  const whole = (field) => Int32Array.from([...a[field], ...b[field]]);
  return {
    ...a,
    x: stackRows(toDense(a.x), toDense(b.x)),
    ...{ y: floats("y"), weight: floats("weight") },
    ...{ task: whole("task"), source: whole("source"), row: whole("row") },
  };
}

/** Mean over the targets of the metric and of the loss on their test rows. */
function scoreOf({ test, targets, metric }, model) {
  const scores = model.scores(test);
  const losses = model.losses(test);
  let [sum, loss] = [0, 0];
  for (const target of targets) {
    const rows = positionsWhere(test.y.length, (i) => test.task[i] === target);
    sum += metrics[metric](
      Float64Array.from(rows, (i) => scores[i]),
      Float64Array.from(rows, (i) => test.y[i]),
    );
    loss += rows.reduce((total, i) => total + losses[i], 0) / rows.length;
  }
  return { metric: sum / targets.length, testLoss: loss / targets.length };
}

const metrics = {
  auc: (scores, y) => areaUnderCurve(scores, (i) => y[i] === 1),
  error: (scores, y) => scores.reduce((sum, score, i) => sum + Number(score > 0 !== (y[i] === 1)), 0) / y.length,
  nrmse(scores, y) {
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return Math.sqrt(scores.reduce((sum, score, i) => sum + (score - y[i]) ** 2, 0) / variance);
  },
};

/** What a defender could see: the targets' training loss, the attacked tasks' loss on their clean rows, how far the targets' weights have turned. */
function traces({ train, targets, clean }, model, attackTasks) {
  const meanLoss = (tasks) => weightedLoss(model, trainingUtility(train, tasks)) / tasks.length;
  const width = clean.weights.length / clean.tasks.length;
  const block = (of, task) => of.weights.subarray(task * width, (task + 1) * width);
  const dot = (a, b) => a.reduce((sum, value, j) => sum + value * b[j], 0);
  const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  return {
    targetTrainLoss: meanLoss(targets),
    attackedTrainLoss: meanLoss(attackTasks),
    cosine: targets.reduce((sum, task) => sum + cosine(block(model, task), block(clean, task)), 0) / targets.length,
  };
}

/** Tasks other than the targets by falling mean |correlation| with them in the clean model's Ω. */
export function byCloseness({ clean, targets }) {
  const { relation, tasks } = clean;
  const m = tasks.length;
  const tie = (i, j) => Math.abs(relation[i * m + j]) / Math.sqrt(relation[i * m + i] * relation[j * m + j]);
  const others = Array.from({ length: m }, (_, task) => task).filter((task) => !targets.includes(task));
  const closeness = (task) => targets.reduce((sum, target) => sum + tie(task, target), 0);
  return others.sort((a, b) => closeness(b) - closeness(a) || a - b);
}
