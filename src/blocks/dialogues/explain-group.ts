import { lengthened } from "./lengthened.ts";
import { gap, type TokenRows } from "./token-rows.ts";

const leastPrecision = 0.8;
const mostPhrases = 3;
const leastCover = 0.1;
const longest = 3;
const mostAsked = 2000;

export interface GroupReason {
  readonly tokens: Int32Array;
  /** Rows of the group that hold it, and of all. */
  readonly inside: number;
  readonly all: number;
}

/**
 * Up to three runs of one to three tokens of prompts that the rows of a group hold, and hardly any other: four of five rows that hold one are of the group. `covered` is the share of the group that holds any of
 * them.
 */
export function explainGroup(prompts: TokenRows, group: Int32Array): { readonly reasons: GroupReason[]; readonly covered: number } {
  const { start, token } = prompts;
  const rows = start.length - 1;
  const asked = group.length <= mostAsked ? group : group.filter((_, n) => n % Math.ceil(group.length / mostAsked) === 0);
  const holders = new Map<string, number[]>();
  for (const i of asked)
    for (let p = start[i]; p < start[i + 1]; p++) {
      let key = "";
      for (let length = 1; length <= longest && p + length <= start[i + 1] && token[p + length - 1] !== gap; length++) {
        key = length === 1 ? String(token[p]) : `${key} ${token[p + length - 1]}`;
        const known = holders.get(key);
        if (known === undefined) holders.set(key, [i]);
        else if (known[known.length - 1] !== i) known.push(i);
      }
    }
  const least = Math.max(2, leastCover * asked.length);
  const frequent = [...holders].filter(([, { length }]) => length >= least);
  if (frequent.length === 0) return { reasons: [], covered: 0 };
  const isIn = new Uint8Array(rows);
  for (const i of group) isIn[i] = 1;
  const elsewhere = timesElsewhere(prompts, isIn, new Set(frequent.map(([key]) => key)));
  const scale = group.length / asked.length;
  const precise = frequent.filter(([key, { length }]) => length * scale >= leastPrecision * (length * scale + (elsewhere.get(key) ?? 0)));
  const covered = new Set<number>();
  const reasons: GroupReason[] = [];
  while (reasons.length < mostPhrases) {
    let best: { readonly key: string; readonly list: number[] } | null = null;
    let most = least - 1;
    for (const [key, list] of precise) {
      const more = list.reduce((sum, i) => sum + (covered.has(i) ? 0 : 1), 0);
      if (more < most || (more === most && (best === null || key.split(" ").length <= best.key.split(" ").length))) continue;
      best = { key, list };
      most = more;
    }
    if (best === null) break;
    for (const i of best.list) covered.add(i);
    const inside = Math.round(best.list.length * scale);
    const run = Int32Array.from(best.key.split(" "), Number);
    reasons.push({ tokens: lengthened(prompts, Int32Array.from(best.list), run), inside, all: inside + (elsewhere.get(best.key) ?? 0) });
  }
  return { reasons, covered: covered.size / asked.length };
}

/** Rows outside of the group that hold each of these runs. */
function timesElsewhere({ start, token }: TokenRows, isIn: Uint8Array, keys: ReadonlySet<string>): Map<string, number> {
  const firsts = new Set([...keys].map((key) => Number(key.split(" ", 1)[0])));
  const times = new Map<string, number>();
  const last = new Map<string, number>();
  for (let i = 0; i < isIn.length; i++) {
    if (isIn[i] === 1) continue;
    for (let p = start[i]; p < start[i + 1]; p++) {
      if (!firsts.has(token[p])) continue;
      let key = "";
      for (let length = 1; length <= longest && p + length <= start[i + 1]; length++) {
        key = length === 1 ? String(token[p]) : `${key} ${token[p + length - 1]}`;
        if (!keys.has(key) || last.get(key) === i) continue;
        last.set(key, i);
        times.set(key, (times.get(key) ?? 0) + 1);
      }
    }
  }
  return times;
}
