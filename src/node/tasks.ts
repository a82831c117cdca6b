import { setImmediate } from "node:timers/promises";
import { mtrlObjective } from "../blocks/mtrl/objective.ts";
import { isMtrlModel } from "../blocks/mtrl/model.ts";
import { attackTask } from "../blocks/mtrl/task-attack.ts";
import { relationCorrelations } from "../blocks/mtrl/task-relation.ts";
import { taskVulnerability } from "../blocks/mtrl/task-vulnerability.ts";
import { type Signal } from "../core/context.ts";
import type { Dataset, Target } from "../core/dataset.ts";
import { NumericalError, UsageError } from "../core/errors.ts";
import { listExamples, targetOf, taskNames } from "../core/examples.ts";
import type { Learner, Model } from "../core/learner.ts";
import { type Metric, primaryMetricId } from "../core/metric.ts";
import { resolveParams } from "../core/params.ts";
import type { Table } from "../core/table.ts";
import { encoderParams, makeEncoder } from "../data/encoder.ts";
import { logistic } from "../learners/logistic.ts";
import { type MtrlParams, mtrl } from "../learners/mtrl.ts";
import { ridge } from "../learners/ridge.ts";
import { accuracy } from "../metrics/accuracy.ts";
import { auc } from "../metrics/auc.ts";
import { rmse } from "../metrics/rmse.ts";
import { rowsPerTask } from "../study/tasks/task-seed.ts";
import { runTasks } from "../study/tasks/run-tasks.ts";
import type { TaskTools } from "../study/tasks/task-tools.ts";
import type { TasksResult } from "../study/tasks/tasks-result.ts";
import { type DataConfig, readRequestOf } from "./config/audit-config.ts";
import { parseBudget } from "./config/parse-budget.ts";
import { readTable } from "./read/read-table.ts";
import { type Note, notesOf } from "./read/request.ts";
import { defaults, tasksDefaults } from "./config/study-defaults.ts";

export interface TasksConfig {
  readonly data: DataConfig;
  readonly seeds?: number;
  /** The first seed. */
  readonly seed?: number;
  readonly testFraction?: number;
  /** Of the rows of each attack task: a fraction, or a text such as "10%". */
  readonly budget?: number | string;
  /** How many pairs of tasks are re-measured by real attacks. */
  readonly pairs?: number;
  readonly price?: boolean;
  /** λ₂; chosen by cross-validation in each split by default. */
  readonly relationDecay?: number;
}

export interface TasksHooks {
  readonly signal?: Signal;
  readonly onNote?: (note: Note) => void;
  readonly onProgress?: (done: number, total: number, running: string) => void;
}

/**
 * For all three learners alike: with few rows a task may show one class alone in training, and a free bias then runs away. A shared one also lets tasks
 * learn from each other how rare a class is.
 */
const bias = "regularised";

/** Steps of an ascent, and how much smoother the relation is while climbing; see the attack patom. */
const climbing = { steps: 30, epsilon: 1e-3, tolerance: 1e-6 } as const;

/**
 * Reads the data and measures who helps whom, who can hurt whom, and what sharing costs.
 *
 * @throws UsageError where the data hold one task only or a label that mtrl cannot learn
 */
export async function measureTaskRelations(config: TasksConfig, hooks: TasksHooks = {}): Promise<TasksResult> {
  const budgetFraction = parseBudget("--budget", config.budget ?? tasksDefaults.budget);
  const { table, notes } = await readTable(readRequestOf(config.data));
  for (const note of notesOf({ notes }, "warning")) hooks.onNote?.(note);
  const target = targetOf(table);
  refuseUseless(table, target);
  const params = resolveParams<MtrlParams>("mtrl", mtrl.params, { relationDecay: config.relationDecay, bias, tolerance });
  for (const note of [...notesOf({ notes }, "info"), ...smallTasks(table)]) hooks.onNote?.(note);
  const study = {
    seeds: config.seeds ?? tasksDefaults.seeds,
    firstSeed: config.seed ?? tasksDefaults.seed,
    testFraction: config.testFraction ?? defaults.testFraction,
    budgetFraction,
    pairs: config.pairs ?? tasksDefaults.pairs,
    price: config.price ?? true,
  };
  const encoder = makeEncoder(resolveParams("encoder", encoderParams, { fittedOn: "frozen" }), table);
  return runTasks(table, encoder, study, makeTools(params, metricOf(table, target), target), {
    signal: hooks.signal,
    ...(hooks.onProgress === undefined ? {} : { onProgress: hooks.onProgress }),
  });
}

