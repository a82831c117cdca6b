import { orderBy } from "../../numeric/orders/ranks.ts";
import type { TextDenial } from "../held-out/text-denial.ts";
import { OtherLabels } from "./claims.ts";
import type { LabelView } from "./label-view.ts";
import { isDeniedByMore, natsOf } from "./suspect-evidence.ts";
import type { Family, Suspect } from "./suspect-expressions.ts";

/** Expressions of one family that act alike: the wordings of one trigger. */
export interface ExpressionSet {
  readonly members: readonly Suspect[];
  /** −ln of the chance of so much, times all that was looked at. */
  readonly strength: number;
  /** Labelled rows that nothing stronger explains, and what the rest of each says for the label, as log odds. */
  readonly rows: readonly { readonly row: number; readonly logit: number }[];
}

const mostMembers = 12;
const mostSets = 100;
/** Sets that are not strong enough are told down to here, since they rank rows. */
const leastTold = -8;
/** Strength, at most, of sets that one other word of each row may explain. */
const doubtful = -1;
/** Rows of a suspect that may stand in one before it, at most, to be asked about anew. */
const overlap = 0.7;
const [minRefitRows, minPurity, refits] = [8, 0.8, 12];
const mostRefitChance = 0.55;

/**
 * What poison taught the models, it taught them of its own rows too: with many of them it is no longer denied. So models that learned without the rows of a suspect are asked about
 * these, for the suspects of each label that stand out most, and for all that are held by the same rows alone.
 */
export function askWithout(denial: TextDenial, view: LabelView, suspects: readonly Suspect[]): void {
  const { isOf, label } = view;
  const pure = suspects.filter(({ rows }) => rows.length >= minRefitRows && countOf(rows, isOf) >= minPurity * rows.length);
  const asked: Int32Array[] = [];
  const oddsOf = new Float64Array(isOf.length);
  const stamp = new Int32Array(isOf.length).fill(-1);
  for (const n of orderBy(Float64Array.from(pure, ({ z }) => -z))) {
    if (asked.length === refits) break;
    const { rows } = pure[n];
    if (asked.some((before) => sharedRows(before, rows) > overlap * rows.length)) continue;
    const odds = denial.logOddsWithout(label, rows);
    rows.forEach((row, r) => {
      oddsOf[row] = odds[r];
      stamp[row] = asked.length;
    });
    for (const suspect of suspects) {
      if (!suspect.rows.every((row) => stamp[row] === asked.length)) continue;
      suspect.logits = Float64Array.from(suspect.rows, (row) => oddsOf[row]);
      suspect.mostChance = Math.min(mostRefitChance, denial.share[label]);
    }
    asked.push(rows);
  }
}

/**
 * The strongest set again and again, by the rows that none before it explains: for m expressions of one family of `size`, Σ nats − ln C(size, m) − ln(families · m (m + 1) / falseAlarm).
 * So each family has its own Bonferroni, a set pays for its choice, and the chance of any false one is `falseAlarm` at most, where honest words do no more than double
 * the odds. Sets are grown greedily. Descending by strength until none is above `leastTold`.
 */
