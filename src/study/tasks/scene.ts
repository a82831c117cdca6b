import type { RunContext } from "../../core/context.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";
import { type DataPoison, noDataPoison } from "../../core/poison.ts";
import { budgetOf } from "../../core/threat.ts";
import type { Encoder } from "../../data/encoder.ts";
import { makeRng } from "../../numeric/random.ts";
import type { Cell, Look, Scene } from "../kind.ts";
import { majorityAccuracy, majorityQuantity } from "../table/measure.ts";
import { type TaskAims, aimOf } from "./aims.ts";
import { type TasksStudyConfig, defence, few, price, search } from "./config.ts";
import type { TasksInput } from "./input.ts";
import type { SharingFindings, TaskFindings } from "./findings.ts";
import { type CleanModel, type MadeAttack, attackTasksOf, makeAttack, measureAttack } from "./measure-attack.ts";
import { measureDefence } from "./measure-defence.ts";
import { attackFew, measureFew, trySets } from "./measure-few.ts";
import { priceOfSeed } from "./price-of-sharing.ts";
import { type GainOfSeed, fitAgain, measureGain } from "./task-gain.ts";
import { measureTasks } from "./task-metric.ts";
import { type TaskSeed, prepareTaskSeed, rowsPerTask } from "./task-seed.ts";
import type { TaskAttack, TaskTools } from "./task-tools.ts";

/** A seed of a study of tasks: before there are aims, what sharing brings; with them, what attacks take. */
export async function tasksScene(
  { table, config, aims, methods }: TasksInput,
  encoder: Encoder,
  tools: TaskTools,
  { seed }: Pick<Cell, "seed">,
  context: Omit<RunContext, "rng">,
): Promise<Scene<DataPoison>> {
  const split = prepareTaskSeed(table, encoder, seed, config.testFraction);
  if (aims === null) return sharingScene(split, await measureGain(split, tools, context), tools, methods.metrics);
  const own = aims.seeds.find((measured) => measured.seed === seed);
  if (own === undefined) throw new NumericalError("what sharing brings could not be measured with this seed");
  return attackScene(
    split,
    { model: await fitAgain(split, tools, own.params, context), params: own.params },
    { ...aims, own },
    config,
    tools,
  );
}

function sharingScene(split: TaskSeed, gain: GainOfSeed, tools: TaskTools, metrics: readonly Metric[]): Scene<DataPoison> {
  const { train, test } = split;
  const { model, params, single, pooled, together, byTask } = gain;
  return {
    learnerParams: params,
    budgetRows: () => 0,
    poison: () => Promise.resolve(null),
    ground: (_, attack) =>
      Promise.resolve({
        ...untouched(train),
        look() {
          if (attack !== null) throw new Error("tasks are attacked once all seeds have told where");
          const tasks: SharingFindings = {
            kind: "sharing",
            ...{ single, pooled, together, byTask },
            trainRows: [...rowsPerTask(train)],
            relation: [...tools.relation(model, train)],
            ...vulnerabilityOf(gain, train, tools),
          };
          return Promise.resolve(lookOf(test, tasks, figuresTogether(split, model, metrics)));
        },
      }),
  };
}

/** Of the model that learned the tasks together: every metric that its test rows define, and what always saying the most frequent class of each task would reach. */
function figuresTogether({ train, test, labelUnit }: TaskSeed, model: Model, metrics: readonly Metric[]): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const metric of metrics) {
    const value = metric.appliesTo(test.target) ? measureTasks(metric, model, test, labelUnit) : null;
    if (value !== null) figures[metric.id] = value;
  }
  const majority = majorityAccuracy(train, test, { ownLabels: true });
  return majority === null ? figures : { ...figures, [majorityQuantity.id]: majority };
}

function vulnerabilityOf(
  { model, params }: GainOfSeed,
  train: Dataset,
  tools: TaskTools,
): Pick<SharingFindings, "vulnerability" | "noVulnerability"> {
  try {
    return { vulnerability: [...tools.vulnerability(model, train, params)] };
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    return { vulnerability: new Array<number>(train.tasks.length ** 2).fill(NaN), noVulnerability: error.message };
  }
}

