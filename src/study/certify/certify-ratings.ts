import { type RunContext, partOf } from "../../core/context.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { type Ratings, ratingsAt, startsByUser } from "../../core/ratings.ts";
import type { RatingBound, RatingCertificate, RatingCertificateInput } from "../../core/recommender.ts";
import { leaveLastShareOut } from "../../data/ratings-split.ts";
import { meanInterval } from "../../numeric/statistics/intervals.ts";
import { type ItemReach, type TargetGroup, type Targeted, chooseTargets } from "./rating-targets.ts";
import type { CertificateResult, Certified, CertifiedLists, NotCertified } from "./result.ts";

/** Lists of more users than these say nothing new. */
const mostUsers = 1000;
const listLength = 10;
/** Shares of the users whose lists an item is to enter. */
export const reachShares = [0.01, 0.05, 0.5] as const;

export interface ChosenRatingCertificate {
  readonly method: RatingCertificate;
  readonly params: unknown;
}

export interface RatingCertificateResult extends CertificateResult {
  readonly targeted: readonly Targeted[];
}

export interface CertifiedRatings extends Pick<Certified, "notRun" | "totals">, CertifiedLists {
  readonly certificates: readonly RatingCertificateResult[];
}

/** The same as an audit of any kind keeps what it proves. */
export function asCertified({ certificates, notRun, totals, ...lists }: CertifiedRatings): Certified {
  return { certificates, notRun, totals, tested: [], majority: null, lists };
}

/**
 * Holds back the last share of each user's ratings and certifies which of them are recommended.
 *
 * @param targets items by their index; null = some unpopular ones and some in the middle
 * @throws UsageError where nothing can be held back
 */
export async function certifyRatings(
  { ratings, testFraction, targets }: { readonly ratings: Ratings; readonly testFraction: number; readonly targets: Int32Array | null },
  chosen: readonly ChosenRatingCertificate[],
  context: RunContext & { readonly onCertificate?: (done: number, total: number, id: string) => void },
): Promise<CertifiedRatings> {
  const { rng } = context;
  const split = leaveLastShareOut(ratings, testFraction, rng.fork("split"));
  const train = ratingsAt(ratings, split.train);
  const held = ratingsAt(ratings, split.test);
  const heldStarts = startsByUser(held);
  const able = Int32Array.from(ratings.users.keys()).filter((user) => heldStarts[user + 1] > heldStarts[user]);
  if (able.length === 0)
    throw new UsageError(
      `no user has so many ratings that a share of ${testFraction} of them is one, so nothing can be held back (a larger --test-fraction may do)`,
    );
  const users = Int32Array.from(rng.fork("users").sample(able.length, Math.min(mostUsers, able.length)), (k) => able[k]).sort();
  const groups = targets === null ? chooseTargets(train, rng.fork("targets")) : [{ group: "named" as const, items: targets }];
  const input: RatingCertificateInput = {
    ...{ train, users, top: listLength },
    wanted: Array.from(users, (user) => held.item.subarray(heldStarts[user], heldStarts[user + 1])),
    targets: Int32Array.from(groups.flatMap(({ items }) => [...items])),
  };
  const certificates: RatingCertificateResult[] = [];
  const notRun: NotCertified[] = [];
  for (let k = 0; k < chosen.length; k++) {
    const { method, params } = chosen[k];
    context.onCertificate?.(k, chosen.length, method.id);
    try {
      const bound = await method.certify(input, { ...partOf(context, k, chosen.length), rng: rng.fork(method.id), params });
      certificates.push(resultOf(method.id, bound, input, groups));
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      notRun.push({ id: method.id, why: error.message });
    }
  }
  return {
    certificates,
    notRun,
    totals: { rows: train.user.length, accounts: ratings.users.length },
    users: { certified: users.length, able: able.length },
    top: listLength,
    heldOut: { ratings: held.user.length, by: split.by },
  };
}

/** Certified precision at radius r: the mean over users of the share of the list that is wanted and stays, with an interval over the users. */
function resultOf(
  id: string,
  { unit, costs, confidence, assumes, made, settled, found, kept, needed }: RatingBound,
  input: RatingCertificateInput,
  groups: readonly TargetGroup[],
): RatingCertificateResult {
  const precision = (counts: Int32Array) =>
    meanInterval(
      Array.from(counts, (count) => count / input.top),
      [0, 1],
    );
  let at = 0;
  const targeted = groups.map(({ group, items }): Targeted => {
    const reached = Array.from(items, (item): ItemReach => reachOf(item, needed[at++], input));
    const reach = reachShares.map((share, k) => {
      const all = reached.map(({ accounts }) => accounts[k] ?? Infinity).sort((a, b) => a - b);
      return { share, least: orNull(all[0]), median: orNull(all[Math.floor((all.length - 1) / 2)]) };
    });
    return { group, items: reached, reach };
  });
  return {
    ...{ id, params: settled, unit, costs, confidence, assumes, made, metric: "certifiedPrecision", clean: precision(found), targeted },
    // Beyond what was looked at nothing is known, where something was kept to the last.
    curve: [
      ...kept.map((counts, radius) => ({ radius, figure: precision(counts) })),
      ...(kept[kept.length - 1].some((count) => count > 0) ? [{ radius: kept.length, figure: null }] : []),
    ],
  };
}

/** A set of accounts that brings it to some users is enough for each of them: to reach k users takes the k-th smallest of their needs at least. */
function reachOf(item: number, needs: Float64Array, { train, users }: RatingCertificateInput): ItemReach {
  const hasRated = new Set<number>();
  train.item.forEach((rated, p) => rated === item && hasRated.add(train.user[p]));
  const own = needs.filter((_, u) => !hasRated.has(users[u])).sort();
  const accounts = reachShares.map((share) => orNull(own[Math.max(1, Math.ceil(share * own.length)) - 1]));
  return { item: train.items[item], ratings: hasRated.size, accounts };
}

function orNull(value: number | undefined): number | null {
  return value === undefined || value === Infinity ? null : value;
}
