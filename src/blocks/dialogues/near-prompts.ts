import { orderBy } from "../../numeric/orders/ranks.ts";
import { makeRowProducts, type SparseRows } from "./sparse-rows.ts";

/** Rare tokens of a row by which rows like it are looked for, rows that are looked at of each, and of all. */
const rareTokens = 8;
const lookedAt = 16;
const mostLooked = 48;

export interface NearRows {
  /** The `k` nearest of row i are `row[i * k ..]`, nearest first, −1 where fewer were found. */
  readonly row: Int32Array;
  readonly likeness: Float32Array;
  readonly k: number;
}

/**
 * Rows that are alike by the cosine of their weighted tokens, looked for among those that share a rare token: no row is compared with all. `of` are the rows that are
 * asked about, `among` those that may be found, ascending.
 */
export function nearRows(rows: SparseRows, tokens: number, of: Int32Array, among: Int32Array, k: number): NearRows {
  const { start, token, weight } = rows;
  const held = new Int32Array(tokens + 1);
  for (const i of among) for (let e = start[i]; e < start[i + 1]; e++) held[token[e] + 1]++;
  for (let t = 0; t < tokens; t++) held[t + 1] += held[t];
  const holder = new Int32Array(held[tokens]);
  const filled = held.slice(0, tokens);
  for (const i of among) for (let e = start[i]; e < start[i + 1]; e++) holder[filled[token[e]]++] = i;
  const products = makeRowProducts(tokens);
  const seen = new Int32Array(start.length).fill(-1);
  const found = new Int32Array(of.length * k).fill(-1);
  const likeness = new Float32Array(of.length * k);
  const rare = new Int32Array(rareTokens);
  const rareWeight = new Float64Array(rareTokens);
  for (let n = 0; n < of.length; n++) {
    const i = of[n];
    let count = 0;
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (held[token[e] + 1] - held[token[e]] < 2) continue;
      if (count === rareTokens && weight[e] <= rareWeight[rareTokens - 1]) continue;
      let place = count < rareTokens ? count++ : rareTokens - 1;
      for (; place > 0 && rareWeight[place - 1] < weight[e]; place--) {
        rare[place] = rare[place - 1];
        rareWeight[place] = rareWeight[place - 1];
      }
      rare[place] = token[e];
      rareWeight[place] = weight[e];
    }
    products.lay(rows, i);
    seen[i] = n;
    let looked = 0;
    for (let r = 0; r < count && looked < mostLooked; r++) {
      const from = held[rare[r]];
      const size = held[rare[r] + 1] - from;
      const step = Math.max(1, size / lookedAt);
      const offset = step > 1 ? (i * 7919) % size : 0;
      for (let s = 0; s < size; s += step) {
        const j = holder[from + ((Math.floor(s) + offset) % size)];
        if (seen[j] === n) continue;
        seen[j] = n;
        looked++;
        const product = products.times(rows, j);
        let place = n * k + k - 1;
        if (product <= likeness[place]) continue;
        for (; place > n * k && likeness[place - 1] < product; place--) {
          likeness[place] = likeness[place - 1];
          found[place] = found[place - 1];
        }
        likeness[place] = product;
        found[place] = j;
      }
    }
  }
  return { row: found, likeness, k };
}

const clusterSize = 4;
const rounds = 2;

/** Clusters of four rows that are alike, the most crowded first; what finds no rows like it is put with what is left. The rows of cluster c are `[4 c .. 4 c + 4)`. */
export function clustersOf(rows: SparseRows, tokens: number, among: Int32Array): Int32Array {
  const clusters = new Int32Array(among.length);
  const isTaken = new Uint8Array(rows.start.length);
  let end = 0;
  let free = among;
  for (let round = 0; round < rounds && free.length >= clusterSize; round++) {
    const { row, likeness, k } = nearRows(rows, tokens, free, free, 10);
    const crowd = Float64Array.from(free, (_, n) => -(likeness[n * k] + likeness[n * k + 1] + likeness[n * k + 2]));
    for (const n of orderBy(crowd)) {
      if (isTaken[free[n]] === 1 || crowd[n] === 0) continue;
      let found = 0;
      for (let p = n * k; p < (n + 1) * k && found < clusterSize - 1; p++)
        if (row[p] >= 0 && isTaken[row[p]] === 0) clusters[end + 1 + found++] = row[p];
      if (found < clusterSize - 1) continue;
      clusters[end] = free[n];
      for (let c = 0; c < clusterSize; c++) isTaken[clusters[end + c]] = 1;
      end += clusterSize;
    }
    free = free.filter((i) => isTaken[i] === 0);
  }
  clusters.set(free, end);
  return clusters;
}

/** Which row's answer each row is given: answers change places within each cluster. Rows outside of them keep theirs. Shape: [rows]. */
export function permutedWithin(clusters: Int32Array, rows: number, shuffle: (part: Int32Array) => void): Int32Array {
  const answerOf = Int32Array.from({ length: rows }, (_, i) => i);
  for (let from = 0; from < clusters.length; from += clusterSize) {
    const part = clusters.slice(from, from + clusterSize);
    shuffle(part);
    for (let c = 0; c < part.length; c++) answerOf[clusters[from + c]] = part[c];
  }
  return answerOf;
}
