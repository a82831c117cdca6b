import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";
import { softmaxInPlace } from "../../blocks/linear/softmax-objective.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Detector, DetectorContext } from "../../core/detector.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { studentQuantile } from "../../numeric/statistics/intervals.ts";
import { addScaledRowInto, denseMatrix, stackRows } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";

interface StripParams {
  overlays: number;
  share: number;
  falseAcceptance: number;
}

/** Rows that go through the model at once, each with its overlays. */
const chunkRows = 64;
/** Student's distribution with so many degrees of freedom is the normal one. */
const asNormal = 1e6;

/**
 * A row x is mixed with N others, share · x + (1 − share) · x_n, and scores minus its mean entropy −H, H = −(1/N) Σ_n Σ_c p_c(x_n) log₂ p_c(x_n) over the
 * classes c (the best-known toolkit sums over the N mixtures instead, within each class, which says how much a class varies and is no number where a class is
 * never likely). A trigger decides whatever it is mixed with, so its H is low. Where there are verified rows, the model is trained on them too, and a row is flagged whose H lies
 * below the `falseAcceptance` quantile of theirs, by a bound that holds for any number of them. Elsewhere it is that quantile of a normal distribution, as in the paper, of which median
 * and spread are those of the rows themselves, most of which are taken to be clean. Entropies are seldom normal: of images twice as many clean rows were seen below
 * that as were aimed at, of short texts twelve times as many. So without verified rows it cannot say how many of those flagged are innocent, but that there are as
 * many at least as lie as far above the median.
 */
export const strip: Detector<StripParams> = {
  kind: "detector",
  id: "strip",
  title: "STRIP",
  summary: "Lays other rows over a row: a model that stays sure of its answer whatever is laid over it follows a trigger.",
  source: {
    cite: "Gao et al. 2019, STRIP: A Defence Against Trojan Attacks on Deep Neural Networks, ACSAC, eq. 2 to 4",
    url: "https://arxiv.org/abs/1902.06531",
  },
  params: {
    overlays: { type: "number", default: 20, min: 1, max: 1000, integer: true, help: "rows that each row is mixed with" },
    share: { type: "number", default: 0.5, min: 0.01, max: 0.99, help: "how much of a mixture is the row itself" },
    falseAcceptance: {
      type: "number",
      default: 0.01,
      min: 0,
      max: 0.5,
      help: "share of clean rows that may be flagged; kept to on average where there are verified rows (--verified-fraction), only aimed at elsewhere",
    },
  },
  effort: "full",
  subject: "row",
  flags: true,
  targets: ["classes"],
  async score(data, context) {
    const { verified = null, params } = context;
    const rows = data.y.length;
    const known = verified === null || verified.y.length === 0 ? null : verified;
    const all = known === null ? data : withRows(data, known);
    const entropies = await entropiesOf(all, context);
    const { limit, falseRate } =
      known === null ? normalLimit(entropies, params.falseAcceptance) : limitOfVerified(entropies.subarray(rows), params.falseAcceptance);
    const own = entropies.slice(0, rows);
    const middle = medianOf(own);
    const flagged = Uint8Array.from(own, (entropy) => Number(entropy < limit));
    return {
      values: own.map((entropy) => -entropy),
      flagged,
      ...(known === null ? { leastFalseAlarms: falseRate * rows } : { expectedFalseAlarms: falseRate * rows }),
      reason: (row) =>
        flagged[row] === 0
          ? null
          : `whatever is laid over it, the model stays sure: ${own[row].toFixed(2)} bits of doubt where the median row has ${middle.toFixed(2)}`,
    };
  },
};

/** Trains on the rows and asks for the entropy of each. Shape: [rows]. */
async function entropiesOf(data: Dataset, { params, rng, fit, signal, progress }: DetectorContext<StripParams>): Promise<Float64Array> {
  const rows = data.y.length;
  const classes = data.target.kind === "classes" ? data.target.names.length : 0;
  const model = await fit(data);
  const entropies = new Float64Array(rows);
  const draw = rng.fork("overlays");
  for (let from = 0; from < rows; from += chunkRows) {
    stopIfCancelled(signal);
    const count = Math.min(chunkRows, rows - from);
    entropies.set(meanEntropies(chancesOf(model, mixtures(data, from, count, params, draw), classes), classes, params.overlays), from);
    progress?.((from + count) / rows);
  }
  return entropies;
}

