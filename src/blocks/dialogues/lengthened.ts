import { placeOf } from "./foreignness.ts";
import type { TokenRows } from "./token-rows.ts";

const longest = 40;
const besideShare = 0.9;

/** A run of tokens with what stands beside it in nine of ten of these rows. */
export function lengthened({ start, token }: TokenRows, rows: Int32Array, run: Int32Array): Int32Array {
  let words = run;
  for (let side = -1; side <= 1 && words.length < longest;) {
    const beside = new Map<number, number>();
    let most = 0;
    let best = -1;
    for (const i of rows) {
      const at = placeOf(token, start[i], start[i + 1], words);
      const p = side < 0 ? at - 1 : at + words.length;
      if (at < 0 || p < start[i] || p >= start[i + 1] || token[p] < 0) continue;
      const times = (beside.get(token[p]) ?? 0) + 1;
      beside.set(token[p], times);
      if (times > most) [most, best] = [times, token[p]];
    }
    if (most === 0 || most < besideShare * rows.length) side += 2;
    else words = side < 0 ? Int32Array.of(best, ...words) : Int32Array.of(...words, best);
  }
  return words;
}
