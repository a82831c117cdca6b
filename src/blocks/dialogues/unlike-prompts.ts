import { makeRowProducts, weightedRows } from "./sparse-rows.ts";
import type { TokenRows } from "./token-rows.ts";

const looked = 24;
/** Different tokens of a prompt that make it one which says something of its own. */
const enough = 6;

/**
 * How little the prompts of a group have in common, in [0, 1]: over pairs of up to 24 of them, 1 minus their cosine, less for short prompts, which are alike in all but words. `distinct`
 * counts prompts that differ, among those looked at in proportion.
 */
export function unlikeness(
  prompts: TokenRows,
  tokens: number,
): (group: Int32Array) => { readonly share: number; readonly distinct: number } {
  const weights = weightedRows(prompts, tokens, null);
  const products = makeRowProducts(tokens);
  const sizeOf = (i: number): number => new Set(prompts.token.subarray(prompts.start[i], prompts.start[i + 1])).size;
  return (group) => {
    const count = Math.min(looked, group.length);
    const rows = Int32Array.from({ length: count }, (_, n) => group[Math.floor((n * group.length) / count)]);
    let sum = 0;
    let size = 0;
    let distinct = 0;
    for (let a = 0; a < count; a++) {
      size += Math.min(1, sizeOf(rows[a]) / enough);
      products.lay(weights, rows[a]);
      let nearest = 0;
      for (let b = 0; b < count; b++) {
        if (a === b) continue;
        const likeness = products.times(weights, rows[b]);
        sum += 1 - Math.min(1, likeness);
        if (b < a && likeness > nearest) nearest = likeness;
      }
      if (nearest < 0.9) distinct++;
    }
    return {
      share: count < 2 ? 0 : (sum / (count * (count - 1))) * (size / count) ** 2,
      distinct: Math.round((distinct / count) * group.length),
    };
  };
}
