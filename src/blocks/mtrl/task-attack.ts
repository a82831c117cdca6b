import type { RunContext } from "../../core/context.ts";
import { type Dataset, joinRows, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Learner, Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import { budgetOf } from "../../core/threat.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { lossAim, utilityGradient } from "../injection/attack-aim.ts";
import { pseudoUtility, trainingUtility } from "../injection/attack-utility.ts";
import { boxDomain, percentileBox } from "../feasible/box.ts";
import { bilevelAscent } from "../injection/bilevel-ascent.ts";
import { implicitGradient } from "../injection/implicit-gradient.ts";
import { withInjected } from "../injection/injected-rows.ts";
import { flippedSeeds } from "../injection/injection-starts.ts";
import { flipLabels, rowsByTask, rowsOfTask, withCopies } from "./task-flips.ts";
import { flipGains } from "./task-vulnerability.ts";

export interface TaskAttackInput {
  /** Without weights. */
  readonly clean: Dataset;
  /** Trained on the clean rows with `params`. */
  readonly model: Model;
  readonly attackTasks: readonly number[];
  readonly targets: readonly number[];
  /** Rows of the targets that stand for their own in `clean`: each training of the ascent draws among them anew, with replacement. Absent: `clean` is as it is. */
  readonly standIns?: Dataset | undefined;
  /** Of the rows of each attack task; at least one row. */
  readonly budgetFraction: number;
  readonly learner: Learner;
  /** Tuned; what the ascent trains with may be smoother. */
  readonly params: unknown;
  readonly climbingParams: unknown;
  objectiveOf(data: Dataset, params: unknown): Objective;
  readonly steps: number;
}

export interface TaskAttackRows {
  readonly kind: "ascent" | "copies";
  readonly poisoned: Dataset;
  readonly flipped: Dataset;
}

/**
 * Poison in some tasks that is meant to hurt others. Rows of numbers climb away from the targets' own clean answers (see bilevel-ascent.ts); words and
 * categories cannot, so there the poison is copies of the attack tasks' own rows with the wrong label, the ones that do most to first order.
 */
export async function attackTask(input: TaskAttackInput, context: RunContext): Promise<TaskAttackRows> {
  const { clean, model, targets, attackTasks, learner } = input;
  const counts = new Int32Array(clean.tasks.length);
  const own = rowsByTask(clean);
  for (const task of attackTasks) counts[task] = budgetOf(input.budgetFraction, own[task].length).rows;
  const flipped = randomFlips(clean, counts, context);
  const utility = pseudoUtility(clean, model, targets, attackTasks, context.rng.fork("utility"));
  const box = clean.x.kind === "dense" ? percentileBox(clean.x, clean.features, 0.01) : null;
  if (box === null || box.scale.every((scale) => scale === 0))
    return { kind: "copies", poisoned: bestCopies(input, counts, utility), flipped };
  const view = input.standIns === undefined ? (data: Dataset) => data : redrawn(input.standIns, input, context);
  const objectiveOf = (data: Dataset): Objective => input.objectiveOf(view(data), input.climbingParams);
  const { rows } = await bilevelAscent(
    {
      ...implicitGradient(objectiveOf, lossAim(utility)),
      clean,
      seeds: flippedSeeds(clean, counts, context.rng.fork("seeds")),
      domain: boxDomain(box),
      fit: (data, start) => learner.fit(view(data), { ...context, progress: undefined, params: input.climbingParams, start }),
      labels: null,
    },
    { steps: input.steps, firstRate: 0.3, lastRate: 0.03 },
    context,
  );
  return { kind: "ascent", poisoned: withInjected(clean, rows), flipped };
}

/** The data with the targets' rows drawn anew, the same each time that the same data are asked for. */
function redrawn(standIns: Dataset, { clean, targets }: TaskAttackInput, { rng }: RunContext): (data: Dataset) => Dataset {
  const draw = rng.fork("stand-ins");
  const pools = targets.map((target) => ({ rows: rowsOfTask(standIns, target), count: rowsOfTask(clean, target).length }));
  const known = new WeakMap<Dataset, Dataset>();
  let times = 0;
  return (data) => {
    let seen = known.get(data);
    if (seen === undefined) {
      const own = draw.fork(times++);
      const others = positionsWhere(data.y.length, (i) => !targets.includes(data.task[i]));
      const drawn = pools.flatMap(({ rows, count }) => Array.from({ length: count }, () => rows[own.integer(rows.length)]));
      seen = joinRows(selectExamples(standIns, Int32Array.from(drawn)), selectExamples(data, others));
      known.set(data, seen);
    }
    return seen;
  };
}

/** A real target's own clean answers have no gradient at the clean model, so that its training loss stands in for them. */
function bestCopies(input: TaskAttackInput, counts: Int32Array, pseudo: Dataset): Dataset {
  const { clean, model, targets } = input;
  if (model.parameters === null) throw new Error("a task attack needs a model with parameters");
  const { theta } = model.parameters;
  const objective = input.objectiveOf(clean, input.climbingParams);
  const utility = clean.target.kind === "real" ? trainingUtility(clean, targets) : pseudo;
  const v = objective.solveHessian(theta, utilityGradient(objective, theta, utility));
  const gains = flipGains(clean, objective, theta, v);
  const own = rowsByTask(clean);
  const picked = [...counts].flatMap((count, task) => {
    const rows = own[task];
    const best = highest(
      Float64Array.from(rows, (row) => gains[row]),
      Math.min(count, rows.length),
    );
    return Array.from({ length: count }, (_, k) => rows[best[k % best.length]]);
  });
  return withCopies(clean, flipLabels(clean), Int32Array.from(picked));
}

function randomFlips(clean: Dataset, counts: Int32Array, { rng }: RunContext): Dataset {
  const draw = rng.fork("flips");
  const own = rowsByTask(clean);
  const picked = [...counts].flatMap((count, task) => {
    const rows = own[task];
    const from = draw.fork(task);
    return Array.from({ length: count }, () => rows[from.integer(rows.length)]);
  });
  return withCopies(clean, flipLabels(clean), Int32Array.from(picked));
}
