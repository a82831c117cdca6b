import { applyToTable } from "../../core/apply/apply.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { BackdoorIntent, Intent, TargetedIntent } from "../../core/intent.ts";
import { rowsInGroup } from "../../core/intent.ts";
import { type Model, predict } from "../../core/learner.ts";
import type { Quantity } from "../../core/metric.ts";
import { noDataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { hasTrigger, triggerEdits } from "../../core/trigger.ts";
import type { FittedEncoder } from "../../data/encoder.ts";

/** Figures that only a targeted attack or a backdoor has. Each compares with the clean model already. */
export const intentQuantities: readonly Quantity[] = [
  { id: "attackSuccessRate", better: "lower", damage: null, range: [0, 1], isRate: false },
  { id: "untriggeredRate", better: "lower", damage: null, range: [0, 1], isRate: false },
  { id: "unpoisonedRate", better: "lower", damage: null, range: [0, 1], isRate: false },
  { id: "targetError", better: "lower", damage: null, range: [0, Infinity], isRate: false },
  { id: "targetErrorRise", better: "lower", damage: null, range: [-Infinity, Infinity], isRate: false },
  { id: "collateralErrorRise", better: "lower", damage: null, range: [-Infinity, Infinity], isRate: false },
];

/** A model with what encodes its inputs. */
export interface Encoded {
  readonly model: Model;
  readonly encoder: FittedEncoder;
}

/** Examples to look at: always the same ones, of the clean table or of one with other inputs. */
export type ExamplesOf = (encoder: FittedEncoder, table?: Table) => Dataset;

/**
 * How far an attack got with what it meant, on test rows.
 *
 * - `attackSuccessRate`: of the rows that the clean model gets right, the share answered as meant: for a backdoor of those of other classes, with the
 *   trigger put into them; for a group, answered wrongly where no answer was meant. Classes only.
 * - `untriggeredRate`, `unpoisonedRate`: of the rows that a backdoor's rate is taken over, the share answered so without the trigger, and the share that the
 *   clean model answers so with it: what is not the poison's doing.
 * - `targetError`, `targetErrorRise`: share of the group's rows answered wrongly (of a number, the root of the mean squared error), and how much more that is
 *   than of the clean model; `collateralErrorRise`: the same of all other rows.
 *
 * What no test row can show is absent.
 */
export function measureIntent(...given: Parameters<typeof measureIntentWithRows>): Record<string, number> {
  return measureIntentWithRows(...given).metrics;
}

/** The figures of an intent, and of those that are shares of rows how many rows each is a share of: often far fewer than are tested on. */
export interface IntentMeasured {
  readonly metrics: Record<string, number>;
  readonly rows: Record<string, number>;
}

/** The same with the rows behind each share. */
export function measureIntentWithRows(intent: Intent, attacked: Encoded, clean: Encoded, table: Table, testOf: ExamplesOf): IntentMeasured {
  const triggered = (open: Int32Array): ReturnType<Answered["triggered"]> => {
    const changed = withTrigger(table, selectRowsOf(test, open), intent as BackdoorIntent);
    const answersOf = ({ model, encoder }: Encoded): Float64Array => predict(model, testOf(encoder, changed));
    return { attacked: answersOf(attacked), clean: answersOf(clean) };
  };
  const test = testOf(attacked.encoder);
  const answers = predict(attacked.model, test);
  const before = predict(clean.model, testOf(clean.encoder));
  return measureIntentOfAnswers(intent, { test, answers, before, triggered }, table);
}

/** The same by answers alone, of models into which nobody looks. */
export function measureIntentOfAnswers(intent: Intent, given: Answered, table: Table): IntentMeasured {
  return intent.goal === "backdoor" ? measureBackdoor(intent, given, table) : measureTargeted(intent, given, table);
}

export interface Answered {
  readonly test: Dataset;
  /** Classes or numbers, of the attacked model. Shape: [test]. */
  readonly answers: Float64Array;
  /** Of the clean model. Shape: [test]. */
  readonly before: Float64Array;
  /** The answers of both once these test rows have a backdoor's trigger in them; those of other rows do not count. Shapes: [test]. */
  triggered(open: Int32Array): { readonly attacked: Float64Array; readonly clean: Float64Array };
}

/** Test rows that a backdoor could turn, by their labels: of other classes than it answers, without its trigger. Positions in `test`. */
export function triggerable({ trigger, answer }: BackdoorIntent, { y, row }: Dataset, table: Table): Int32Array {
  return positionsWhere(y.length, (i) => y[i] !== answer && !hasTrigger(table, row[i], trigger));
}

function measureBackdoor(intent: BackdoorIntent, { test, answers, before, triggered }: Answered, table: Table): IntentMeasured {
  const open = triggerable(intent, test, table).filter((i) => before[i] === test.y[i]);
  if (open.length === 0) return { metrics: {}, rows: {} };
  const share = (given: Float64Array): number => open.filter((i) => given[i] === intent.answer).length / open.length;
  const { attacked, clean } = triggered(open);
  const metrics = {
    attackSuccessRate: share(attacked),
    untriggeredRate: share(answers),
    unpoisonedRate: share(clean),
  };
  return { metrics, rows: Object.fromEntries(Object.keys(metrics).map((name) => [name, open.length])) };
}

function measureTargeted(
  { group, answer }: TargetedIntent,
  { test, answers, before }: Omit<Answered, "triggered">,
  table: Table,
): IntentMeasured {
  const isReal = test.target.kind === "real";
  const chosen = new Set(rowsInGroup(table, group, test.row));
  const inside = positionsWhere(test.y.length, (i) => chosen.has(test.row[i]));
  const outside = positionsWhere(test.y.length, (i) => !chosen.has(test.row[i]));
  const errorOf = (given: Float64Array, at: Int32Array): number => {
    const errors = Float64Array.from(at, (i) => (isReal ? (given[i] - test.y[i]) ** 2 : given[i] === test.y[i] ? 0 : 1));
    const mean = errors.reduce((sum, error) => sum + error, 0) / at.length;
    return isReal ? Math.sqrt(mean) : mean;
  };
  const metrics: Record<string, number> = {};
  if (inside.length > 0) {
    metrics.targetError = errorOf(answers, inside);
    metrics.targetErrorRise = metrics.targetError - errorOf(before, inside);
  }
  if (outside.length > 0) metrics.collateralErrorRise = errorOf(answers, outside) - errorOf(before, outside);
  if (isReal) return { metrics, rows: {} };
  const rows: Record<string, number> = {};
  if (inside.length > 0) rows.targetError = rows.targetErrorRise = inside.length;
  if (outside.length > 0) rows.collateralErrorRise = outside.length;
  const open = inside.filter((i) => before[i] === test.y[i] && test.y[i] !== answer);
  const isMeant = (i: number): boolean => (answer === null ? answers[i] !== test.y[i] : answers[i] === answer);
  if (open.length > 0) {
    metrics.attackSuccessRate = open.filter(isMeant).length / open.length;
    rows.attackSuccessRate = open.length;
  }
  return { metrics, rows };
}

/** Rows that the objective of a backdoor looks at, at most. */
const mostRows = 1000;

/**
 * What an attacker with such a goal maximises, on what it can see: less the mean loss at the answer that it means, or the mean loss at the true one. On
 * clean training rows of the group, on those of other classes with the trigger in them, or where no training row is meant on the rows meant themselves at the
 * answers of the clean model. null where there is no such row.
 */
export function intentObjective(intent: Intent, attacked: Encoded, clean: Encoded, table: Table, trainingOf: ExamplesOf): number | null {
  const training = trainingOf(attacked.encoder);
  const lossAt = (data: Dataset, answer: number | null): number | null => {
    if (data.y.length === 0) return null;
    const meant = answer === null ? data : { ...data, y: new Float64Array(data.y.length).fill(answer) };
    const mean = attacked.model.losses(meant).reduce((sum, loss) => sum + loss, 0) / data.y.length;
    return answer === null ? mean : -mean;
  };
  if (intent.goal === "backdoor") {
    const open = positionsWhere(training.y.length, (i) => training.y[i] !== intent.answer);
    const some = open.filter((_, i) => i % Math.ceil(open.length / mostRows) === 0);
    const triggered = trainingOf(attacked.encoder, withTrigger(table, selectRowsOf(training, some), intent));
    return lossAt(selectExamples(triggered, some), intent.answer);
  }
  const chosen = new Set(rowsInGroup(table, intent.group, training.row));
  const inside = positionsWhere(training.y.length, (i) => chosen.has(training.row[i]));
  if (inside.length > 0) return lossAt(selectExamples(training, inside), intent.answer);
  if ("anyOf" in intent.group) return null;
  const rows = Int32Array.from(intent.group.rows);
  const meant = attacked.encoder.encode(table, rows);
  return lossAt({ ...meant, y: predict(clean.model, clean.encoder.encode(table, rows)) }, intent.answer);
}

function selectRowsOf(data: Dataset, positions: Int32Array): Set<number> {
  return new Set(Array.from(positions, (i) => data.row[i]));
}

/** The table with a trigger in these rows. */
export function withTrigger(table: Table, rows: Iterable<number>, { trigger }: Pick<BackdoorIntent, "trigger">): Table {
  return applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, rows, trigger) });
}
