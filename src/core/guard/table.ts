import { labelOfTask, listExamples, targetOf, taskNames, tasksByRow } from "../examples.ts";
import { faultOfIntent } from "../intent.ts";
import { findBadValue } from "./values.ts";
import type { TrainingSet } from "../pipeline.ts";
import type { DataPoison, FeatureRow, LogicPatch, TablePoison, RawRow, UpstreamPoison } from "../poison.ts";
import { filterHolds } from "../row-filter.ts";
import { cellIn } from "../table.ts";
import { sourcesOf } from "../sources.ts";
import { type Access, type Budget, type Reach, type SourceBudget, type ThreatModel, mayTouch } from "../threat.ts";

export interface TableGuardInput {
  readonly poison: TablePoison;
  readonly threat: ThreatModel;
  readonly budget: Budget;
  readonly reach: Reach;
  readonly clean: TrainingSet;
  /** What the base model was pretrained on; absent where there is none. Of its examples the budget of "upstream" is counted. */
  readonly pretraining?: TrainingSet | undefined;
}

/** How a patch goes beyond its threat model, its budget or its reach, in words, in which rows count from 1; null when it keeps to all of them. Runs on every trial. */
export function findTableBreach(input: TableGuardInput): string | null {
  const { poison, threat } = input;
  return findStrayIntent(input) ?? findForbiddenTouch(poison, threat, input);
}

/** A targeted attack or a backdoor must say what it means, and no other may. */
function findStrayIntent({ poison, threat, clean }: TableGuardInput): string | null {
  const { intent } = poison;
  if (intent === undefined && isEmpty(poison)) return null;
  const needed = threat.goal === "targeted" || threat.goal === "backdoor" ? threat.goal : undefined;
  if (intent?.goal !== needed)
    return `a patch with the goal "${threat.goal}" must ${needed === undefined ? "mean no rows in particular" : `say what it means as ${needed}`}`;
  return intent === undefined ? null : faultOfIntent(intent, clean.table, targetOf(clean.table));
}

function isEmpty(poison: TablePoison): boolean {
  if (poison.kind === "upstream") return poison.base === undefined && isEmpty(poison.pretraining);
  const { kind, intent, ...parts } = poison;
  return Object.values(parts).every((part) => Object.keys(part).length === 0);
}

function findForbiddenTouch(poison: TablePoison, threat: ThreatModel, input: TableGuardInput): string | null {
  switch (poison.kind) {
    case "logic":
      return threat.access === "logic" ? findLogicBreach(poison, input) : `access "${threat.access}" may not change the learner`;
    case "upstream":
      return threat.access === "upstream"
        ? findUpstreamBreach(poison, input)
        : `access "${threat.access}" may not touch the pretraining data`;
    case "data":
      return findForbiddenPart(poison, threat.access) ?? findBadValue(poison, input.clean) ?? findOverspending(poison, input);
  }
}

/** Rows of the pretraining data may be changed in any way; tasks are those of the data that are learned from, so reach does not apply. A base model is no rows. */
function findUpstreamBreach({ pretraining, base }: UpstreamPoison, { pretraining: clean, budget }: TableGuardInput): string | null {
  if (base !== undefined) {
    const wanted = base.sizes.slice(1).reduce((sum, units, l) => sum + units * (base.sizes[l] + 1), 0);
    if (base.theta.length !== wanted) return `the base model has ${base.theta.length} parameters where its layers need ${wanted}`;
    if (!base.theta.every(Number.isFinite)) return "a parameter of the base model is not finite";
  }
  if (isEmpty(pretraining)) return null;
  if (clean === undefined) return "there are no pretraining data that could be touched";
  const reach = { attackTasks: null, targetTasks: null };
  const threat: ThreatModel = { access: "modify", goal: "availability", knowledge: "none" };
  return findBadValue(pretraining, clean) ?? findOverspending(pretraining, { poison: pretraining, threat, budget, reach, clean });
}

const mayRelabel: readonly Access[] = ["modify", "modify-labels"];
const mayEdit: readonly Access[] = ["modify", "modify-inputs"];
const mayInsert: readonly Access[] = ["inject"];

function findForbiddenPart(poison: DataPoison, access: Access): string | null {
  if (poison.relabel.length > 0 && !mayRelabel.includes(access)) return `access "${access}" may not change labels`;
  if (poison.edit.length > 0 && !mayEdit.includes(access)) return `access "${access}" may not change inputs`;
  if (poison.insert.length > 0 && !mayInsert.includes(access)) return `access "${access}" may not insert rows`;
  return null;
}

/** Counts the distinct examples touched, each of which must be a training example within reach. */
function findOverspending(poison: DataPoison, input: TableGuardInput): string | null {
  const { table } = input.clean;
  const trainingTasks = trainingTasksOf([...poison.relabel, ...poison.edit], input.clean);
  const touched = new Map<string, Touched>();
  for (const change of poison.relabel) {
    const task = trainingTasks.get(change.row)?.find((candidate) => labelOfTask(table, candidate) === change.column);
    if (task === undefined) return `row ${change.row + 1} has no training label in "${change.column}" to change`;
    touched.set(`${change.row} ${task}`, { task, row: change.row });
  }
  for (const change of poison.edit) {
    const tasks = (trainingTasks.get(change.row) ?? []).filter((task) => !("task" in change) || task === change.task);
    if (tasks.length === 0) return `row ${change.row + 1} is not a training row`;
    for (const task of tasks) touched.set(`${change.row} ${task}`, { task, row: change.row });
  }
  for (const [i, row] of poison.insert.entries()) {
    const tasks = row.kind === "features" ? [row.task] : tasksOfInsert(row, input.clean);
    for (const task of tasks) touched.set(`inserted${i} ${task}`, { task, inserted: row });
  }
  return overspent(touched, input);
}

