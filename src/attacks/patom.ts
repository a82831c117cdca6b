import { type SparseMatrix, selectRows, toDense } from "../numeric/matrix.ts";
import type { Attack, AttackInput } from "../core/attack.ts";
import type { RunContext } from "../core/context.ts";
import { labelOfTask, targetOf, taskNames } from "../core/examples.ts";
import type { Model } from "../core/learner.ts";
import type { Objective } from "../core/objective.ts";
import type { FittedPipeline } from "../core/pipeline.ts";
import { type DataPoison, type FeatureRow, type RawRow, noDataPoison } from "../core/poison.ts";
import { type Cell, type Table, columnOf, replaceCells } from "../core/table.ts";
import { type Dataset, selectExamples } from "../core/dataset.ts";
import type { WordColumn } from "../core/word-column.ts";
import { heldoutUtility, leaveOutTargetRows, pseudoUtility, trainingUtility } from "../blocks/attack-utility.ts";
import { percentileBox } from "../blocks/box.ts";
import { type CraftedReview, craftReviews } from "../blocks/crafted-reviews.ts";
import type { InjectedRows } from "../blocks/injected-rows.ts";
import { type AscentResult, ascendInjection } from "../blocks/injection-ascent.ts";
import { flippedSeeds, spreadBudget } from "../blocks/injection-seeds.ts";
import { mtrlObjective } from "../blocks/mtrl-objective.ts";
import type { MtrlParams } from "../learners/mtrl.ts";

interface PatomParams {
  gradient: "exact" | "fixed-omega";
  objective: "auto" | "pseudo" | "heldout" | "train";
  labels: "flipped" | "optimised";
  steps: number;
  starts: number;
  tail: number;
  writings: number;
  repeats: number;
}

/** A smoother penalty while climbing: the relation then bends where it would otherwise kink. */
const climbingEpsilon = 1e-3;