export function strongestSets(
  families: readonly Family[],
  views: ReadonlyMap<number, LabelView>,
  rows: number,
  falseAlarm: number,
): ExpressionSet[] {
  const search = { explained: new Uint8Array(rows), floodSeen: new Int32Array(rows).fill(-1), stamp: 0 };
  const others = new OtherLabels(views, rows);
  const nats = new Map<Suspect, number>();
  const ask = (suspect: Suspect): number =>
    natsOf(suspect, views.get(suspect.label) as LabelView, search.explained, search.floodSeen, search.stamp++);
  const weighed = (suspect: Suspect): number => {
    let known = nats.get(suspect);
    if (known === undefined) {
      known = ask(suspect);
      nats.set(suspect, known);
    }
    return known;
  };
  const asked = families.filter(({ suspects }) => suspects.length > 0);
  const everything = Math.log(families.length / falseAlarm);
  const best = new Map<Family, Grown>();
  const out: ExpressionSet[] = [];
  while (out.length < mostSets) {
    let top: Grown | null = null;
    for (const family of asked) {
      let grown = best.get(family);
      if (grown === undefined) {
        grown = growSet(family, weighed, ask, search.explained, views.get(family.label) as LabelView, others, everything);
        best.set(family, grown);
      }
      if (top === null || grown.strength > top.strength) top = grown;
    }
    if (top === null || !(top.strength > leastTold)) break;
    const told = rowsOf(top.members, (views.get(top.members[0].label) as LabelView).isOf, search.explained);
    out.push({ ...top, rows: told });
    const newly = new Uint8Array(rows);
    for (const { row } of told) search.explained[row] = newly[row] = 1;
    for (const family of asked) {
      let isStale = false;
      for (const suspect of family.suspects) {
        if (!suspect.rows.some((row) => newly[row] === 1)) continue;
        nats.delete(suspect);
        isStale = true;
      }
      if (isStale) best.delete(family);
    }
  }
  return out;
}

interface Grown {
  readonly members: readonly Suspect[];
  readonly strength: number;
}

function growSet(
  { suspects, size }: Family,
  weighed: (suspect: Suspect) => number,
  ask: (suspect: Suspect) => number,
  explained: Uint8Array,
  view: LabelView,
  others: OtherLabels,
  everything: number,
): Grown {
  const { isOf } = view;
  const nats = Float64Array.from(suspects, weighed);
  const order = orderBy(nats.map((value) => -value));
  const members: Suspect[] = [];
  const added: number[] = [];
  let strength = -Infinity;
  let sum = 0;
  while (members.length < mostMembers) {
    const m = members.length;
    // What one more costs: a larger choice of sets, and of their sizes.
    const cost = Math.log(Math.max(1, size - m) / (m + 1)) + Math.log(m === 0 ? 2 : (m + 2) / m) + (m === 0 ? everything : 0);
    let next: Suspect | null = null;
    let gain = m === 0 ? -Infinity : cost;
    for (const n of order) {
      if (nats[n] <= gain || nats[n] <= 0) break;
      if (members.includes(suspects[n])) continue;
      const own = m === 0 ? nats[n] : ask(suspects[n]);
      if (own > gain) [next, gain] = [suspects[n], own];
    }
    if (next === null) break;
    members.push(next);
    sum += gain - cost;
    strength = sum;
    for (const row of next.rows)
      if (isOf[row] === 1 && explained[row] === 0) {
        explained[row] = 1;
        added.push(row);
      }
  }
  for (const row of added) explained[row] = 0;
  const isDenied = strength <= doubtful || (isDeniedByMore(members, view, explained) && others.claim(members, explained));
  return { members, strength: isDenied ? strength : doubtful };
}

function rowsOf(members: readonly Suspect[], isOf: Uint8Array, explained: Uint8Array): { row: number; logit: number }[] {
  const logitOf = new Map<number, number>();
  for (const { rows, logits } of members)
    rows.forEach((row, r) => {
      if (isOf[row] === 1 && explained[row] === 0 && !logitOf.has(row)) logitOf.set(row, logits[r]);
    });
  return [...logitOf].map(([row, logit]) => ({ row, logit }));
}

function countOf(rows: Int32Array, isOf: Uint8Array): number {
  let count = 0;
  for (const row of rows) count += isOf[row];
  return count;
}

function sharedRows(a: Int32Array, b: Int32Array): number {
  let shared = 0;
  for (let p = 0, q = 0; p < a.length && q < b.length;) {
    const difference = a[p] - b[q];
    if (difference === 0) shared++;
    if (difference <= 0) p++;
    if (difference >= 0) q++;
  }
  return shared;
}