function attackScene(
  split: TaskSeed,
  clean: CleanModel & { readonly params: { readonly relationDecay: number } },
  aims: TaskAims & { readonly own: TaskAims["seeds"][number] },
  config: Pick<TasksStudyConfig, "defence" | "search">,
  tools: TaskTools,
): Scene<DataPoison> {
  const { train, test, seed } = split;
  const { budgetFraction } = aims;
  const known = new Map<string, Promise<MadeAttack | null>>();
  let knownFew: Promise<TaskAttack | null> | null = null;
  const rngOf = ({ from, to }: { readonly from: number | null; readonly to: number }) =>
    makeRng(seed)
      .fork("attack")
      .fork(from ?? "all")
      .fork(to);

  /** Made once, though both the patch and what is learned under it ask for it. */
  function made(slot: string, context: Omit<RunContext, "rng">): Promise<MadeAttack | null> {
    const aim = aimOf(aims, slot);
    if (aim === null) return Promise.resolve(null);
    let attack = known.get(slot);
    if (attack === undefined) {
      attack = makeAttack(split, clean, { ...aim, budgetFraction }, tools, { ...context, rng: rngOf(aim) });
      known.set(slot, attack);
    }
    return attack;
  }

  async function priceFindings(context: Omit<RunContext, "rng">): Promise<TaskFindings> {
    const { exposed, relationDecays, targetRows, own } = aims;
    if (exposed === null || !own.pays) return { kind: "price", points: [] };
    const request = { target: exposed, budgetFraction, relationDecays, targetRows, params: clean.params, single: own.single };
    return { kind: "price", points: await priceOfSeed(split, request, tools, { ...context, rng: makeRng(seed).fork("price") }) };
  }

  async function defenceFindings(context: Omit<RunContext, "rng">): Promise<TaskFindings> {
    const { exposed, own } = aims;
    const plan = config.defence;
    if (exposed === null || plan === undefined || !own.pays) return { kind: "defence", measured: null };
    const request = { target: exposed, budgetFraction, plan, params: clean.params };
    return { kind: "defence", measured: await measureDefence(split, request, tools, { ...context, rng: makeRng(seed).fork("defence") }) };
  }

  async function searchFindings(context: Omit<RunContext, "rng">): Promise<TaskFindings> {
    const { few: aim, sets, own } = aims;
    if (aim === null || sets.length === 0 || !own.pays) return { kind: "search", tried: [] };
    const request = { targets: aim.targets, budgetFraction, params: clean.params };
    return { kind: "search", tried: await trySets(split, sets, request, tools, { ...context, rng: makeRng(seed).fork("search") }) };
  }

  const fewContext = (context: Omit<RunContext, "rng">): RunContext => ({ ...context, rng: makeRng(seed).fork("few") });

  /** Made once, as with `made`. */
  function madeFew(context: Omit<RunContext, "rng">): Promise<TaskAttack | null> {
    const { few: aim } = aims;
    if (aim === null) return Promise.resolve(null);
    knownFew ??= attackFew(split, clean, { attackTasks: aim.tasks, targets: aim.targets, budgetFraction }, tools, fewContext(context));
    return knownFew;
  }

  async function fewFindings(context: Omit<RunContext, "rng">): Promise<TaskFindings> {
    const { few: aim } = aims;
    const attack = await madeFew(context);
    knownFew = null;
    if (aim === null || attack === null) return { kind: "few", measured: null };
    const request = { attackTasks: aim.tasks, targets: aim.targets, budgetFraction, knowledge: config.search?.knowledge ?? [] };
    return { kind: "few", measured: await measureFew(split, clean, attack, request, tools, fewContext(context)) };
  }

  return {
    learnerParams: clean.params,
    budgetRows({ id }) {
      const counts = rowsPerTask(train);
      if (id === few)
        return (aims.few?.tasks ?? []).reduce((sum, task) => sum + (counts[task] > 0 ? budgetOf(budgetFraction, counts[task]).rows : 0), 0);
      const aim = aimOf(aims, id);
      return aim === null ? 0 : attackTasksOf(aim, counts).reduce((sum, task) => sum + budgetOf(budgetFraction, counts[task]).rows, 0);
    },
    async poison({ id }, _, __, context) {
      const attack = id === few ? await madeFew(context) : isOwn(id) ? null : await made(id, context);
      return attack === null ? null : patchOf(train, attack);
    },
    ground: (poison, attack, context) =>
      Promise.resolve({
        ...untouched(train),
        touchedRows: poison?.insert.length ?? 0,
        trainingRows: train.y.length + (poison?.insert.length ?? 0),
        async look() {
          if (attack === null) throw new Error("tasks are measured before they are attacked");
          if (attack.id === price) return lookOf(test, await priceFindings(context));
          if (attack.id === defence) return lookOf(test, await defenceFindings(context));
          if (attack.id === search) return lookOf(test, await searchFindings(context));
          if (attack.id === few) return lookOf(test, await fewFindings(context));
          const attacked = await made(attack.id, context);
          known.delete(attack.id);
          const aim = aimOf(aims, attack.id);
          const outcome =
            attacked === null || aim === null ? null : await measureAttack(split, clean, attacked, tools, { ...context, rng: rngOf(aim) });
          return lookOf(test, { kind: "attack", outcome });
        },
      }),
  };
}

/** Whether a slot makes poison of its own as it measures, which is no patch. */
function isOwn(slot: string): boolean {
  return slot === price || slot === defence || slot === search;
}

function untouched(train: Dataset) {
  return {
    trainingRows: train.y.length,
    touchedRows: 0,
    poisoned: null,
    suspicion: () => Promise.reject(new Error("no detector looks at tasks here")),
  };
}

function lookOf(test: Dataset, tasks: TaskFindings, metrics: Look["metrics"] = {}): Look {
  return { testRows: test.y.length, metrics, attackerObjective: null, tasks };
}

/** The rows below the clean ones, as they are learned from: encoded, a real label standardised. */
function patchOf(train: Dataset, { poisoned }: TaskAttack): DataPoison {
  const clean = train.y.length;
  const added = selectExamples(
    poisoned,
    Int32Array.from({ length: poisoned.y.length - clean }, (_, i) => clean + i),
  );
  const { x } = added;
  return {
    ...noDataPoison,
    insert: Array.from(added.y, (y, i) => ({
      kind: "features" as const,
      x:
        x.kind === "dense"
          ? [...x.data.subarray(i * x.cols, (i + 1) * x.cols)]
          : {
              indices: [...x.indices.subarray(x.indptr[i], x.indptr[i + 1])],
              values: [...x.values.subarray(x.indptr[i], x.indptr[i + 1])],
            },
      y,
      task: added.task[i],
    })),
  };
}
