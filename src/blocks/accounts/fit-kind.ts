import { orderBy } from "../../numeric/orders/ranks.ts";
import { selectInPlace } from "../../numeric/orders/select.ts";
import { type Laid, layOut, ratingKernels } from "../ratings/rating-kernels.ts";
import { type AccountTraits, usualLogDensity } from "../ratings/account-traits.ts";

/** Traits of some accounts, and log of how usual they are. Shapes: traits.values [accounts, traits], usual [accounts]. */
export interface Frame {
  readonly traits: AccountTraits;
  readonly usual: Float64Array;
}

export const frameOf = (traits: AccountTraits): Frame => ({ traits, usual: usualLogDensity(traits) });

/** A kind among some accounts. Shapes: membership [accounts], mean, variance [traits]. */
export interface Fit {
  readonly membership: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** −½ Σ log variance. */
  readonly scale: number;
  readonly size: number;
  readonly share: number;
  /** Nats by which the accounts are likelier with the kind than without. */
  readonly gain: number;
}

const fewest = 3;
const leastSpread = 0.25;
const rounds = 8;
/** No kind and no group is of more than this share of the accounts it is looked for among. */
export const mostShare = 0.98;
const mostFitted = 250;
/** Behind a vote of more accounts than this a few that are unlike all others are looked for as well. */
const manyVoters = 40;
/** Gain below which a kind that was fitted to some of the accounts is not fitted to all. */
export const leastGain = 10;

/** The best of two starts, of three where many voted; fitted to at most 250 of the accounts (null = all of the frame), and then said of all. */
export function bestKind(given: Int32Array | null, frame: Frame): Fit {
  const count = given?.length ?? frame.usual.length;
  const most = Math.min(count, mostFitted);
  const some = frameAt(frame, given, most);
  let best = fitKind(some, mostUnusual(some.usual, 0.5), rounds);
  const starts = [densest(some.traits), ...(count > manyVoters ? [mostUnusual(some.usual, 0.1)] : [])];
  for (const start of starts) {
    const fit = fitKind(some, start, rounds);
    if (fit.gain > best.gain) best = fit;
  }
  if (most === count || best.gain < leastGain) return best;
  const start = new Float64Array(count);
  for (let k = 0; k < most; k++) start[Math.floor((k * count) / most)] = best.membership[k];
  return fitKind(given === null ? frame : frameAt(frame, given, count), start, 3);
}

/** So many of these accounts (null = all of the frame), evenly spaced. */
function frameAt({ traits: { names, values }, usual }: Frame, given: Int32Array | null, most: number): Frame {
  const count = given?.length ?? usual.length;
  const width = names.length;
  const own = { names, values: new Float64Array(most * width) };
  const ownUsual = new Float64Array(most);
  for (let k = 0; k < most; k++) {
    const place = most === count ? k : Math.floor((k * count) / most);
    const u = given === null ? place : given[place];
    ownUsual[k] = usual[u];
    for (let t = 0; t < width; t++) own.values[k * width + t] = values[u * width + t];
  }
  return { traits: own, usual: ownUsual };
}

const inside = (count: number, chosen: Int32Array): Float64Array => {
  const out = new Float64Array(count).fill(0.1);
  for (let k = 0; k < chosen.length; k++) out[chosen[k]] = 0.9;
  return out;
};

function mostUnusual(usual: Float64Array, share: number): Float64Array {
  return inside(usual.length, orderBy(usual).subarray(0, Math.ceil(share * usual.length)));
}

const centres = 10;

function densest(traits: AccountTraits): Float64Array {
  const count = traits.values.length / traits.names.length;
  const size = Math.min(count, Math.max(fewest, Math.ceil(count / 4)));
  const step = Math.max(1, count / centres);
  let nearest = -1;
  let least = Infinity;
  const distances = new Float64Array(count);
  for (let at = 0; at < count; at += step) {
    const centre = Math.floor(at);
    distancesInto(distances, centre, traits);
    const radius = selectInPlace(distances, count, size - 1);
    if (nearest >= 0 && radius >= least) continue;
    nearest = centre;
    least = radius;
  }
  distancesInto(distances, nearest, traits);
  return inside(count, orderBy(distances).subarray(0, size));
}

/** Squared distances from an account. Shape: out [accounts]. */
function distancesInto(out: Float64Array, centre: number, { names, values }: AccountTraits): void {
  const width = names.length;
  for (let j = 0, p = 0; j < out.length; j++) {
    let sum = 0;
    for (let t = 0, c = centre * width; t < width; t++, p++, c++) {
      const away = values[p] - values[c];
      sum += away * away;
    }
    out[j] = sum;
  }
}

/** By expectation and maximisation from a membership, which is overwritten. */
function fitKind(frame: Frame, membership: Float64Array, rounds: number): Fit {
  const { names } = frame.traits;
  const width = names.length;
  const count = membership.length;
  const stride = width + (width % 2);
  const { floats, at } = layFrame(frame, count, stride);
  floats.set(membership, at.weights / 8);
  const [meanAt, varianceAt, hAt] = [at.mean / 8, at.variance / 8, at.h / 8];
  let size = 0;
  let gain = -Infinity;
  let share = 0;
  let scale = 0;
  for (let round = 0; round < rounds; round++) {
    size = ratingKernels.kindMoments(at.mean, at.variance, at.values, at.weights, count, stride, leastSpread);
    if (size < 1) break;
    scale = 0;
    for (let t = 0; t < width; t++) {
      const variance = Math.max(leastSpread * leastSpread, floats[varianceAt + t] / (size + 1));
      floats[varianceAt + t] = variance;
      floats[hAt + t] = 0.5 / variance;
      scale -= Math.log(variance) / 2;
    }
    share = Math.min(mostShare, size / count);
    ratingKernels.kindOdds(at.odds, at.weights, at.values, at.usual, at.mean, at.h, count, stride, scale, share / (1 - share));
  }
  membership.set(floats.subarray(at.weights / 8, at.weights / 8 + count));
  const mean = floats.slice(meanAt, meanAt + width);
  const variance = floats.slice(varianceAt, varianceAt + width);
  if (size < 1) return { membership, mean, variance, scale, size, share: 0, gain };
  gain = -width * Math.log(count);
  const oddsAt = at.odds / 8;
  for (let j = 0; j < count; j++) gain += Math.log((1 - share) * (1 + floats[oddsAt + j]));
  return { membership, mean, variance, scale, size, share, gain };
}

/** A frame in the memory of the kernels, rows of `stride`, where it stays for the next fit to it. */
function layFrame(frame: Frame, count: number, stride: number): Laid<"values" | "usual" | "weights" | "odds" | "mean" | "variance" | "h"> {
  const sizes = { values: count * stride, usual: count, weights: count, odds: count, mean: stride, variance: stride, h: stride };
  const laid = layOut(sizes, frame);
  if (laid.isKept) return laid;
  const { floats, at } = laid;
  const { names, values } = frame.traits;
  const width = names.length;
  floats.set(frame.usual, at.usual / 8);
  floats.fill(0, at.h / 8, at.h / 8 + stride);
  if (stride === width) floats.set(values, at.values / 8);
  else
    for (let j = 0, p = 0, q = at.values / 8; j < count; j++, q++) {
      for (let t = 0; t < width; t++) floats[q++] = values[p++];
      floats[q] = 0;
    }
  return laid;
}
