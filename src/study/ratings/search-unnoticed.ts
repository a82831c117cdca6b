import { NumericalError } from "../../core/errors.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { type Profile, type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Rng } from "../../numeric/random.ts";
import type { AttackChoice } from "../config.ts";
import type { UnnoticedResult } from "../unnoticed/result.ts";

/** What a scan says of the ratings with some fake accounts. */
export interface AccountScan {
  /** Of the fake accounts. Shape: [accounts]. */
  readonly flagged: Uint8Array;
  /** Fake accounts that each detector flags. */
  readonly byDetector: readonly { readonly detector: string; readonly flagged: number }[];
  /** Genuine users that are flagged beside them. */
  readonly falseAlarms: number;
}

export interface UnnoticedAccounts {
  readonly clean: Ratings;
  /** Items to be seen more, or less; none where accounts are to spoil everything. */
  readonly targets: Int32Array;
  /** Fake accounts that the budget buys. */
  readonly accounts: number;
  /** The strongest first. */
  readonly choices: readonly AttackChoice[];
  /** Accounts of an attack within the budget, held against it. */
  make(choice: AttackChoice, accounts: number): Promise<AccountPoison>;
  scan(poison: AccountPoison): Promise<AccountScan>;
  /** Those of these that another scan flags, with other random numbers. */
  scanAgain(poison: AccountPoison): Promise<number>;
  /** What the attacker takes its harm to be; higher = more, null where it cannot be told. */
  harmOf(poison: AccountPoison): Promise<number | null>;
  readonly rng: Rng;
}

/** Scans in which a number of accounts is searched. */
const mostScans = 4;

const noAccounts: AccountPoison = { kind: "accounts", accounts: [] };

/**
 * The accounts that an attacker would register who scans them at home, as they will be scanned: of several attacks, as they are made, with one target for each account, and with the ratings of genuine
 * users in place of their fillers, the most accounts of which the scan flags none; of these what does most harm by the attacker's own estimate, and none where nothing does any.
 *
 * @throws NumericalError where no attack can be made
 */
export async function searchUnnoticedAccounts(
  input: UnnoticedAccounts,
): Promise<{ readonly poison: AccountPoison; readonly result: UnnoticedResult }> {
  const { accounts, choices } = input;
  let best: { poison: AccountPoison; choice: AttackChoice | null; harm: number } = {
    poison: noAccounts,
    choice: null,
    harm: (await input.harmOf(noAccounts)) ?? -Infinity,
  };
  let blind: UnnoticedResult["blind"] | null = null;
  let failure: NumericalError | null = null;
  for (const choice of choices) {
    try {
      const made = await input.make(choice, accounts);
      const first = await input.scan(made);
      const flagged = sum(first.flagged);
      blind ??= { attack: choice.id, rows: made.accounts.length, flagged, byDetector: first.byDetector };
      for (const shape of shapesOf(input, choice === choices[0])) {
        const whole = shape(made);
        const poison = await mostUnflagged(input, whole, whole === made ? first.flagged : null);
        const harm = poison.accounts.length === 0 ? null : await input.harmOf(poison);
        if (harm !== null && harm > best.harm) best = { poison, choice, harm };
        // Nothing would be gained by hiding what nobody sees.
        if (whole === made && flagged === 0) break;
      }
      if (flagged === 0) break;
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      failure = error;
    }
  }
  if (blind === null) throw failure ?? new NumericalError("no attack has ended that could be kept below the cut of a scan");
  const { poison, choice } = best;
  const [kept, flaggedAgain] = [await input.scan(poison), await input.scanAgain(poison)];
  return {
    poison,
    result: {
      ...{ attack: choice?.id ?? null, access: choice === null ? null : "inject", rows: poison.accounts.length },
      ...{ flaggedAgain, blind, falseAlarms: kept.falseAlarms, tried: choices.map(({ id }) => id) },
    },
  };
}

