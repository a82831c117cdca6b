import { catalog } from "../../catalog.ts";
import type { Target } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { listExamples, targetOf, taskNames } from "../../core/examples.ts";
import type { Learner } from "../../core/learner.ts";
import { classShares, primaryMetricId } from "../../core/metric.ts";
import { resolveParams } from "../../core/params.ts";
import type { Table } from "../../core/table.ts";
import { methodOf } from "../../study/config.ts";
import {
  type DefencePlan,
  type SearchPlan,
  type TaskKnowledge,
  type TasksStudyConfig,
  slots,
  taskKnowledges,
} from "../../study/tasks/config.ts";
import { chooseForTasks } from "../../study/tasks/make-tools.ts";
import type { ConfigOf } from "../config/options/options.ts";
import { parseBudgetIn } from "../config/parse-budget.ts";
import { defaults, tasksDefaults } from "../config/options/study-defaults.ts";
import type { Note } from "../read/request.ts";

/** All that a study of tasks can be asked for, as the table of options has it; what is left out has a default. */
export type TasksConfig = ConfigOf<"tasks", "table">;

/** What can be held against the catalogue before any data are read. @throws UsageError */
export function checkTasksConfig({ budget, learner, out }: TasksConfig): void {
  shareAsked(budget);
  relatingLearner(learner);
  if (out !== undefined && /\.html?$/i.test(out))
    throw new UsageError(`--out ${out} names a page, and a study is a folder: name one, and the page is report.html in it`);
}

/** @throws UsageError on a count: each attack task's poison is a share of its own rows */
function shareAsked(budget: TasksConfig["budget"] = tasksDefaults.budget): number {
  return Number(parseBudgetIn("--budget", budget, [], "tasks of many rows and of few are compared at equal shares of their rows"));
}

/** The learner asked for, or the first that can learn tasks together with their relation. @throws UsageError where it cannot */
function relatingLearner(id: string | undefined): Learner {
  const able = catalog.learners.filter(({ relation }) => relation !== undefined);
  const learner = id === undefined ? able[0] : methodOf("learner", catalog.learners, id);
  if (able.includes(learner)) return learner;
  throw new UsageError(
    `--learner ${learner.id}: it learns no relation between tasks; these do: ${able.map((method) => method.id).join(", ")}`,
  );
}

/** Fills in all that was not asked for. @throws UsageError where the data hold one task only or a label that cannot be learned together */
export function resolveTasks(config: TasksConfig, table: Table): { study: TasksStudyConfig; notes: Note[] } {
  const together = relatingLearner(config.learner);
  const target = targetOf(table);
  refuseUseless(table, target, together);
  const single = methodOf("learner", catalog.learners, target.kind === "classes" ? "logistic" : "ridge");
  const pairs = config.pairs ?? tasksDefaults.pairs;
  const plan = pairs > 0 && (config.defence ?? true) ? defencePlan(config, together, target) : undefined;
  const search = pairs > 0 && (config.search ?? true) ? searchPlan(config, taskNames(table)) : undefined;
  const study: TasksStudyConfig = {
    learner: chooseForTasks(together, ["bias", "tolerance"], config.relationDecay),
    single: chooseForTasks(single, ["bias"]),
    metric: primaryMetricId(target, classShares(target, listExamples(table).y)),
    attacks: slots({
      tasks: taskNames(table).length,
      pairs,
      hasPrice: config.price ?? true,
      hasDefence: plan !== undefined,
      hasSearch: search !== undefined,
    }),
    repairs: [],
    budgets: [shareAsked(config.budget)],
    seeds: config.seeds ?? tasksDefaults.seeds,
    firstSeed: config.seed ?? tasksDefaults.seed,
    testFraction: config.testFraction ?? defaults.testFraction,
    ...(plan === undefined ? {} : { defence: plan }),
    ...(search === undefined ? {} : { search }),
  };
  return { study, notes: smallTasks(table) };
}

/** With every repair that is made for tasks that share: it refuses to learn them apart. */
function defencePlan({ freshRows, knowledge }: TasksConfig, together: Learner, { kind }: Target): DefencePlan {
  const repairs = catalog.repairs.filter(({ stage, targets, needsFlags, refuses }) => {
    const says = (sharing: "pooled" | "separate"): string | null => refuses?.({ learner: together, sharing }) ?? null;
    return stage === "fit" && needsFlags !== true && targets.includes(kind) && says("pooled") === null && says("separate") !== null;
  });
  return {
    repairs: repairs.map(({ id, params }) => ({ id, params: resolveParams(id, params) })),
    freshRows: freshRows ?? tasksDefaults.freshRows,
    knowledge: known(knowledge, ["white-box", "gray-box"]),
  };
}

function known(asked: readonly string[] | undefined, unasked: readonly TaskKnowledge[]): readonly TaskKnowledge[] {
  return asked === undefined ? unasked : taskKnowledges.filter((one) => asked.includes(one));
}

/** @throws UsageError on a target that is no task of the data, or where nothing is left to attack it through */
function searchPlan({ few, targetTasks, knowledge }: TasksConfig, names: readonly string[]): SearchPlan {
  const unknown = targetTasks?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const shown = names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
    throw new UsageError(`--target-tasks: there is no task "${unknown}"; there are ${shown}`);
  }
  const targets = targetTasks === undefined ? null : [...new Set(targetTasks.map((name) => names.indexOf(name)))].sort((a, b) => a - b);
  if (targets?.length === names.length) throw new UsageError("--target-tasks names all tasks: none is left to attack them through");
  return { attackTasks: few ?? tasksDefaults.few, targets, knowledge: known(knowledge, taskKnowledges) };
}

function refuseUseless(table: Table, target: Target, learner: Learner): void {
  const names = taskNames(table);
  if (names.length < 2) {
    const told =
      table.roles.task === null ? "" : `; column "${table.roles.task}" holds ${names.length === 1 ? `"${names[0]}" alone` : "nothing"}`;
    throw new UsageError(`theriac tasks compares several tasks: name a task column with --task, or give --label several times${told}`);
  }
  const refusal = learner.refuses?.(target) ?? null;
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
