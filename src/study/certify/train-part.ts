import type { PartAsked } from "../../core/certificate.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import type { Learner } from "../../core/learner.ts";
import type { Table } from "../../core/table.ts";
import { type EncoderParams, makeEncoder } from "../../data/encoder.ts";
import { subTable } from "../../data/sub-table.ts";
import type { Rng } from "../../numeric/random.ts";
import { followsLabels } from "../follows-labels.ts";

/** A pipeline that learns from rows. */
export interface PartPipeline {
  readonly learner: Learner;
  /** As they were asked for. */
  readonly learnerParams: unknown;
  readonly encoder: EncoderParams;
}

/** What one model of an ensemble is trained on and asked: a table of its own rows and, after them, of those that are answered. Nothing of any other row is in it. */
export interface PartTask extends PartAsked {
  readonly table: Table;
  /** How many rows, the first ones, are learned from. */
  readonly trained: number;
}

/** Trains one model of an ensemble and asks it. Shape of the result: [rows answered, outputs]. */
export type PartTrainer = (task: PartTask, context: Pick<RunContext, "signal">) => Promise<Float64Array>;

export function partTask(table: Table, rows: Int32Array, test: Int32Array, part: PartAsked): PartTask {
  return { ...part, table: subTable(table, Int32Array.from([...rows, ...test])), trained: rows.length };
}

/**
 * Encoder, tuning and training on the rows of a part and on nothing else.
 *
 * @param rng of the whole study: that of a part follows from its name, so that certificates whose parts are equal have equal models
 */
export async function trainPart(
  { learner, learnerParams, encoder }: PartPipeline,
  { table, trained, name }: PartTask,
  { rng, signal }: Pick<RunContext, "rng" | "signal">,
): Promise<Float64Array> {
  const own = rng.fork("parts").fork(name);
  const train = Int32Array.from({ length: trained }, (_, i) => i);
  const asked = Int32Array.from({ length: table.rows - trained }, (_, i) => trained + i);
  if (learner.outside !== undefined) return (await askOutside(learner, learnerParams, { table, train, asked }, own, { signal })).scores;
  const fitted = makeEncoder(encoder, table).fit(table, train);
  const data = fitted.encode(table, train);
  const params: unknown = await learner.tune(data, { signal, rng: own.fork("tune"), params: learnerParams });
  const model = await learner.fit(data, { signal, rng: own.fork("fit"), params });
  return model.scores(fitted.encode(table, asked));
}

interface Rows {
  readonly table: Table;
  readonly train: Int32Array;
  readonly asked: Int32Array;
}

function askOutside(
  { outside }: Learner,
  params: unknown,
  { table, train, asked }: Rows,
  rng: Rng,
  options: Pick<RunContext, "signal"> & { readonly isRepeated?: boolean },
  y = listExamples(table, train).y,
): Promise<{ readonly outputs: number; readonly scores: Float64Array }> {
  const { row } = listExamples(table, asked);
  return outside!.answer(
    params,
    { table, train: { rows: train, y }, test: [{ table, rows: row }], seed: rng.fork("seed").integer(2 ** 31) },
    options,
  );
}

/** Training rows that a learner is tried on. */
const rowsTried = 200;

/**
 * Tries a learner into which nobody looks on a few of the rows: whether it says the same of the same rows and seed, and something else once their labels are mixed.
 *
 * @throws NumericalError where it does not, or fails: votes of such models prove nothing
 */
export async function tryOutside(
  { learner, learnerParams }: Omit<PartPipeline, "encoder">,
  { table, train, test }: { readonly table: Table; readonly train: Int32Array; readonly test: Int32Array },
  { rng, signal }: Pick<RunContext, "rng" | "signal">,
): Promise<void> {
  const own = rng.fork("tried");
  const examples = listExamples(table, train);
  const places = own.sample(examples.row.length, Math.min(rowsTried, examples.row.length));
  const rows = { table, train: Int32Array.from(places, (k) => examples.row[k]), asked: test };
  const y = Float64Array.from(places, (k) => examples.y[k]);
  const ask = (labels: Float64Array) => askOutside(learner, learnerParams, rows, own, { signal, isRepeated: true }, labels);
  const said = await ask(y);
  const again = await ask(y);
  const apart = said.scores.reduce((sum, score, i) => sum + (score === again.scores[i] ? 0 : 1), 0) / said.outputs;
  if (apart > 0)
    throw new NumericalError(
      `the learner says something else of ${Math.ceil(apart)} of ${said.scores.length / said.outputs} rows when it is trained again on the same rows with the same seed (THERIAC_SEED): its votes do not follow from its rows, and nothing is proven of them`,
    );
  if (y.every((label) => label === y[0])) return;
  if (!(await followsLabels(said, { y, target: targetOf(table), rng: own.fork("labels") }, ask)))
    throw new NumericalError(
      "the learner says the same of every row when its training labels are mixed at random: it does not learn from the rows that it is given, and what it learns from may hold any of them",
    );
}
