import { conjunction } from "./conjunction.ts";
import { fitOf, fewestRows, type Ground, membersInto, type Scored, type Scorer, type Told, weightOf } from "./search-ground.ts";
import type { Tail } from "./tails.ts";

const mostFindings = 60;
/** The first findings are asked for a second part. */
const conjunctionsOf = 25;
const mostParts = 3;
/** Whole groups say this much less of their rows than a finding does. */
const wholeGroupLess = 0.5;
/** Groups of fewer decades say nothing of their rows; those of fewer than the other are no findings. */
const leastOfRows = -3;
const leastOfFinding = -1;

export interface TriggerFinding extends Told {
  readonly kind: Scorer["kind"];
  /** Rows that hold the trigger. */
  readonly holders: Int32Array;
  /** Tokens of each part of the trigger. */
  readonly parts: readonly Int32Array[];
  /** −log10 of how many such groups are to be expected of innocent data. */
  readonly evidence: number;
}

interface Entry {
  readonly phrase: number;
  evidence: number;
  /** Findings that were taken when it was scored. */
  taken: number;
}

/**
 * Takes the strongest group, then the strongest of what its rows leave, and so on; others are scored again when their turn comes. `values` becomes the evidence of each row: that
 * of its finding, or of a whole group that holds it.
 */
export function greedyCover(ground: Ground, scorer: Scorer, real: readonly Scored[], tail: Tail, values: Float64Array): TriggerFinding[] {
  const { rows } = ground;
  const findings: TriggerFinding[] = [];
  const isTaken = new Uint8Array(rows);
  const isFree = (i: number): boolean => isTaken[i] === 0 && scorer.isOfKind(i);
  const members = new Int32Array(rows);
  const whole = real
    .map(({ phrase, strength }): Entry => ({ phrase, evidence: tail(strength), taken: 0 }))
    .filter(({ evidence }) => evidence > leastOfRows);
  const queue = whole.map((entry) => ({ ...entry })).sort((a, b) => a.evidence - b.evidence);
  const shorter = shorterPhrases(ground, real);
  /** Rows of a phrase that lack its second part. */
  const cleared = new Map<number, ReadonlySet<number>>();
  while (findings.length < mostFindings) {
    const top = queue.pop();
    if (top === undefined || top.evidence < leastOfFinding) break;
    let g = top.phrase;
    let count = membersInto(members, ground, g, isFree);
    const weight = weightOf(ground, g);
    if (top.taken < findings.length) {
      top.evidence = tail(scorer.strength(members, count, fitOf(ground, g).tokens, weight));
      top.taken = findings.length;
      if (top.evidence > leastOfFinding) insert(queue, top);
      continue;
    }
    let evidence = top.evidence;
    let most = evidence;
    for (const part of shorter(g)) {
      const size = membersInto(members, ground, part, isFree);
      const found = size > count ? tail(scorer.strength(members, size, fitOf(ground, part).tokens, weight)) : -Infinity;
      if (found > most) [g, most] = [part, found];
    }
    count = membersInto(members, ground, g, isFree);
    let list: Int32Array = members.slice(0, count);
    const parts = [fitOf(ground, g).tokens];
    while (findings.length < conjunctionsOf && evidence > 0 && parts.length < mostParts) {
      const narrowed = conjunction(ground, scorer, list, parts, { weight, tail, evidence });
      if (narrowed === null) break;
      const kept = new Set(narrowed.rows);
      cleared.set(g, new Set([...(cleared.get(g) ?? []), ...list.filter((i) => !kept.has(i))]));
      parts.push(narrowed.part);
      [list, evidence] = [narrowed.rows, narrowed.evidence];
    }
    const told =
      evidence < 0
        ? { rows: list, label: -1, expected: 0, shared: new Int32Array(0), alsoHold: new Int32Array(0) }
        : scorer.tell(list, Int32Array.from(parts.flatMap((part) => [...part])));
    findings.push({ ...told, kind: scorer.kind, holders: list, parts, evidence });
    for (const i of told.rows) values[i] = Math.max(values[i], evidence);
    for (const i of told.alsoHold ?? []) values[i] = Math.max(values[i], evidence - wholeGroupLess);
    for (const i of list) isTaken[i] = 1;
  }
  for (const { phrase: g, evidence } of whole) {
    const rest = cleared.get(g);
    const count = membersInto(members, ground, g, scorer.isOfKind);
    const follows = scorer.follows(members, count);
    for (let s = 0; s < count; s++) {
      const i = members[s];
      if (evidence - wholeGroupLess > values[i] && rest?.has(i) !== true && follows(i)) values[i] = evidence - wholeGroupLess;
    }
  }
  return findings.filter(({ rows: list }) => list.length >= Math.min(2, fewestRows));
}

/** Phrases among those scored that are part of another: a word at the end of a sentence was found with its full stop. */
function shorterPhrases({ phrases, prompts }: Ground, scored: readonly Scored[]): (phrase: number) => number[] {
  const { token } = prompts;
  const number = new Map<string, number>();
  for (const { phrase: g } of scored)
    if (phrases.length[g] < 3) number.set(token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]).join(" "), g);
  return (g) => {
    const words = token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]);
    const found: number[] = [];
    for (let length = 1; length < words.length; length++)
      for (let from = 0; from + length <= words.length; from++) {
        const part = number.get(words.subarray(from, from + length).join(" "));
        if (part !== undefined) found.push(part);
      }
    return found;
  };
}

/** Into a list that rises by evidence. */
function insert(queue: Entry[], entry: Entry): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (queue[middle].evidence < entry.evidence) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, entry);
}
