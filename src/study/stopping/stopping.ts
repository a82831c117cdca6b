import type { TrialRecord } from "../record.ts";
import type { Stopping } from "./decided.ts";

/**
 * What a look may get wrong, on each side: Haybittle and Peto's rule, by which looks on the way are strict and the last one, with all seeds, is as it would be
 * without them. `looks` such looks and the last come to a chance of at most 0.05 + 0.01 `looks` that an interval misses (Bonferroni).
 */
export const lookConfidence = 0.99;

/** The fewest seeds that are looked at, and so few that there is nothing to leave out. */
const firstLook = 3;
const fewestSeeds = 5;

/** Looks for so many seeds: after 3, and then where about a third more are in. Undefined where they are too few. */
export function looksFor(seeds: number): number[] | undefined {
  if (seeds < fewestSeeds) return undefined;
  const looks: number[] = [];
  for (let look = firstLook; look < seeds; look = Math.ceil(look * 1.3)) looks.push(look);
  return looks;
}

/** The wave of a seed: 0 = it waits for no look. @param place 0 = the first seed */
export function waveOf({ looks }: Pick<Stopping, "looks">, place: number): number {
  return looks.filter((look) => place >= look).length;
}

/** What of the records counts where attacks are compared: without those of attacks that were found to be weaker, which have fewer seeds than the others. */
export function standing(records: readonly TrialRecord[]): readonly TrialRecord[] {
  const out = new Set(records.filter(({ decided }) => decided?.why === "weaker").map(attackKey));
  return out.size === 0 ? records : records.filter((record) => !out.has(attackKey(record)));
}

/** The records of seeds on which all attacks were tried. */
export function ofWholeSeeds(records: readonly TrialRecord[]): readonly TrialRecord[] {
  const cut = new Set(records.filter(({ decided }) => decided !== undefined).map(({ seed }) => seed));
  return cut.size === 0 ? records : records.filter(({ seed }) => !cut.has(seed));
}

/** One attack at one budget with what it knows: the trials that are stopped together. */
export function attackKey({
  learner,
  attack,
  knowledge,
  adaptive,
  budgetFraction,
}: Pick<TrialRecord, "learner" | "attack" | "knowledge" | "adaptive" | "budgetFraction">): string {
  return JSON.stringify([learner, attack, knowledge, adaptive, budgetFraction]);
}
