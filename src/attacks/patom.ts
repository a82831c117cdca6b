import { toDense } from "../numeric/matrix.ts";
import type { Attack, AttackInput } from "../core/attack.ts";
import type { RunContext } from "../core/context.ts";
import { labelOfTask, taskNames } from "../core/examples.ts";
import type { Objective } from "../core/objective.ts";
import type { FittedPipeline } from "../core/pipeline.ts";
import { type DataPoison, type FeatureRow, type RawRow, noDataPoison } from "../core/poison.ts";
import { type Cell, type Table, columnOf, replaceCells } from "../core/table.ts";
import type { Dataset } from "../core/dataset.ts";
import { pseudoUtility, trainingUtility } from "../blocks/attack-utility.ts";
import { percentileBox } from "../blocks/box.ts";
import type { InjectedRows } from "../blocks/injected-rows.ts";
import { type AscentResult, ascendInjection } from "../blocks/injection-ascent.ts";
import { flippedSeeds, spreadBudget } from "../blocks/injection-seeds.ts";
import { mtrlObjective } from "../blocks/mtrl-objective.ts";
import type { MtrlParams } from "../learners/mtrl.ts";

interface PatomParams {
  gradient: "exact" | "fixed-omega";
  objective: "pseudo" | "train";
  labels: "flipped" | "optimised";
  steps: number;
  starts: number;
  tail: number;
}

/** A smoother penalty while climbing: the relation then bends where it would otherwise kink. */
const climbingEpsilon = 1e-3;

export const patom: Attack<PatomParams> = {
  kind: "attack",
  id: "patom",
  title: "Poisoning of multi-task relationship learning",
  summary:
    "Inserts rows into the attack tasks whose features climb the loss of the target tasks, through the relation that the tasks share: direct, indirect or hybrid.",
  source: {
    cite: "Zhao, An, Yu, Liu & Pan 2018, Data Poisoning Attacks on Multi-Task Relationship Learning, AAAI; with the exact gradient and the pseudo objective of Theriac",
    url: "https://doi.org/10.1609/aaai.v32i1.11838",
  },
  params: {
    gradient: {
      type: "choice",
      default: "exact",
      options: ["exact", "fixed-omega"],
      help: "whether the gradient sees the relation between tasks move, or holds it as the paper does",
    },
    objective: {
      type: "choice",
      default: "pseudo",
      options: ["pseudo", "train"],
      help: "what is climbed: the targets' departure from their own clean answers, or the loss on their training rows (as published)",
    },
    labels: {
      type: "choice",
      default: "optimised",
      options: ["flipped", "optimised"],
      help: "a real label climbs too, or stays as it was flipped; a class always stays flipped",
    },
    steps: {
      type: "number",
      default: 60,
      min: 1,
      max: 10_000,
      integer: true,
      help: "steps of the ascent, each with one warm-started training",
    },
    starts: {
      type: "number",
      default: 1,
      min: 1,
      max: 100,
      integer: true,
      help: "ascents from different seeds, of which the best is kept",
    },
    tail: {
      type: "number",
      default: 0.01,
      min: 0,
      max: 0.4,
      help: "inserted rows stay between this percentile of the clean rows and its opposite, in each feature",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  refuses({ table, learner, sharing }) {
    if (learner.id !== "mtrl" || sharing === "separate")
      return "it attacks what related tasks share: it needs the learner mtrl and one model for all tasks";
    const words = table.roles.features.find((name) => ["text", "vector"].includes(columnOf(table, name).kind));
    return words === undefined ? null : `it moves numbers, and "${words}" holds words or counts`;
  },
  async poison(input, { params, ...context }) {
    const victim = await input.victim();
    const rows = await climb(input, victim, params, context);
    return asPatch(input.clean.table, victim, rows);
  },
};

async function climb(input: AttackInput, victim: FittedPipeline, params: PatomParams, context: RunContext): Promise<InjectedRows> {
  const { model } = victim;
  const data = { ...victim.training, x: toDense(victim.training.x) };
  const all = data.tasks.map((_, task) => task);
  const attackTasks = input.reach.attackTasks === null ? all : [...input.reach.attackTasks];
  const targets = input.reach.targetTasks === null ? all : [...input.reach.targetTasks];
  const settings = input.pipeline.learnerParams as MtrlParams & { readonly relationDecay: number };
  const climbing = { ...settings, epsilon: Math.max(settings.epsilon, climbingEpsilon) };
  const relation = params.gradient === "exact" ? "exact" : "fixed";
  const counts = spreadBudget(data, attackTasks, input.budget.rows);
  const utility =
    params.objective === "train"
      ? trainingUtility(data, targets)
      : pseudoUtility(data, model, targets, attackTasks, context.rng.fork("utility"));
  let best: AscentResult | null = null;
  for (let start = 0; start < params.starts; start++) {
    const seeds = flippedSeeds(data, counts, context.rng.fork("start").fork(start));
    const problem = {
      clean: data,
      seeds,
      utility,
      box: percentileBox(data.x, data.features, params.tail),
      fit: (rows: Dataset, from: typeof model | null) => input.pipeline.learner.fit(rows, { ...context, params: climbing, start: from }),
      objectiveOf: (rows: Dataset): Objective => mtrlObjective(rows, climbing, { relation }),
    };
    const result = await ascendInjection(
      problem,
      { steps: params.steps, firstRate: 0.3, lastRate: 0.03, moveLabels: params.labels === "optimised" && data.target.kind === "real" },
      context,
    );
    if (best === null || result.utility > best.utility) best = result;
  }
  if (best === null) throw new Error("there is at least one start");
  return best.rows;
}

/** Rows as cells where features come from numbers alone, else as features. */
function asPatch(table: Table, victim: FittedPipeline, { x, y, task }: InjectedRows): DataPoison {
  const { target } = victim.training;
  const insert = Array.from(y, (label, i): RawRow | FeatureRow => {
    const features = x.data.slice(i * x.cols, (i + 1) * x.cols);
    const decoded = victim.decode(features);
    if (decoded === null) return { kind: "features", x: [...features], y: label, task: task[i] };
    const labelCell: Cell = target.kind === "classes" ? target.names[label] : label;
    const taskColumn = table.roles.labels.length > 1 ? null : table.roles.task;
    const taskCell: [string, Cell][] = taskColumn === null ? [] : [[taskColumn, taskNames(table)[task[i]]]];
    return { kind: "raw", cells: replaceCells(decoded, [...taskCell, [labelOfTask(table, task[i]), labelCell]]) };
  });
  return { ...noDataPoison, insert };
}
