import { honestLoss } from "./residual-tails.ts";
import { nelderMead, type SimplexMinimum } from "../../numeric/solvers/nelder-mead.ts";

/** How residuals of honest and of wrong labels are told apart. */
export interface ResidualMixture {
  /** Share of wrong labels, at most 0.48. */
  readonly wrongShare: number;
  /** Probability that a label is wrong, given its residual; on either side of 0 it never falls as residuals grow. Shape: [rows]. */
  readonly wrong: Float64Array;
}

/** Parameters of the mixture, as the search moves them; see `mixtureDensities`. */
export interface MixtureShape {
  /** Scale c of honest residuals, and their lean: c·e^(± tanh lean) above and below the mode. */
  readonly scale: number;
  readonly lean: number;
  /** Where honest residuals are most frequent. */
  readonly mode: number;
  /** Degrees of freedom of the honest part above and below that. */
  readonly tails: readonly [number, number];
  readonly wrongShare: number;
  /** Share of wrong labels that were shifted, by `shift` ± 1.2 scales, a share `upward` of them up. */
  readonly shifted: number;
  readonly shift: number;
  readonly upward: number;
  /** Of the other wrong ones, the share that are labels of other rows. */
  readonly swapped: number;
}

/** Beyond one half, honest and wrong exchange names. */
const mostWrong = 0.48;
/** Shifts nearer than this many honest scales are not told from honest tails. */
const leastShift = 5;
/** Honest tails are not heavier than these: at 3, shifts of two standard deviations pass for them. */
const tails = [
  [5, 5],
  [30, 30],
  [5, 30],
  [30, 5],
] as const;
const evaluations = 300;
const restarts = 2;
/** As `shapeOf` reads them: few wrong labels, and many. */
const starts = [
  Float64Array.of(Math.log(1.4), logit(0.01 / mostWrong), 0, Math.log(8), 0, 0, 0, 0),
  Float64Array.of(Math.log(1.4), logit(0.15 / mostWrong), 0, Math.log(7), 0, 0, 0, 0),
];
const simplex = Float64Array.of(0.3, 1, 1, 0.3, 1, 1, 0.5, 0.3);
/** Of the log-likelihood over that of honest errors with tails as heavy as it takes, which have three parameters fewer (Akaike's criterion). */
const leastGain = 3;
/** Most rows that the mixture is fitted to, evenly drawn from all. */
const fittedRows = 8000;

/**
 * f(z) = (1 − e) t2(z) + e [b·bump + (1 − b)(h·swap + (1 − h)·flat)]: honest residuals follow a two-piece t, wrong ones are shifted (two normals), are the
 * label of another row (the density of the labels at this one, in units of z), or lie anywhere: flat in ln |z| beyond 3, as labels times ten do. Fitted by maximum
 * likelihood with weak pulls to the middle; where honest errors with heavy tails explain z as well, nothing is wrong. Scales of residuals are local, so that z of honest labels has about one law everywhere.
 *
 * Swapped labels lie mostly among honest errors; so do shifts below five scales of these. Neither is found.
 *
 * @param z residuals in scales of honest ones around them, median 0. Shape: [rows]
 * @param labelDensity of the labels at each row's label, a unit of z wide. Shape: [rows]
 */
export function residualMixture(z: Float64Array, labelDensity: Float64Array): ResidualMixture {
  const step = Math.max(1, z.length / fittedRows);
  const picked = Int32Array.from({ length: Math.floor(z.length / step) }, (_, k) => Math.floor(k * step));
  const sample = { z: Float64Array.from(picked, (i) => z[i]), labelDensity: Float64Array.from(picked, (i) => labelDensity[i]) };
  const reach = z.reduce((top, value) => Math.max(top, Math.abs(value)), 20);
  let best: SimplexMinimum | null = null;
  let bestTails: readonly [number, number] = tails[0];
  for (const own of tails) {
    const lossAt = (at: Float64Array): number => penalisedLoss(shapeOf(at, own), sample.z, sample.labelDensity, reach);
    for (const start of starts) {
      const found = nelderMead(lossAt, start, simplex, evaluations);
      if (best !== null && found.value >= best.value) continue;
      best = found;
      bestTails = own;
    }
  }
  // A simplex grows flat in eight dimensions: from where the best one ended, others go on.
  const finalTails = bestTails;
  const lossAt = (at: Float64Array): number => penalisedLoss(shapeOf(at, finalTails), sample.z, sample.labelDensity, reach);
  for (let again = 0; again < restarts; again++) best = nelderMead(lossAt, (best as SimplexMinimum).at, simplex, evaluations);
  const shape = shapeOf((best as SimplexMinimum).at, bestTails);
  const density = new Float64Array(2);
  const densitiesInto = mixtureDensities(shape, reach);
  const wrong = Float64Array.from(z, (value, i) => {
    densitiesInto(density, value, labelDensity[i]);
    return density[1] / (density[0] + density[1] + 1e-30);
  });
  if (honestLoss(sample.z) - (best as SimplexMinimum).value < leastGain) return { wrongShare: 0, wrong: new Float64Array(z.length) };
  return { wrongShare: shape.wrongShare, wrong: risingOutwards(z, wrong) };
}

