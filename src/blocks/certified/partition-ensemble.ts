import type { RunContext } from "../../core/context.ts";
import type { CertificateInput, PartAsked } from "../../core/certificate.ts";
import { type Target } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import { countSources, sourcesOf } from "../../core/sources.ts";
import type { ParamSpecs } from "../../core/params.ts";
import { rowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";
import { ridgeScores } from "./kernel-ridge.ts";
import { type PartitionKey, dealParts, inContentOrder, partsOfRows } from "./partitions.ts";
import { type Learned, trainParts } from "./train-parts.ts";

export interface EnsembleParams {
  partitions: number | "auto";
  by: PartitionKey;
  base: "ridge" | "pipeline";
}

export const ensembleParams: ParamSpecs<EnsembleParams> = {
  partitions: {
    type: "number-or-auto",
    default: "auto",
    min: 1,
    max: 100000,
    help: "models; auto = one for every 40 training rows, an odd number from 5 to 1001",
  },
  by: {
    type: "choice",
    default: "row",
    options: ["row", "source"],
    help: "what goes to one part together: equal rows, or all rows of an account, so that the radius counts accounts",
  },
  base: {
    type: "choice",
    default: "ridge",
    options: ["ridge", "pipeline"],
    help: "what each part trains: kernel ridge on features that need no other rows, or the pipeline that is audited, encoder and tuning included",
  },
};

/** Models of parts of the training rows, and what they answer. */
export interface Ensemble {
  readonly models: number;
  readonly classes: number;
  readonly target: Target;
  readonly examples: number;
  /** The class that each model answers; empty of a number. Shape: [examples of test, models]. */
  readonly choices: Int32Array;
  /** The number that each model answers; empty of classes. Shape: [examples of test, models]. */
  readonly values: Float64Array;
  /** Decision values of classes, larger = rather; empty unless they were asked for. Shape: [examples of test, models, classes]. */
  readonly scores: Float32Array;
  /** Training rows of a model on average. */
  readonly rowsPerModel: number;
  /** Models that could not be trained, which give the answer of a part without rows: one row must not be able to bring down all. */
  readonly failed: number;
}

/** What a model says of the rows that are answered; null where it could not be trained. */
interface Scores {
  readonly scores: Float64Array | null;
}

/** So many rows are enough for a model of a part; see docs/certificates.md. */
const rowsOfPart = 40;

/** As many as were asked for; else an odd number, so that two classes cannot tie, of at most half the accounts where those are dealt. */
export function partitionsFor(
  { partitions, by }: Pick<EnsembleParams, "partitions" | "by">,
  { table, train }: Pick<CertificateInput, "table" | "train">,
): number {
  if (partitions !== "auto") return Math.round(partitions);
  const most = by === "source" ? Math.floor((countSources(table, train) ?? train.length) / 2) : Infinity;
  const wanted = Math.min(1001, most, Math.floor(train.length / rowsOfPart));
  return Math.max(5, wanted % 2 === 1 ? wanted : wanted - 1);
}

/** Why no ensemble can be made of such data, in words; null where it can. */
export function refusesEnsemble({ table }: CertificateInput, { by }: Pick<EnsembleParams, "by">): string | null {
  if (table.roles.labels.length > 1) return "it takes one label at a time, and these data have several: name one with --label";
  if (by === "source" && table.roles.source === null) return "no column says who a row is from: name it with --source";
  if (by === "source" && sourcesOf(table) === null) return "the column of accounts holds numbers, not names";
  return null;
}

/**
 * One model on each `spread` of `models` · `spread` parts: part h is learned from by the models (h + s) mod (models · spread) for the shifts s. With a spread of 1
 * each model has a part of its own. Whatever a model learns or chooses, it does on its own rows; equal decision values go to the class that comes first in an
 * order that turns with the number of the model, and without rows that class is the answer.
 *
 * @param shifts of each part to the models that learn from it; [0] for one model a part. Shape: [spread]
 */
export async function trainEnsemble(
  input: CertificateInput,
  { by, base }: Pick<EnsembleParams, "by" | "base">,
  { models, shifts, keepsScores = false }: { readonly models: number; readonly shifts: Int32Array; readonly keepsScores?: boolean },
  context: RunContext,
): Promise<Ensemble> {
  const { table, train, test } = input;
  const target = targetOf(table);
  const classes = target.kind === "classes" ? target.names.length : 0;
  const own = listExamples(table, train);
  const asked = listExamples(table, test);
  const labelOf = new Map<number, number>();
  own.row.forEach((row, i) => labelOf.set(row, own.y[i]));
  const seed = "partitions";
  const order = inContentOrder(table, own.row, (row) => labelOf.get(row) as number, seed);
  const part = partsOfRows(table, order, models, { by, seed });
  const labels = Float64Array.from(order, (row) => labelOf.get(row) as number);
  const features = base === "ridge" ? rowWiseFeatures(table, Int32Array.from([...order, ...asked.row])) : null;
  const askedAt = Int32Array.from(asked.row, (_, i) => order.length + i);
  const count = asked.row.length;
  const choices = new Int32Array(classes === 0 ? 0 : count * models);
  const values = new Float64Array(classes === 0 ? count * models : 0);
  const scores = new Float32Array(keepsScores ? count * models * classes : 0);
  const rowsOf = dealParts(part, models, shifts);
  let failed = 0;
  const told = (learned: Learned<Scores>, m: number): void => {
    const constant = typeof learned === "number" ? learned : null;
    const given = typeof learned === "object" ? (learned?.scores ?? null) : null;
    if (learned !== null && constant === null && given === null) failed++;
    if (classes === 0) {
      for (let i = 0; i < count; i++) values[i * models + m] = given === null ? (constant ?? 0) : given[i];
      return;
    }
    const wide = given === null ? new Float32Array(count * classes) : Float32Array.from(oneForEachClass(given, count, classes));
    if (constant !== null) for (let i = 0; i < count; i++) wide[i * classes + constant] = 1;
    for (let i = 0; i < count; i++) {
      choices[i * models + m] = firstChoice(wide, i * classes, classes, m);
      if (keepsScores) for (let c = 0; c < classes; c++) scores[(i * models + m) * classes + c] = wide[i * classes + c];
    }
  };
  const trainOne = async (positions: Int32Array, m: number): Promise<Scores> => ({ scores: await scoresOfPart(m, positions) });
  await trainParts(rowsOf, labels, { train: trainOne, told, atOnce: base === "ridge" ? 1 : (input.atOnce ?? 1) }, context);
  const rows = rowsOf.reduce((sum, own) => sum + own.length, 0);
  return { models, classes, target, examples: count, choices, values, scores, rowsPerModel: rows / models, failed };

  async function scoresOfPart(m: number, positions: Int32Array): Promise<Float64Array | null> {
    if (features === null) {
      const alone = Int32Array.from(positions, (position) => order[position]);
      try {
        return await input.scoresOf(table, alone, { name: `model ${m}`, of: models }, context);
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
        if (input.failedPart === "void") throw voidedBy(error, { name: `model ${m + 1}`, of: models });
        return null;
      }
    }
    const mean = classes === 0 ? meanOf(labels, positions) : 0;
    const given = ridgeScores({ features, own: positions, asked: askedAt, ...coded(labels, positions, classes, mean) });
    return mean === 0 ? given : given.map((value) => value + mean);
  }
}

/** Why nothing is certified of an ensemble: a part that failed is no vote, and what it would have said is not guessed. */
export function voidedBy(error: NumericalError, { name, of }: PartAsked): NumericalError {
  return new NumericalError(`${name} of ${of} was not trained, so that its vote is not known and nothing is certified: ${error.message}`);
}

/** 1 − 1/C for the class of a row and −1/C for the others; of a number its distance from the mean of the part. */
export function coded(labels: Float64Array, positions: Int32Array, classes: number, mean: number): { y: Float64Array; outputs: number } {
  if (classes === 0) {
    return { y: Float64Array.from(positions, (position) => labels[position] - mean), outputs: 1 };
  }
  const y = new Float64Array(positions.length * classes).fill(-1 / classes);
  positions.forEach((position, i) => (y[i * classes + labels[position]] += 1));
  return { y, outputs: classes };
}

function meanOf(labels: Float64Array, positions: Int32Array): number {
  let sum = 0;
  for (const position of positions) sum += labels[position];
  return sum / positions.length;
}

/** One decision value of two classes becomes one of each. Shapes: given [rows, outputs], result [rows, classes]. */
export function oneForEachClass(given: Float64Array, rows: number, classes: number): Float64Array {
  if (given.length === rows * classes) return given;
  const out = new Float64Array(rows * classes);
  given.forEach((value, i) => {
    out[i * classes] = -value;
    out[i * classes + 1] = value;
  });
  return out;
}

/** The class of the largest score from `at` on; ties to the class that comes first in the order of this model, (class + model) mod classes. */
export function firstChoice(scores: Float32Array | Float64Array, at: number, classes: number, model: number): number {
  let best = -1;
  for (let k = 0; k < classes; k++) {
    const c = (((k - model) % classes) + classes) % classes;
    if (best < 0 || scores[at + c] > scores[at + best]) best = c;
  }
  return best;
}
