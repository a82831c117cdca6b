import { makeUnionFind } from "../../numeric/orders/union-find.ts";
import { makeRowProducts, type SparseRows } from "./sparse-rows.ts";
import type { TokenRows } from "./token-rows.ts";

const hashes = 6;
const leastLikeness = 0.85;
/** What links to the one links to the other. */
const copyLikeness = 0.999;
/** Answers of a bucket that each other one is compared with. */
const compared = 6;

/**
 * Groups of answers that are equal or nearly so (cosine of the weighted tokens of .85): for each of six orders of all runs of three tokens, answers with the same first run are
 * compared (Broder 1997, min-wise hashing: two answers that share a part J of their runs meet in one order with the chance J). Only rows with at least `shortest` tokens.
 * Each group ascending, the largest first.
 */
export function equalAnswers(
  answers: TokenRows,
  weights: SparseRows,
  tokens: number,
  { shortest, least }: { readonly shortest: number; readonly least: number },
): Int32Array[] {
  const { start, token } = answers;
  const rows = start.length - 1;
  const sets = makeUnionFind(rows);
  const products = makeRowProducts(tokens);
  const first = new Int32Array(rows);
  for (let h = 0; h < hashes; h++) {
    const buckets = new Map<number, number[]>();
    for (let i = 0; i < rows; i++) {
      if (start[i + 1] - start[i] < shortest) continue;
      let lowest = 0x7fffffff;
      for (let p = start[i]; p + 2 < start[i + 1]; p++) {
        const code = runCode(token[p], token[p + 1], token[p + 2], h);
        if (code < lowest) lowest = code;
      }
      first[i] = lowest;
      const bucket = buckets.get(lowest);
      if (bucket === undefined) {
        buckets.set(lowest, [i]);
        continue;
      }
      products.lay(weights, i);
      let isCopy = false;
      for (const j of bucket) {
        const likeness = products.times(weights, j);
        if (likeness >= leastLikeness) sets.union(i, j);
        if (likeness >= copyLikeness) isCopy = true;
      }
      if (!isCopy && bucket.length < compared) bucket.push(i);
    }
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < rows; i++) {
    if (start[i + 1] - start[i] < shortest) continue;
    const root = sets.find(i);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [i]);
    else group.push(i);
  }
  return [...groups.values()]
    .filter(({ length }) => length >= least)
    .sort((a, b) => b.length - a.length || a[0] - b[0])
    .map((group) => Int32Array.from(group));
}

/** A number in [0, 2^31) for a run of three tokens, another for each order. */
function runCode(a: number, b: number, c: number, order: number): number {
  let h = Math.imul(a ^ Math.imul(order + 1, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(c, 0x27d4eb2f), 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) & 0x7fffffff;
}
