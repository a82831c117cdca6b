import { medianOf } from "../../numeric/statistics/robust-spread.ts";
import type { SharedItems } from "./shared-items.ts";

/** What the members of a group have in common, and how much of it each holds. */
export interface GroupCore {
  readonly items: Int32Array;
  /** What the core items of each text count together; 0 where it has none, and for texts that were not asked about. Shape: [texts], overwritten by the next core. */
  readonly held: Float64Array;
  /** How many of the core items each text holds. Shape: [texts], overwritten too. */
  readonly counts: Int32Array;
  /** Texts that hold some of it: members, and candidates. */
  readonly candidates: readonly number[];
  /** Of what members hold. */
  readonly median: number;
}

export interface CoreRule {
  /** Members that hold an item of the core: so many at least, and this share of the group. */
  readonly least: number;
  readonly support: number;
  /** This share of all texts that hold an item of the core are members. */
  readonly ownership: number;
}

/** Finds cores and groups among texts, with scratch that is as large as there are items and texts. */
export interface Cores {
  /**
   * @param holders texts that hold each item, of those that `ownership` is about. Shape: [items]
   * @param isCandidate other texts whose share is asked for; null = of none
   */
  of(members: readonly number[], rule: CoreRule, holders: Int32Array, isCandidate: Uint8Array | null): GroupCore;
}

export function makeCores({ starts, items, places, texts }: SharedItems, worth: Float64Array): Cores {
  const support = new Int32Array(places.length - 1);
  const held = new Float64Array(starts.length - 1);
  const counts = new Int32Array(starts.length - 1);
  let touched: number[] = [];
  return {
    of(members, { least, support: share, ownership }, holders, isCandidate) {
      for (const t of touched) held[t] = counts[t] = 0;
      touched = [];
      const enough = Math.max(least, share * members.length);
      const core: number[] = [];
      for (const t of members) for (let p = starts[t]; p < starts[t + 1]; p++) support[items[p]]++;
      for (const t of members)
        for (let p = starts[t]; p < starts[t + 1]; p++) {
          const item = items[p];
          if (support[item] >= enough && support[item] >= ownership * holders[item]) core.push(item);
          support[item] = 0;
        }
      const isMember = new Set(members);
      for (const item of core)
        for (let q = places[item]; q < places[item + 1]; q++) {
          const t = texts[q];
          if (!isMember.has(t) && (isCandidate === null || isCandidate[t] === 0)) continue;
          if (held[t] === 0) touched.push(t);
          held[t] += worth[item];
          counts[t]++;
        }
      const median = medianOf(Float64Array.from(members, (t) => held[t]));
      return { items: Int32Array.from(core), held, counts, candidates: touched, median };
    },
  };
}
