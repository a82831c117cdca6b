import type { RunContext } from "../../core/context.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountTrace, RatingGoal } from "../../core/recommender.ts";
import { applyPoison } from "../../core/patch.ts";
import type { RatingsSetup } from "./setup.ts";
import { type TargetScores, listLength, scoreTargets } from "./target-exposure.ts";

/** Who is hurt by one attack on one engine, and by which way it reaches them. Plain data. */
export interface RatingsHarm {
  readonly engine: string;
  readonly attack: string;
  readonly budgetFraction: number;
  readonly seed: number;
  readonly goal: RatingGoal["goal"];
  readonly targets: readonly string[];
  /** How many fake accounts there are; they are numbered from 1 in the order of the patch. */
  readonly accounts: number;
  /** Genuine users who have not rated every target, the most hurt first. */
  readonly users: readonly HarmedUser[];
  /** The same users by how much they have rated, those who rated least first. */
  readonly groups: readonly HarmedGroup[];
  /** null where training leaves nothing to follow. */
  readonly traced: TracedHarm | null;
}

/** Means are over the targets that the user has not rated. */
export interface HarmedUser {
  readonly user: string;
  readonly ratings: number;
  /** Targets among the first ten that the user is shown. */
  readonly listedBefore: number;
  readonly listedAfter: number;
  readonly rankBefore: number;
  readonly rankAfter: number;
  /** After − before, in units of a score. */
  readonly shift: number;
}

export interface HarmedGroup {
  /** How many ratings its users have. */
  readonly fewestRatings: number;
  readonly mostRatings: number;
  readonly users: number;
  /** Share of its users and targets where the target is among the first ten. */
  readonly hitRateBefore: number;
  readonly hitRateAfter: number;
  readonly meanRankBefore: number;
  readonly meanRankAfter: number;
  readonly shift: number;
}

/** Lifts are those of `AccountTrace`, means over the targets that a user has not rated. */
export interface TracedHarm {
  /** Lifts of all accounts over all users and targets ÷ the shift that training again shows; null where there is none. */
  readonly share: number | null;
  /** Of lifts with shifts, over users and targets; null where either does not vary. */
  readonly correlation: number | null;
  /** Numbers of the accounts that do most, the first most. */
  readonly accounts: readonly number[];
  /** Names of the users who are most hurt, the first most. */
  readonly users: readonly string[];
  /** The vulnerability matrix with fake accounts as sources. Shape: [accounts][users]. */
  readonly vulnerability: readonly (readonly number[])[];
  /** The same over groups. Shape: [accounts][groups]. */
  readonly byGroup: readonly (readonly number[])[];
  /** The strongest way to each of those users whom there is one to. */
  readonly paths: readonly HarmPath[];
}

/**
 * account → item → user: both rated the item, and so the account's rating of the target counts for the user. The item is the one through which most
 * reaches the user, the account the one that most of it comes from.
 */
export interface HarmPath {
  readonly account: number;
  readonly item: string;
  readonly user: string;
  readonly target: string;
  /** What goes this way, of `itemLift`, what goes through the item from the accounts of the matrix, and of `lift`, that of all accounts by any way. */
  readonly pathLift: number;
  readonly itemLift: number;
  readonly lift: number;
}

/** How many accounts and users a matrix shows. */
const [mostAccounts, mostUsers] = [20, 20];
const groupCount = 5;

/** Trains the engine with the accounts and compares, user by user. `at` says which attack it is. */
export async function ratingsHarm(
  { train, goal, engine, rng, cleanScores }: RatingsSetup,
  poison: AccountPoison,
  at: Pick<RatingsHarm, "engine" | "attack" | "budgetFraction" | "seed">,
  context: Omit<RunContext, "rng">,
): Promise<RatingsHarm> {
  if (engine.recommender.outside !== undefined) throw new NumericalError("nobody looks into a recommender that learns outside");
  const poisoned = applyPoison(train, poison);
  const model = await engine.recommender.fit(poisoned, { ...context, rng: rng.fork("fit"), params: engine.params });
  const after = scoreTargets(model, train, goal);
  const audience = goal.audience ?? Int32Array.from(train.users, (_, u) => u);
  const found = hurtUsers(train, audience, goal.goal, cleanScores, after);
  const groups = groupsOf(found, cleanScores, after);
  const accounts = Int32Array.from(poison.accounts, (_, k) => train.users.length + k);
  const traces = model.trace === undefined ? null : [...goal.targets].map((target) => model.trace!(target, accounts));
  return {
    ...at,
    goal: goal.goal,
    targets: Array.from(goal.targets, (t) => train.items[t]),
    accounts: poison.accounts.length,
    users: found.map(({ place: _, ...user }) => user),
    groups: groups.map(({ members: _, ...group }) => group),
    traced: traces && tracedHarm({ train, goal, audience, found, groups, traces, before: cleanScores, after, count: accounts.length }),
  };
}