/** Of an honest and of a wrong label with such a residual, shares included; a function that writes both. Shape: out [2]. */
export function mixtureDensities(shape: MixtureShape, reach: number): (out: Float64Array, z: number, labelDensity: number) => void {
  const { mode, wrongShare, shifted, shift, swapped, upward } = shape;
  const lean = Math.exp(Math.tanh(shape.lean));
  const above = shape.scale * lean;
  const below = shape.scale / lean;
  const [tailAbove, tailBelow] = shape.tails;
  const honest = (1 - wrongShare) / ((above + below) / 2);
  const width = 1.2 * shape.scale;
  const up = (wrongShare * shifted * upward) / (Math.sqrt(2 * Math.PI) * width);
  const down = (wrongShare * shifted * (1 - upward)) / (Math.sqrt(2 * Math.PI) * width);
  const ofSwapped = wrongShare * (1 - shifted) * swapped;
  const ofFlat = (wrongShare * (1 - shifted) * (1 - swapped)) / (2 * Math.log(reach / 3));
  return (out, z, labelDensity) => {
    const size = z > 0 ? z : -z;
    out[0] = honest * (z > mode ? studentDensity((z - mode) / above, tailAbove) : studentDensity((z - mode) / below, tailBelow));
    const off = (size - shift) / width;
    out[1] = ofSwapped * labelDensity + (size > 3 ? ofFlat / size : 0);
    if (off * off < 60) out[1] += (z > 0 ? up : down) * Math.exp(-0.5 * off * off);
  };
}

/** −ln likelihood and the pulls. */
function penalisedLoss(shape: MixtureShape, z: Float64Array, labelDensity: Float64Array, reach: number): number {
  const densitiesInto = mixtureDensities(shape, reach);
  const density = new Float64Array(2);
  let loss = 0;
  // The logarithm of eight factors at a time: it is most of the cost.
  let product = 1;
  for (let i = 0; i < z.length; i++) {
    densitiesInto(density, z[i], labelDensity[i]);
    product *= density[0] + density[1] + 1e-30;
    if ((i & 7) === 7) {
      loss -= Math.log(product);
      product = 1;
    }
  }
  loss -= Math.log(product);
  const near = Math.max(0, leastShift - shape.shift / (shape.scale * Math.exp(Math.abs(Math.tanh(shape.lean)))));
  return (
    loss +
    0.05 * (logit(shape.swapped) ** 2 + logit(shape.shifted) ** 2 + logit(shape.upward) ** 2 + shape.lean ** 2 + shape.mode ** 2) +
    50 * near * near
  );
}

function shapeOf(at: Float64Array, tails: readonly [number, number]): MixtureShape {
  return {
    scale: Math.exp(at[0]),
    wrongShare: mostWrong * share(at[1]),
    swapped: share(at[2]),
    shift: Math.exp(at[3]),
    shifted: share(at[4]),
    upward: share(at[5]),
    lean: at[6],
    mode: at[7],
    tails,
  };
}

/** Of 5 and 30 degrees of freedom alone, without a power that costs. */
function studentDensity(t: number, tail: number): number {
  const base = 1 / (1 + (t * t) / tail);
  const cubed = base * base * base;
  if (tail === 5) return 0.37960669 * cubed;
  const high = cubed * cubed * cubed * cubed * cubed;
  return 0.39563218 * high * Math.sqrt(base);
}

function share(x: number): number {
  return 1 / (1 + Math.exp(-Math.min(30, Math.max(-30, x))));
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}

/** On either side of 0, the highest of what stands nearer to 0. */
function risingOutwards(z: Float64Array, wrong: Float64Array): Float64Array {
  const order = Int32Array.from({ length: z.length }, (_, i) => i).sort((a, b) => Math.abs(z[a]) - Math.abs(z[b]) || a - b);
  const out = new Float64Array(z.length);
  let above = 0;
  let below = 0;
  for (const i of order) {
    if (z[i] > 0) out[i] = above = Math.max(above, wrong[i]);
    else out[i] = below = Math.max(below, wrong[i]);
  }
  return out;
}
