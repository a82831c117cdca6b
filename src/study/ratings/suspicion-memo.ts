import type { AccountPoison } from "../../core/poison.ts";

/** What detectors said, by what was asked of them. */
export type KnownSuspicion = Map<string, Promise<Float64Array>>;

/** What detectors said under some accounts, for all engines of a seed: recipes look at no engine, so the same ratings are judged under each. */
export interface SuspicionMemo {
  /** @param poison null = none. Of the seed last asked for alone. */
  under(seed: number, poison: AccountPoison | null): KnownSuspicion;
}

export function makeSuspicionMemo(): SuspicionMemo {
  let at: number | null = null;
  let entries: { readonly poison: AccountPoison | null; readonly known: KnownSuspicion }[] = [];
  return {
    under(seed, poison) {
      if (seed !== at) entries = [];
      at = seed;
      const same = entries.find((entry) => areAlike(entry.poison, poison));
      if (same !== undefined) return same.known;
      const known: KnownSuspicion = new Map();
      entries.push({ poison, known });
      return known;
    },
  };
}

function areAlike(one: AccountPoison | null, other: AccountPoison | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.accounts.length === other.accounts.length &&
    one.accounts.every(
      (account, a) => haveSame(account.items, other.accounts[a].items) && haveSame(account.values, other.accounts[a].values),
    )
  );
}

function haveSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, k) => value === other[k]);
}