/** `place` is where the user is in the audience. */
interface Found extends HarmedUser {
  readonly place: number;
}

function hurtUsers(train: Ratings, audience: Int32Array, goal: RatingGoal["goal"], before: TargetScores, after: TargetScores): Found[] {
  const counts = new Int32Array(train.users.length);
  for (const u of train.user) counts[u]++;
  const users = Array.from(audience, (u, place): Found | null => {
    const open = before.flatMap((exposure, t) => (Number.isNaN(exposure.ranks[place]) ? [] : [t]));
    if (open.length === 0) return null;
    const mean = (of: (t: number) => number): number => open.reduce((sum, t) => sum + of(t), 0) / open.length;
    const listed = (exposures: TargetScores): number => open.filter((t) => exposures[t].ranks[place] <= listLength).length;
    return {
      place,
      user: train.users[u],
      ratings: counts[u],
      listedBefore: listed(before),
      listedAfter: listed(after),
      rankBefore: mean((t) => before[t].ranks[place]),
      rankAfter: mean((t) => after[t].ranks[place]),
      shift: mean((t) => after[t].scores[place] - before[t].scores[place]),
    };
  });
  const sign = goal === "demote" ? -1 : 1;
  const hurt = ({ rankBefore, rankAfter, shift }: Found): number =>
    goal === "availability" ? Math.abs(shift) : sign * Math.log(rankBefore / rankAfter);
  const listing = ({ listedBefore, listedAfter }: Found): number => (goal === "availability" ? 0 : sign * (listedAfter - listedBefore));
  return users.filter((user) => user !== null).sort((a, b) => listing(b) - listing(a) || hurt(b) - hurt(a) || a.place - b.place);
}

interface Group extends HarmedGroup {
  readonly members: readonly Found[];
}

/** Fifths of the users by how much they rated. */
function groupsOf(found: readonly Found[], before: TargetScores, after: TargetScores): Group[] {
  const sorted = [...found].sort((a, b) => a.ratings - b.ratings || a.place - b.place);
  const count = Math.min(groupCount, sorted.length);
  return Array.from({ length: count }, (_, g) => {
    const members = sorted.slice(Math.floor((g * sorted.length) / count), Math.floor(((g + 1) * sorted.length) / count));
    const pairs = members.flatMap(({ place }) => before.flatMap(({ ranks }, t) => (Number.isNaN(ranks[place]) ? [] : [{ place, t }])));
    const mean = (of: (pair: { place: number; t: number }) => number): number =>
      pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
    return {
      members,
      fewestRatings: members[0].ratings,
      mostRatings: members[members.length - 1].ratings,
      users: members.length,
      hitRateBefore: mean(({ place, t }) => Number(before[t].ranks[place] <= listLength)),
      hitRateAfter: mean(({ place, t }) => Number(after[t].ranks[place] <= listLength)),
      meanRankBefore: mean(({ place, t }) => before[t].ranks[place]),
      meanRankAfter: mean(({ place, t }) => after[t].ranks[place]),
      shift: mean(({ place, t }) => after[t].scores[place] - before[t].scores[place]),
    };
  });
}

