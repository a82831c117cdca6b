import { fewestRows, type Ground, type Scorer } from "./search-ground.ts";
import type { Tail } from "./tails.ts";

const [leastShare, mostShare] = [0.1, 0.97];
const leastRatio = 3;
const mostPartners = 40;
/** The rest of the group shows less than this share of the effect of a row. */
const restShare = 0.25;

/** Strength grows with rows to about this power, the rest alike. */
const growth = { likeness: 0.75, shared: 1, repeated: 1, fixed: 1, class: 1 };

/**
 * A word, or two neighbours, that a tenth or more of the rows of a group hold (three times as many as elsewhere), with which they are stronger than the whole group and
 * without which the rest shows next to nothing. Null where there is none.
 */
export function conjunction(
  { prompts, counts, rows }: Ground,
  scorer: Scorer,
  list: Int32Array,
  parts: readonly Int32Array[],
  { weight, tail, evidence }: { readonly weight: number; readonly tail: Tail; readonly evidence: number },
): { readonly rows: Int32Array; readonly part: Int32Array; readonly evidence: number } | null {
  const { start, token } = prompts;
  const isIn = new Set(parts.flatMap((part) => [...part]));
  const rowsWith = new Map<number, number[]>();
  const put = (key: number, i: number): void => {
    const known = rowsWith.get(key);
    if (known === undefined) rowsWith.set(key, [i]);
    else if (known[known.length - 1] !== i) known.push(i);
  };
  const base = counts.rowsWith.length + 1;
  for (const i of list)
    for (let p = start[i]; p < start[i + 1]; p++) {
      const a = token[p];
      if (a < 0) continue;
      if (!isIn.has(a)) put(a, i);
      const b = p + 1 < start[i + 1] ? token[p + 1] : -1;
      if (b >= 0 && !(isIn.has(a) && isIn.has(b))) put((b + 1) * base + a, i);
    }
  const size = list.length;
  const partners = [...rowsWith]
    .filter(([, { length }]) => length >= Math.max(fewestRows, leastShare * size) && length <= mostShare * size)
    .map(([key, among]) => {
      const [a, b] = [key % base, Math.floor(key / base) - 1];
      const overall = b < 0 ? counts.rowsWith[a] : counts.timesOfPair(a, b);
      return { tokens: b < 0 ? Int32Array.of(a) : Int32Array.of(a, b), among, ratio: among.length / size / (Math.max(1, overall) / rows) };
    })
    .filter(({ ratio }) => ratio >= leastRatio)
    .sort((a, b) => b.ratio * b.among.length - a.ratio * a.among.length)
    .slice(0, mostPartners);
  let best: { readonly rows: Int32Array; readonly part: Int32Array; readonly evidence: number } | null = null;
  for (const { tokens, among } of partners) {
    const members = Int32Array.from(among);
    const words = Int32Array.of(...isIn, ...tokens);
    const strength = scorer.strength(members, members.length, words, weight);
    const found = tail(strength);
    if (found <= (best?.evidence ?? evidence)) continue;
    const is = new Set(among);
    const rest = list.filter((i) => !is.has(i));
    if (rest.length >= fewestRows) {
      const left = scorer.strength(rest, rest.length, words, weight);
      const power = growth[scorer.kind];
      if (left / rest.length ** power >= (restShare * strength) / members.length ** power) continue;
    }
    best = { rows: members, part: tokens, evidence: found };
  }
  return best;
}
