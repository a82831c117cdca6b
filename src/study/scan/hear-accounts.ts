import { type PlantedGroups, plantGroups } from "../../blocks/accounts/planted-groups.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";
import { checkAccountScores } from "../ratings/check-account-scores.ts";

/** Accounts that are planted: so many of the given ones, at most. */
const [plantedShare, mostPlanted] = [0.1, 400];

export interface ChosenAccountDetector {
  readonly method: AccountDetector;
  readonly params: unknown;
}

/** A detector, by its place among those that are asked: of the accounts that are there, or of these and planted ones that imitate nobody suspected. */
export interface AccountUnit {
  readonly detector: number;
  /** 1 for each suspected account. Shape: [accounts]. Null = nothing is planted. */
  readonly suspected: Uint8Array | null;
}

/** What it said, or why its numbers gave out. */
export type AccountSaid = { readonly scores: AccountScores } | { readonly error: string };

/** Hears detectors, each on its own; what they say comes in the order in which they are named. */
export type HearAccounts = (units: readonly AccountUnit[], onStart: (unit: AccountUnit) => void) => Promise<readonly AccountSaid[]>;

/** Hears one detector after another where it is called. */
export function accountHearing(
  ratings: Ratings,
  detectors: readonly ChosenAccountDetector[],
  options: RunContext,
): (unit: AccountUnit) => Promise<AccountSaid> {
  let copy: { readonly suspected: Uint8Array; readonly ratings: Ratings } | null = null;
  const copyFor = (suspected: Uint8Array): Ratings => {
    if (copy === null || copy.suspected.some((is, u) => is !== suspected[u])) {
      const { accounts } = plantAmong(ratings, suspected, options.rng);
      copy = { suspected, ratings: applyAccounts(ratings, { kind: "accounts", accounts }) };
    }
    return copy.ratings;
  };
  return async ({ detector, suspected }) => {
    stopIfCancelled(options.signal);
    const { method, params } = detectors[detector];
    const context = { ...options, rng: options.rng.fork("detector").fork(method.id), params };
    try {
      if (suspected === null) return { scores: await hear(method, ratings, context) };
      const all = copyFor(suspected);
      return { scores: { values: checkAccountScores(method.id, await method.score(all, context), all), reason: () => null } };
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      return { error: error.message };
    }
  };
}

/** The same as plain data, which a thread can send: in the place of its function the reasons of whom its rule flags, nobody being asked for others. */
export type PlainAccountSaid =
  { readonly scores: Omit<AccountScores, "reason">; readonly reasons: ReadonlyMap<number, string | null> } | { readonly error: string };

export function plainAccountSaid(said: AccountSaid, { cut = Infinity }: AccountDetector): PlainAccountSaid {
  if ("error" in said) return said;
  const { reason: _, ...scores } = said.scores;
  const reasons = new Map<number, string | null>();
  scores.values.forEach((value, account) => value >= cut && reasons.set(account, said.scores.reason(account)));
  return { scores, reasons };
}

export function accountSaidAgain(plain: PlainAccountSaid): AccountSaid {
  if ("error" in plain) return plain;
  const { scores, reasons } = plain;
  return { scores: { ...scores, reason: (account) => reasons.get(account) ?? null } };
}

/** Groups made by recipes drawn at random; nobody suspected is imitated. Shape: suspected [accounts]. */
export function plantAmong(ratings: Ratings, suspected: Uint8Array, rng: RunContext["rng"]): PlantedGroups {
  const count = Math.min(mostPlanted, Math.round(plantedShare * ratings.users.length));
  return plantGroups({ ratings, isSuspect: (user) => suspected[user] === 1 }, count, rng.fork("planted"));
}

async function hear(method: AccountDetector, ratings: Ratings, options: RunContext & { readonly params: unknown }): Promise<AccountScores> {
  const scores: AccountScores =
    method.explain === undefined
      ? { values: await method.score(ratings, options), reason: () => null }
      : await method.explain(ratings, options);
  checkAccountScores(method.id, scores.values, ratings);
  return scores;
}