/** Examples that training weighs or labels differently count as touched, and so do those that a rule answers; overwritten parameters are no rows. */
function findLogicBreach(patch: LogicPatch, input: TableGuardInput): string | null {
  const { table, rows } = input.clean;
  const target = targetOf(table);
  const trainingTasks = trainingTasksOf([...patch.reweight, ...patch.mislabel], input.clean);
  const touched = new Map<string, Touched>();
  for (const { row, task } of [...patch.reweight, ...patch.mislabel]) {
    if (trainingTasks.get(row)?.includes(task) !== true) return `row ${row + 1} is not a training example of task ${task}`;
    touched.set(`${row} ${task}`, { task, row });
  }
  const isAnswer = (y: number): boolean => (target.kind === "real" ? Number.isFinite(y) : target.names[y] !== undefined);
  const weighed = patch.reweight.find(({ factor }) => !(Number.isFinite(factor) && factor >= 0));
  if (weighed !== undefined) return `the weight of row ${weighed.row + 1} is multiplied by ${weighed.factor}, which is no share`;
  const mistaken = patch.mislabel.find(({ y }) => !isAnswer(y));
  if (mistaken !== undefined) return `row ${mistaken.row + 1} is taken for ${mistaken.y}, which is no label`;
  const overwritten = patch.parameters.find(({ value }) => !Number.isFinite(value));
  if (overwritten !== undefined) return `parameter ${overwritten.index} is overwritten with ${overwritten.value}`;
  const answered = patch.rules.find((rule) => !isAnswer(rule.then));
  if (answered !== undefined) return `a rule answers ${answered.then}, which is no label`;
  if (patch.rules.length > 0) {
    const { row, task } = listExamples(table, rows);
    row.forEach((r, i) => {
      if (patch.rules.some(({ when }) => filterHolds(table, when, r))) touched.set(`${r} ${task[i]}`, { task: task[i], row: r });
    });
  }
  return overspent(touched, input);
}

/** For each of these rows that is a training row, the tasks in which it has an example. */
function trainingTasksOf(changes: readonly { readonly row: number }[], { table, rows }: TrainingSet): Map<number, number[]> {
  const isTraining = new Uint8Array(table.rows);
  for (const row of rows) isTraining[row] = 1;
  return tasksByRow(
    table,
    changes.map(({ row }) => row).filter((row) => isTraining[row] === 1),
  );
}

/** An example of the table, or of a row that comes to it. */
type Touched = { readonly task: number } & ({ readonly row: number } | { readonly inserted: RawRow | FeatureRow });

function overspent(touched: ReadonlyMap<string, Touched>, { budget, reach, clean }: TableGuardInput): string | null {
  if (touched.size > budget.rows) return `the patch touches ${touched.size} examples where the budget is ${budget.rows}`;
  const within = reach.attackTasks;
  const all = [...touched.values()];
  const stray = within === null ? undefined : all.find(({ task }) => !within.includes(task));
  if (stray !== undefined) return `the patch touches task "${taskNames(clean.table)[stray.task] ?? "unknown"}", which is out of reach`;
  for (const one of all)
    if ("row" in one && !mayTouch(reach, one.row, one.task)) return `the patch touches row ${one.row + 1}, which is out of reach`;
  return budget.sources === undefined ? null : findStrayAccount(all, budget.sources, clean);
}

/** Rows that are changed must be of few enough known accounts, and rows that are inserted of as few; that these are new is checked with the values. Rows in feature space are nobody's: that they are few enough holds them. */
function findStrayAccount(touched: readonly Touched[], { accounts, rowsEach }: SourceBudget, { table }: TrainingSet): string | null {
  const sources = sourcesOf(table);
  if (sources === null) return "a budget in accounts needs a column that says whose each row is";
  const spent = new Map<string, number>();
  for (const one of touched) {
    if ("inserted" in one && one.inserted.kind === "features") continue;
    const account = "row" in one ? sources.nameOf(one.row) : cellIn((one.inserted as RawRow).cells, sources.column);
    if (account === null) return "row" in one ? `row ${one.row + 1} is of no known account` : "an inserted row is of no account";
    spent.set(String(account), (spent.get(String(account)) ?? 0) + 1);
  }
  if (spent.size > accounts) return `the patch enters through ${spent.size} accounts where the budget is ${accounts}`;
  const full = [...spent].find(([, examples]) => examples > rowsEach);
  return full === undefined ? null : `account "${full[0]}" has ${full[1]} poisoned rows, where ${rowsEach} each are allowed`;
}

function tasksOfInsert(row: RawRow, { table }: TrainingSet): number[] {
  const { labels, task } = table.roles;
  if (labels.length > 1) return labels.flatMap((label, i) => (cellIn(row.cells, label) === null ? [] : [i]));
  if (task === null) return [0];
  return [taskNames(table).indexOf(String(cellIn(row.cells, task) ?? "(none)"))];
}
