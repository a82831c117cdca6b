import { listExamples, targetOf, taskNames } from "../../core/examples.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { budgetWithShare } from "../../report/words/format.ts";
import type { AttackChoice, StudyConfig } from "../../study/config.ts";
import type { Cell } from "../../study/kind.ts";

/** What was understood, a line each: the data, what learns from them, what is tried. */
export function describePlan(table: Table, study: StudyConfig, cells: readonly Cell[]): string[] {
  const trials = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  const repairs = study.repairs.map((repair) => (repair.detector === null ? repair.id : `${repair.id} (by ${repair.detector.id})`));
  return [
    `data: ${describeRows(table)}`,
    `features: ${table.roles.features.length} ${plural("column", table.roles.features.length)} (${describeFeatures(table)})`,
    `label: ${describeLabel(table)}`,
    ...describeGroups(table),
    `${study.learners === undefined ? `learner: ${study.learner.id}` : `learners: ${study.learners.map(({ id }) => id).join(", ")}`}, ${study.sharing === "separate" ? "one model for each task" : "one model"}; encoder fitted on ${study.pretraining !== undefined ? `the ${Math.round(study.pretraining * 100)} % of the training rows that the base model is pretrained on` : study.encoder.fittedOn === "frozen" ? "the clean rows" : "the rows as attacked"}`,
    `study: ${study.attacks.map(attackText).join(", ")} × ${study.budgets.map((budget) => budgetWithShare(budget, study)).join(", ")} × ${study.seeds} ${plural("seed", study.seeds)} × ${["no repair", ...repairs].join(", ")}, and each seed once without attack = ${trials} trials`,
  ];
}

function attackText({ id, knowledge, against, lasting }: AttackChoice): string {
  if (lasting === true) return `${id} (and clean rows after it)`;
  const variant = knowledge ?? (against === undefined ? null : `around ${against}`);
  return variant === null ? id : `${id} (${variant})`;
}

function describeRows(table: Table): string {
  const examples = listExamples(table).row.length;
  return `${table.rows} rows, ${examples} labelled ${plural("example", examples)}`;
}

function describeFeatures(table: Table): string {
  const shown = table.roles.features.slice(0, 8).map((name) => {
    const column = columnOf(table, name);
    return column.kind === "vector" ? `vectors of ${column.matrix.cols}` : `${name}: ${column.kind}`;
  });
  return table.roles.features.length > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

function describeLabel(table: Table): string {
  const target = targetOf(table);
  const names = table.roles.labels.join(", ");
  if (target.kind === "real") return `${names}, a number`;
  const { y } = listExamples(table);
  const counts = target.names.slice(0, 8).map((name, k) => `${name} ${y.filter((label) => label === k).length}`);
  return `${names}, ${target.names.length} classes (${counts.join(", ")}${target.names.length > counts.length ? ", …" : ""})`;
}

function describeGroups(table: Table): string[] {
  const tasks = taskNames(table);
  const source = table.roles.source === null ? null : columnOf(table, table.roles.source);
  const shown = tasks.length > 8 ? `${tasks.slice(0, 8).join(", ")}, …` : tasks.join(", ");
  return [
    ...(tasks.length > 1 ? [`tasks: ${tasks.length} (${shown})`] : []),
    ...(source !== null && "names" in source ? [`sources: ${source.names.length} of ${source.name}`] : []),
  ];
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}