function tracedHarm(given: {
  readonly train: Ratings;
  readonly goal: RatingGoal;
  readonly audience: Int32Array;
  readonly found: readonly Found[];
  readonly groups: readonly Group[];
  readonly traces: readonly AccountTrace[];
  readonly before: TargetScores;
  readonly after: TargetScores;
  readonly count: number;
}): TracedHarm {
  const { train, goal, audience, found, groups, traces, before, after, count } = given;
  const width = audience.length;
  const sign = goal.goal === "demote" ? -1 : 1;
  /** For each target. Shape: [accounts, audience]. */
  const lifts = traces.map((trace) => {
    const out = new Float64Array(count * width);
    trace.liftsInto(out, audience);
    return out;
  });
  const openTargets = (place: number): number[] => before.flatMap(({ ranks }, t) => (Number.isNaN(ranks[place]) ? [] : [t]));
  const liftOf = (k: number, place: number): number => {
    const open = openTargets(place);
    return open.reduce((sum, t) => sum + lifts[t][k * width + place], 0) / open.length;
  };
  const accountIndices = [...Array(count).keys()];
  const totals = accountIndices.map((k) => sign * found.reduce((sum, { place }) => sum + liftOf(k, place), 0));
  const chosen = accountIndices.sort((a, b) => totals[b] - totals[a] || a - b).slice(0, mostAccounts);
  const most = found.slice(0, mostUsers);
  const together = (t: number, place: number): number => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += lifts[t][k * width + place];
    return sum;
  };
  const pairs = found.flatMap(({ place }) =>
    openTargets(place).map((t) => ({ lift: together(t, place), shift: after[t].scores[place] - before[t].scores[place] })),
  );
  return {
    ...agreement(pairs),
    accounts: chosen.map((k) => k + 1),
    users: most.map(({ user }) => user),
    vulnerability: chosen.map((k) => most.map(({ place }) => liftOf(k, place))),
    byGroup: chosen.map((k) => groups.map(({ members }) => members.reduce((sum, { place }) => sum + liftOf(k, place), 0) / members.length)),
    paths: most.flatMap(({ place, user }) => {
      const ways = openTargets(place).flatMap((t) => waysTo(traces[t], chosen, audience[place]).map((way) => ({ ...way, t })));
      const best = ways.reduce<(typeof ways)[number] | null>(
        (top, way) => (top === null || sign * way.itemLift > sign * top.itemLift ? way : top),
        null,
      );
      if (best === null || sign * best.itemLift <= 0) return [];
      const { item, itemLift, t } = best;
      const carrier = best.accounts.reduce((top, next) => (sign * next.lift > sign * top.lift ? next : top));
      return [
        {
          account: carrier.k + 1,
          item: train.items[item],
          user,
          target: train.items[goal.targets[t]],
          pathLift: carrier.lift,
          itemLift,
          lift: together(t, place),
        },
      ];
    }),
  };
}

/** Item by item what reaches a user through it, from each of these accounts and in all. */
function waysTo(
  trace: AccountTrace,
  accounts: readonly number[],
  user: number,
): { readonly item: number; readonly itemLift: number; readonly accounts: readonly { readonly k: number; readonly lift: number }[] }[] {
  const ways = new Map<number, { k: number; lift: number }[]>();
  for (const k of accounts)
    for (const { item, lift } of trace.through(k, user)) {
      const own = ways.get(item);
      if (own === undefined) ways.set(item, [{ k, lift }]);
      else own.push({ k, lift });
    }
  return [...ways].map(([item, own]) => ({ item, itemLift: own.reduce((sum, { lift }) => sum + lift, 0), accounts: own }));
}

function agreement(pairs: readonly { readonly lift: number; readonly shift: number }[]): Pick<TracedHarm, "share" | "correlation"> {
  const mean = (of: (pair: { readonly lift: number; readonly shift: number }) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [lift, shift] = [mean((pair) => pair.lift), mean((pair) => pair.shift)];
  const [both, ofLifts, ofShifts] = [
    mean((pair) => (pair.lift - lift) * (pair.shift - shift)),
    mean((pair) => (pair.lift - lift) ** 2),
    mean((pair) => (pair.shift - shift) ** 2),
  ];
  const varies = ofLifts > 1e-24 && ofShifts > 1e-24;
  return {
    share: Math.abs(shift) > 1e-12 ? lift / shift : null,
    correlation: varies ? both / Math.sqrt(ofLifts * ofShifts) : null,
  };
}
