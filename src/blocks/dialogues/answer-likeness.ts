import type { Rng } from "../../numeric/random.ts";
import { nearRows } from "./near-prompts.ts";
import { makeRowProducts, type SparseRows } from "./sparse-rows.ts";

/** Bounds of the likeness of two prompts between which the likeness of their answers is averaged. */
const bounds = [0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const fewestPairs = 20;
const mostAsked = 4000;
const mostPairs = 200_000;

/** How alike answers are, by how alike their prompts are. */
export interface UsualLikeness {
  /** Expected cosine of two answers whose prompts have this cosine. */
  of(promptLikeness: number): number;
  /** Of the answers of random pairs. */
  readonly deviation: number;
}

/** From random pairs and from the nearest prompts of rows; never falling with the likeness of prompts. Prompts that are about equal explain all. */
export function usualLikeness(prompts: SparseRows, answers: SparseRows, tokens: number, among: Int32Array, rng: Rng): UsualLikeness {
  const products = makeRowProducts(tokens);
  const promptProducts = makeRowProducts(tokens);
  const sum = new Float64Array(bounds.length + 1);
  const count = new Float64Array(bounds.length + 1);
  const put = (c: number, a: number): void => {
    let bin = 0;
    while (bin < bounds.length && c >= bounds[bin]) bin++;
    sum[bin] += a;
    count[bin]++;
  };
  const asked =
    among.length <= mostAsked
      ? among
      : rng
          .fork("asked")
          .sample(among.length, mostAsked)
          .map((k) => among[k])
          .sort();
  const near = nearRows(prompts, tokens, asked, among, 10);
  const others = Math.max(1, Math.min(100, Math.floor(mostPairs / Math.max(1, asked.length))));
  const draw = rng.fork("pairs");
  let square = 0;
  let mean = 0;
  let pairs = 0;
  for (let n = 0; n < asked.length; n++) {
    const i = asked[n];
    products.lay(answers, i);
    promptProducts.lay(prompts, i);
    for (let o = 0; o < others; o++) {
      const j = among[draw.integer(among.length)];
      if (j === i) continue;
      const a = products.times(answers, j);
      put(promptProducts.times(prompts, j), a);
      mean += a;
      square += a * a;
      pairs++;
    }
    for (let p = n * near.k; p < (n + 1) * near.k && near.row[p] >= 0; p++) put(near.likeness[p], products.times(answers, near.row[p]));
  }
  const expected = new Float64Array(bounds.length + 1);
  let before = pairs > 0 ? mean / pairs : 0;
  for (let bin = 0; bin <= bounds.length; bin++) {
    if (count[bin] >= fewestPairs) before = bin === 0 ? sum[bin] / count[bin] : Math.max(before, sum[bin] / count[bin]);
    expected[bin] = before;
  }
  expected[bounds.length] = 1;
  const variance = pairs > 1 ? square / pairs - (mean / pairs) ** 2 : 0;
  return {
    of(c) {
      let bin = 0;
      while (bin < bounds.length && c >= bounds[bin]) bin++;
      return expected[bin];
    },
    deviation: Math.max(0.01, Math.sqrt(Math.max(0, variance))),
  };
}

/** Rows of a group that are looked at, and those among them of which every pair is. */
const mostRows = 60;
const pairRows = 18;

/**
 * The mean over the pairs of m independent rows varies as 1 / m; where rows differ in how like all others they are, as 1 / √m. Between the two, small groups of equal
 * answers and large ones that share a phrase both stand out of what innocent data reach.
 */
const sizePower = 0.75;

/** The likeness of the answers of a group beyond what their prompts explain. */
export interface GroupLikeness {
  /** A quick bound: standard deviations of the mean likeness above that of unlike prompts. */
  rough(rows: Int32Array, count: number, answerOf: Int32Array | null): number;
  /** Excess of the mean cosine over what the rest of the prompts lets expect, in standard deviations; own words are those that `isOwn` marks. */
  excess(rows: Int32Array, count: number, answerOf: Int32Array | null, isOwn: Uint8Array): number;
  /** Deviations by which the mean cosine of these answers is above that of unlike prompts, without the tokens that `isOut` marks. */
  beyond(answers: Int32Array, count: number, isOut: Uint8Array): number;
  /** How far the rest of their prompts explains that answers are alike, from 0 (prompts that have nothing to do with each other) to 1 (equal ones). */
  explained(rows: Int32Array, count: number, isOwn: Uint8Array): number;
}

/** @param asked prompts without what stands before them, where anything does: what is asked alike is answered alike, however much else stands before it */
export function makeGroupLikeness(
  { prompts, answers, asked }: { readonly prompts: SparseRows; readonly answers: SparseRows; readonly asked: SparseRows | null },
  tokens: number,
  usual: UsualLikeness,
): GroupLikeness {
  const rows = answers.start.length - 1;
  const squares = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let e = answers.start[i]; e < answers.start[i + 1]; e++) squares[i] += answers.weight[e] ** 2;
  const sums = new Float64Array(tokens);
  const dense = new Float64Array(tokens);
  const rest = new Float64Array(pairRows);
  const cosines = new Float64Array((pairRows * (pairRows - 1)) / 2);
  const floor = usual.of(0);

  function meanLikeness(members: Int32Array, count: number, answerOf: Int32Array | null): number {
    const { start, token, weight } = answers;
    const step = Math.max(1, count / mostRows);
    let own = 0;
    let looked = 0;
    let square = 0;
    for (let s = 0; s < count; s += step, looked++) {
      const member = members[Math.floor(s)];
      const i = answerOf === null ? member : answerOf[member];
      own += squares[i];
      for (let e = start[i], end = start[i + 1]; e < end; e++) {
        const t = token[e];
        const w = weight[e];
        square += w * (2 * sums[t] + w);
        sums[t] += w;
      }
    }
    for (let s = 0; s < count; s += step) {
      const member = members[Math.floor(s)];
      const i = answerOf === null ? member : answerOf[member];
      for (let e = start[i], end = start[i + 1]; e < end; e++) sums[token[e]] = 0;
    }
    return looked < 2 ? 0 : (square - own) / (looked * (looked - 1));
  }

  function restLikeness(members: Int32Array, count: number, isOut: Uint8Array): number {
    const { start, token, weight } = answers;
    let [own, square] = [0, 0];
    for (let s = 0; s < count; s++)
      for (let e = start[members[s]], end = start[members[s] + 1]; e < end; e++) {
        const w = weight[e];
        if (isOut[token[e]] === 1) continue;
        own += w * w;
        square += w * (2 * sums[token[e]] + w);
        sums[token[e]] += w;
      }
    for (let s = 0; s < count; s++) for (let e = start[members[s]], end = start[members[s] + 1]; e < end; e++) sums[token[e]] = 0;
    return count < 2 ? 0 : (square - own) / (count * (count - 1));
  }

  /** Cosines of all pairs of the rows that are looked at, without the tokens that `isOwn` marks, where they are greater than those in `cosines`; rows of which next to nothing is left are alike. */
  function raiseCosines(of: SparseRows, members: Int32Array, count: number, isOwn: Uint8Array): void {
    const { start, token, weight } = of;
    const looked = Math.min(count, pairRows);
    for (let a = 0; a < looked; a++) {
      const i = members[Math.floor((a * count) / looked)];
      let own = 0;
      for (let e = start[i]; e < start[i + 1]; e++) if (isOwn[token[e]] === 1) own += weight[e] * weight[e];
      rest[a] = 1 - own;
    }
    let pair = 0;
    for (let a = 0; a < looked; a++) {
      const i = members[Math.floor((a * count) / looked)];
      for (let e = start[i]; e < start[i + 1]; e++) if (isOwn[token[e]] === 0) dense[token[e]] = weight[e];
      for (let b = a + 1; b < looked; b++, pair++) {
        if (rest[a] < 0.05 || rest[b] < 0.05) {
          cosines[pair] = 1;
          continue;
        }
        const j = members[Math.floor((b * count) / looked)];
        let product = 0;
        for (let e = start[j], end = start[j + 1]; e < end; e++) product += weight[e] * dense[token[e]];
        const cosine = product / Math.sqrt(rest[a] * rest[b]);
        if (cosine > cosines[pair]) cosines[pair] = cosine;
      }
      for (let e = start[i]; e < start[i + 1]; e++) dense[token[e]] = 0;
    }
  }

  function expectedLikeness(members: Int32Array, count: number, isOwn: Uint8Array): number {
    const looked = Math.min(count, pairRows);
    const pairs = (looked * (looked - 1)) / 2;
    cosines.fill(0, 0, pairs);
    raiseCosines(prompts, members, count, isOwn);
    if (asked !== null) raiseCosines(asked, members, count, isOwn);
    let sum = 0;
    for (let pair = 0; pair < pairs; pair++) sum += usual.of(cosines[pair]);
    return sum / pairs;
  }

  return {
    rough: (members, count, answerOf) => ((meanLikeness(members, count, answerOf) - floor) * count ** sizePower) / usual.deviation,
    excess: (members, count, answerOf, isOwn) =>
      ((meanLikeness(members, count, answerOf) - expectedLikeness(members, count, isOwn)) * count ** sizePower) / usual.deviation,
    beyond: (members, count, isOut) => (restLikeness(members, count, isOut) - floor) / usual.deviation,
    explained: (members, count, isOwn) =>
      Math.max(0, Math.min(1, (expectedLikeness(members, count, isOwn) - floor) / Math.max(1e-6, 1 - floor))),
  };
}