function refuseUseless(table: Table, target: Target): void {
  const names = taskNames(table);
  if (names.length < 2) {
    const told =
      table.roles.task === null ? "" : `; column "${table.roles.task}" holds ${names.length === 1 ? `"${names[0]}" alone` : "nothing"}`;
    throw new UsageError(`theriac tasks compares several tasks: name a task column with --task, or give --label several times${told}`);
  }
  const refusal = mtrl.refuses?.(target) ?? null;
  const classes = target.kind === "classes" ? target.names.length : 2;
  if (refusal !== null) throw new UsageError(`tasks that share a relation cannot learn this label: ${refusal}`);
  if (classes !== 2)
    throw new UsageError(
      `theriac tasks learns two classes or a number, and the label has ${classes} classes; keep two of them, or use --predict number if they are amounts`,
    );
}

/** What can be said of tasks with so few rows that not all can be measured. */
function smallTasks(table: Table): Note[] {
  const { task, y } = listExamples(table);
  const names = taskNames(table);
  const counts = new Int32Array(names.length);
  const classes = names.map(() => new Set<number>());
  task.forEach((t, i) => {
    counts[t]++;
    classes[t].add(y[i]);
  });
  const isClasses = targetOf(table).kind === "classes";
  return names.flatMap((name, t): Note[] => {
    const said = (text: string): Note[] => [{ level: "info", text: `task "${name}" ${text}` }];
    if (counts[t] === 0) return said("has no labelled row: nothing is known of it");
    if (counts[t] === 1) return said("has one labelled row: it is learned from or tested on, never both");
    if (isClasses && classes[t].size === 1) return said("has one class only: there is little to tell apart in it");
    return [];
  });
}

function metricOf(table: Table, target: Target): Metric {
  const { y } = listExamples(table);
  const shares = target.kind === "real" ? [] : target.names.map((_, k) => y.filter((label) => label === k).length / y.length);
  const metrics = { accuracy, auc, rmse };
  return metrics[primaryMetricId(target, shares)];
}

/** Of the minimum: what test rows show does not change below it. */
const tolerance = 1e-6;

/** First-order damages are averages over rows; more digits would cost more than the attacks that check them. */
const solveTolerance = 1e-5;

/** Lets the process see a Ctrl-C between two trainings. */
function breathing(learner: Learner): Learner {
  return {
    ...learner,
    async fit(data, options) {
      await setImmediate();
      return learner.fit(data, options);
    },
  };
}

function makeTools(params: MtrlParams, metric: Metric, target: Target): TaskTools {
  const single = breathing(target.kind === "classes" ? logistic : ridge);
  const together = breathing(mtrl);
  const settingsOf = (tuned: unknown): MtrlParams & { readonly relationDecay: number } =>
    tuned as MtrlParams & { readonly relationDecay: number };
  const smoother = (tuned: unknown): MtrlParams => ({
    ...settingsOf(tuned),
    epsilon: Math.max(settingsOf(tuned).epsilon, climbing.epsilon),
    tolerance: Math.max(settingsOf(tuned).tolerance, climbing.tolerance),
  });
  const objectiveOf = (data: Dataset, tuned: unknown) => mtrlObjective(data, settingsOf(tuned), { relation: "exact", solveTolerance });
  const thetaOf = (model: Model): Float64Array => {
    if (model.parameters === null) throw new Error("a model of tasks has parameters");
    return model.parameters.theta;
  };
  return {
    single: { learner: single, params: resolveParams(single.id, single.params, { bias }) },
    together: { learner: together, params },
    metric,
    relation(model, train) {
      if (!isMtrlModel(model)) throw new Error("a relation comes from mtrl alone");
      const counts = rowsPerTask(train);
      return relationCorrelations(model.relation, counts.length, (task) => counts[task] > 0);
    },
    vulnerability(model, train, tuned) {
      try {
        return taskVulnerability(train, objectiveOf(train, tuned), thetaOf(model));
      } catch (error) {
        // Where tasks are tied so hard that the Hessian gives out, a rounder relation stands in.
        if (!(error instanceof NumericalError)) throw error;
        return taskVulnerability(train, objectiveOf(train, smoother(tuned)), thetaOf(model));
      }
    },
    attack: ({ clean, model, params: tuned, attackTasks, target: to, budgetFraction }, context) =>
      attackTask(
        {
          clean,
          model,
          attackTasks,
          target: to,
          budgetFraction,
          learner: together,
          params: tuned,
          climbingParams: smoother(tuned),
          objectiveOf,
          steps: climbing.steps,
        },
        context,
      ),
  };
}