interface Limit {
  /** Rows of less entropy are flagged. */
  readonly limit: number;
  /** The share of clean rows that is expected below. */
  readonly falseRate: number;
}

/**
 * As in the paper, of the rows themselves. Entropies are seldom normal: where more lie as far above the median, as a trigger cannot bring about, as many are expected below it.
 */
function normalLimit(entropies: Float64Array, share: number): Limit {
  const middle = medianOf(entropies);
  const limit = middle - studentQuantile(1 - share, asNormal) * spreadOf(entropies);
  const above = entropies.filter((entropy) => entropy > 2 * middle - limit).length;
  return { limit, falseRate: Math.max(share, above / entropies.length) };
}

/**
 * The k-th smallest of n verified entropies, k = ⌊share (n + 1)⌋ but 1 at least: a clean row that is drawn like them, trained on like them and mixed like them lies below it with the
 * chance k / (n + 1), whatever the distribution (Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, proposition 2.2); less where entropies are equal.
 */
export function limitOfVerified(entropies: Float64Array, share: number): Limit {
  const n = entropies.length;
  const k = Math.min(n, Math.max(1, Math.floor(share * (n + 1) + 1e-9)));
  return { limit: entropies.slice().sort()[k - 1], falseRate: k / (n + 1) };
}

/** The verified rows below the others; their bookkeeping is not looked at. */
function withRows(data: Dataset, more: Dataset): Dataset {
  const joined = <T extends Float64Array | Int32Array>(a: T, b: T): T => {
    const both = new (a.constructor as new (length: number) => T)(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  const ones = (of: Dataset): Float64Array => of.weight ?? new Float64Array(of.y.length).fill(1);
  return {
    ...data,
    x: stackRows(data.x, more.x),
    y: joined(data.y, more.y),
    weight: data.weight === null && more.weight === null ? null : joined(ones(data), ones(more)),
    task: joined(data.task, more.task),
    source: joined(data.source, more.source),
    row: joined(data.row, more.row),
  };
}

/** Each of these rows mixed with others, drawn anew for each; its mixtures follow one another. */
function mixtures(data: Dataset, from: number, count: number, { overlays, share }: StripParams, draw: Rng): Dataset {
  const { rows, cols } = data.x;
  const x = denseMatrix(count * overlays, cols);
  const own = Int32Array.from({ length: count * overlays }, (_, p) => from + Math.floor(p / overlays));
  own.forEach((row, p) => {
    const step = rows > 1 ? 1 + draw.integer(rows - 1) : 0;
    addScaledRowInto(x.data, data.x, row, share, p * cols);
    addScaledRowInto(x.data, data.x, (row + step) % rows, 1 - share, p * cols);
  });
  return { ...selectExamples({ ...data, x: denseMatrix(rows, 0) }, own), x };
}

/** A model that states no probabilities is taken at its scores, as if they were log odds. Shape: [rows, classes]. */
function chancesOf(model: Model, data: Dataset, classes: number): Float64Array {
  const stated = model.probabilities(data);
  if (stated !== null) return stated;
  const scores = model.scores(data);
  const out = new Float64Array(data.y.length * classes);
  for (let i = 0; i < data.y.length; i++) {
    for (let k = 0; k < classes; k++) out[i * classes + k] = model.outputs > 1 ? scores[i * classes + k] : k === 1 ? scores[i] : 0;
    softmaxInPlace(out, i * classes, classes);
  }
  return out;
}

/**
 * For each run of `samples` rows of probabilities the mean of their entropies over the classes, in bits. Shapes: probabilities [runs · samples, classes],
 * result [runs].
 */
export function meanEntropies(probabilities: Float64Array, classes: number, samples: number): Float64Array {
  const out = new Float64Array(probabilities.length / Math.max(1, classes * samples));
  for (let p = 0; p < probabilities.length; p++) {
    const chance = probabilities[p];
    if (chance > 0) out[Math.floor(p / (classes * samples))] -= (chance * Math.log2(chance)) / samples;
  }
  return out;
}