/**
 * As many of the accounts as the scan lets pass: those of all that are not flagged, if none of these stands out alone, or the first of them, whose number is searched between what passes and what does not.
 *
 * @param seen what the scan says of all of them; null = it is still to be asked
 */
async function mostUnflagged({ scan }: UnnoticedAccounts, whole: AccountPoison, seen: Uint8Array | null): Promise<AccountPoison> {
  const ofAll = seen ?? (await scan(whole)).flagged;
  if (sum(ofAll) === 0) return whole;
  let passed = noAccounts;
  const left: AccountPoison = { kind: "accounts", accounts: whole.accounts.filter((_, a) => ofAll[a] === 0) };
  if (left.accounts.length > 0 && sum((await scan(left)).flagged) === 0) passed = left;
  let [low, high] = [passed.accounts.length, whole.accounts.length];
  for (let k = 0; k < mostScans && high - low > 1; k++) {
    const count = Math.min(high - 1, Math.max(low + 1, Math.round(Math.sqrt(Math.max(1, low) * high))));
    const tried: AccountPoison = { kind: "accounts", accounts: whole.accounts.slice(0, count) };
    if (sum((await scan(tried)).flagged) === 0) [low, passed] = [count, tried];
    else high = count;
  }
  return passed;
}

/** What is done to accounts that they pass; what looks at nothing of theirs but the targets is tried with the first attack alone. */
function shapesOf(input: UnnoticedAccounts, isFirst: boolean): ((made: AccountPoison) => AccountPoison)[] {
  const { targets } = input;
  if (targets.length === 0) return [(made) => made];
  const each = (poison: AccountPoison): AccountPoison => oneTargetEach(poison, targets);
  const disguised = (poison: AccountPoison): AccountPoison => withGenuineFillers(poison, input);
  return [
    (made) => made,
    ...(targets.length > 1 ? [each] : []),
    ...(isFirst ? [disguised] : []),
    ...(isFirst && targets.length > 1 ? [(made: AccountPoison) => each(disguised(made))] : []),
  ];
}

/** Each account speaks of one target, in turn: a group behind an item is a share of all. */
function oneTargetEach({ accounts }: AccountPoison, targets: Int32Array): AccountPoison {
  const isTarget = new Set(targets);
  return {
    kind: "accounts",
    accounts: accounts.map((profile, a) => keepRatings(profile, (item) => !isTarget.has(item) || item === targets[a % targets.length])),
  };
}

/** What each account rates besides the targets is taken from a genuine user, another for each while there are any, as that user rated it. */
function withGenuineFillers({ accounts }: AccountPoison, { clean, targets, rng }: UnnoticedAccounts): AccountPoison {
  const starts = startsByUser(clean);
  const isTarget = new Set(targets);
  const users = rng.fork("models").sample(clean.users.length, clean.users.length);
  return {
    kind: "accounts",
    accounts: accounts.map((profile, a) => {
      const user = users[a % users.length];
      const own = keepRatings(profile, (item) => isTarget.has(item));
      const room = profile.items.length - own.items.length;
      const open = Array.from({ length: starts[user + 1] - starts[user] }, (_, k) => starts[user] + k).filter(
        (p) => !isTarget.has(clean.item[p]),
      );
      const drawn = rng.fork("disguise").fork(a).sample(open.length, Math.min(room, open.length));
      const together = [
        ...own.items.map((item, k) => ({ item, value: own.values[k] })),
        ...Array.from(drawn, (k) => ({ item: clean.item[open[k]], value: clean.value[open[k]] })),
      ].sort((one, other) => one.item - other.item);
      return { ...profile, items: together.map(({ item }) => item), values: together.map(({ value }) => value) };
    }),
  };
}

function keepRatings(profile: Profile, isKept: (item: number) => boolean): Profile {
  const kept = profile.items.flatMap((item, k) => (isKept(item) ? [k] : []));
  return { ...profile, items: kept.map((k) => profile.items[k]), values: kept.map((k) => profile.values[k]) };
}

function sum(mask: Uint8Array): number {
  return mask.reduce((total, is) => total + is, 0);
}