export const patom: Attack<PatomParams> = {
  kind: "attack",
  id: "patom",
  title: "Poisoning of multi-task relationship learning",
  summary:
    "Inserts rows into the attack tasks that raise the loss of the target tasks, through the relation that the tasks share: direct, indirect or hybrid. Numbers climb; of texts, reviews are written word by word that could pass for genuine ones.",
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
      default: "auto",
      options: ["auto", "pseudo", "heldout", "train"],
      help: 'what is climbed: the targets\' departure from their own clean answers (pseudo), the loss on a third of their training rows that the attacker trains without (heldout), or on all of them (train, as published); "auto" is heldout for text, which a model can learn by heart, and pseudo for numbers',
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
    writings: {
      type: "number",
      default: 24,
      min: 1,
      max: 1000,
      integer: true,
      help: "for text: steps in which reviews are written, each with one warm-started training",
    },
    repeats: {
      type: "number",
      default: 5,
      min: 1,
      max: 1000,
      integer: true,
      help: "for text: most often that a word may stand in one review, where genuine ones use it as often",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  refuses({ table, learner, sharing }) {
    if (learner.id !== "mtrl" || sharing === "separate")
      return "it attacks what related tasks share: it needs the learner mtrl and one model for all tasks";
    const kinds = table.roles.features.map((name) => columnOf(table, name).kind);
    if (kinds.includes("vector")) return "it moves numbers or writes words, and vectors could be either";
    return kinds.includes("text") && targetOf(table).kind === "real" ? "it writes reviews of two classes, and the label is a number" : null;
  },
  async poison(input, { params, ...context }) {
    const victim = await input.victim();
    const words = victim.words(input.clean.table, input.clean.rows);
    if (words.length > 0) return writtenPatch(await writeRows(input, victim, words, params, context));
    return asPatch(input.clean.table, victim, await climb(input, victim, params, context));
  },
};

/** What both ways of making rows start from: the rows that the attacker trains on, and those whose loss he raises. */
interface Aim {
  readonly clean: Dataset;
  /** Positions of `clean` among the training examples. */
  readonly kept: Int32Array;
  readonly model: Model;
  readonly utility: Dataset;
  readonly counts: Int32Array;
  readonly climbing: MtrlParams & { readonly relationDecay: number };
  readonly relation: "exact" | "fixed";
}

async function aimOf(
  input: AttackInput,
  { model }: FittedPipeline,
  training: Dataset,
  params: PatomParams & { readonly objective: "pseudo" | "heldout" | "train" },
  context: RunContext,
): Promise<Aim> {
  const all = training.tasks.map((_, task) => task);
  const attackTasks = input.reach.attackTasks === null ? all : [...input.reach.attackTasks];
  const targets = input.reach.targetTasks === null ? all : [...input.reach.targetTasks];
  const settings = input.pipeline.learnerParams as MtrlParams & { readonly relationDecay: number };
  const climbing = { ...settings, epsilon: Math.max(settings.epsilon, climbingEpsilon) };
  const relation = params.gradient === "exact" ? ("exact" as const) : ("fixed" as const);
  const counts = spreadBudget(training, attackTasks, input.budget.rows);
  const rng = context.rng.fork("utility");
  const common = { counts, climbing, relation };
  const everything = { clean: training, kept: Int32Array.from(training.y.keys()), model, ...common };
  switch (params.objective) {
    case "train":
      return { ...everything, utility: trainingUtility(training, targets) };
    case "pseudo":
      return { ...everything, utility: pseudoUtility(training, model, targets, attackTasks, rng) };
    case "heldout": {
      const { kept, heldOut } = leaveOutTargetRows(training, targets, rng);
      const clean = selectExamples(training, kept);
      const own = await input.pipeline.learner.fit(clean, { ...context, progress: undefined, params: climbing, start: model });
      return { clean, kept, model: own, utility: heldoutUtility(selectExamples(training, heldOut), targets), ...common };
    }
  }
}

/** Trainings between two steps of writing need not be closer than this, nor the solves than that. */
const [writingTolerance, writingSolveTolerance] = [1e-4, 1e-3];

async function writeRows(
  input: AttackInput,
  victim: FittedPipeline,
  words: readonly WordColumn[],
  params: PatomParams,
  context: RunContext,
): Promise<readonly CraftedReview[]> {
  const objective = params.objective === "auto" ? "heldout" : params.objective;
  const { climbing, relation, counts, utility, clean, kept, model } = await aimOf(
    input,
    victim,
    victim.training,
    { ...params, objective },
    context,
  );
  const loose = { ...climbing, tolerance: Math.max(climbing.tolerance, writingTolerance) };
  const result = await craftReviews(
    {
      clean,
      words: words.map((column) => ({ ...column, counts: selectRows(column.counts, kept) as SparseMatrix })),
      counts,
      utility,
      model,
      fit: (data, start) => input.pipeline.learner.fit(data, { ...context, progress: undefined, params: loose, start }),
      objectiveOf: (data) => mtrlObjective(data, loose, { relation, solveTolerance: writingSolveTolerance }),
    },
    { steps: params.writings, mostRepeats: params.repeats },
    context,
  );
  return result.reviews;
}

function writtenPatch(reviews: readonly CraftedReview[]): DataPoison {
  return { ...noDataPoison, insert: reviews.map(({ x, y, task }): FeatureRow => ({ kind: "features", x, y, task })) };
}

async function climb(input: AttackInput, victim: FittedPipeline, params: PatomParams, context: RunContext): Promise<InjectedRows> {
  const objective = params.objective === "auto" ? "pseudo" : params.objective;
  const training = { ...victim.training, x: toDense(victim.training.x) };
  const { climbing, relation, counts, utility, clean } = await aimOf(input, victim, training, { ...params, objective }, context);
  let best: AscentResult | null = null;
  for (let start = 0; start < params.starts; start++) {
    const seeds = flippedSeeds(clean, counts, context.rng.fork("start").fork(start));
    const problem = {
      clean,
      seeds,
      utility,
      box: percentileBox(clean.x, clean.features, params.tail),
      fit: (rows: Dataset, from: Model | null) => input.pipeline.learner.fit(rows, { ...context, params: climbing, start: from }),
      objectiveOf: (rows: Dataset): Objective => mtrlObjective(rows, climbing, { relation }),
    };
    const result = await ascendInjection(
      problem,
      { steps: params.steps, firstRate: 0.3, lastRate: 0.03, moveLabels: params.labels === "optimised" && clean.target.kind === "real" },
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
