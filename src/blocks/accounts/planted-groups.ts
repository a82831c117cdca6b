import { nearestRating, type Profile, type Ratings, startsByUser } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Rng } from "../../numeric/random.ts";
import { type ItemStatistics, itemStatistics } from "../ratings/item-statistics.ts";

/** Fake accounts of recipes drawn at random, and which of them were made together. Shape: group [accounts]. */
export interface PlantedGroups {
  readonly accounts: readonly Profile[];
  readonly group: Int32Array;
}

/** Ratings to imitate, and whom not to: suspects are never copied. Shape: isSuspect [users]. */
export interface PlantingSource {
  readonly ratings: Ratings;
  isSuspect(user: number): boolean;
}

/** A group is of this many accounts at least. */
const smallest = 3;

/**
 * Groups of fake accounts until there are `count` or, so that the last is no smaller than three, up to two more: every group draws its own recipe, of parts that are independent of each other: size, targets and how many
 * of them each account rates, at which end and how exactly, how many other items, which of them (any, the popular ones, those that one account or the raters
 * of the target know, those of a genuine account each) and at what values (about the item's mean, the overall mean, one end, as the genuine account did).
 * A third are campaigns of hired accounts: few ratings each, of items that overlapping sets of them promote, with some honest cover.
 */
export function plantGroups(source: PlantingSource, count: number, rng: Rng): PlantedGroups {
  const scene = sceneOf(source);
  const accounts: Profile[] = [];
  const group: number[] = [];
  for (let g = 0; accounts.length < count; g++) {
    const own = rng.fork("group").fork(g);
    const left = count - accounts.length;
    const most = Math.max(smallest, Math.min(left, count / 2));
    const size = Math.min(Math.max(smallest, left), Math.round(logUniform(own, smallest, most)));
    const recipe = own.uniform() < 1 / 3 ? hiredAccounts(scene, size, own) : madeAccounts(scene, own);
    for (let a = 0; a < size; a++) {
      accounts.push(recipe(own.fork("account").fork(a)));
      group.push(g);
    }
  }
  return { accounts, group: Int32Array.from(group) };
}

interface Scene {
  readonly ratings: Ratings;
  readonly starts: Int32Array;
  readonly trusted: Int32Array;
  readonly statistics: ItemStatistics;
  /** Items with a rating, most rated first. */
  readonly items: Int32Array;
  /** Numbers of ratings of trusted accounts, rising. */
  readonly lengths: Float64Array;
}

type Recipe = (rng: Rng) => Profile;

function sceneOf({ ratings, isSuspect }: PlantingSource): Scene {
  const starts = startsByUser(ratings);
  const rated = Int32Array.from(ratings.users.keys()).filter((u) => starts[u + 1] > starts[u]);
  const some = rated.filter((u) => !isSuspect(u));
  const trusted = some.length > 0 ? some : rated;
  const statistics = itemStatistics(ratings);
  const items = orderBy(statistics.itemCount.map((n) => -n)).filter((i) => statistics.itemCount[i] > 0);
  return { ratings, starts, trusted, statistics, items, lengths: Float64Array.from(trusted, (u) => starts[u + 1] - starts[u]).sort() };
}

const logUniform = (rng: Rng, low: number, high: number): number => low * (high / low) ** rng.uniform();
const among = (rng: Rng, values: Int32Array): number => values[rng.integer(values.length)];
const some = (rng: Rng, values: Int32Array, count: number): number[] =>
  Array.from(rng.sample(values.length, Math.min(count, values.length)), (k) => values[k]);

/** Accounts that push or bury one or a few targets among ratings that hide it. */
function madeAccounts(scene: Scene, rng: Rng): Recipe {
  const { ratings, statistics, items, lengths, trusted } = scene;
  const { low, high, step } = ratings.scale;
  const isPush = rng.uniform() < 0.7;
  const [end, other] = isPush ? [high, low] : [low, high];
  const targets = some(rng, items, rng.uniform() < 0.6 ? 1 : 2 + rng.integer(3));
  const taken = new Set(targets);
  const loyalty = rng.uniform() < 0.7 ? 1 : 0.5 + 0.5 * rng.uniform();
  const softened = rng.uniform() < 0.7 ? 0 : 0.5 * rng.uniform();
  const quantile = (q: number): number => lengths[Math.min(lengths.length - 1, Math.floor(q * lengths.length))];
  const fillers = logUniform(rng, Math.max(2, quantile(0.1)), Math.max(4, quantile(0.9)));
  const wobble = rng.uniform() < 0.5 ? 0 : 0.6 * rng.uniform();
  const poolKind = rng.integer(5);
  const pool = items.subarray(0, poolKind === 1 ? Math.max(10, Math.round(items.length * logUniform(rng, 0.02, 0.4))) : items.length);
  const known = among(rng, trusted);
  const selected =
    rng.uniform() < 0.6
      ? []
      : (poolKind === 2
          ? some(rng, itemsOf(scene, known), 1 + rng.integer(9))
          : some(rng, items.subarray(0, 40), 1 + rng.integer(9))
        ).filter((i) => !taken.has(i));
  const selectedValue = rng.uniform() < 0.7 ? end : other;
  const law = rng.integer(5);
  const [itemWeight, noise] = [law === 0 ? 0 : 1, law === 0 ? 1 : 0.2 + rng.uniform()];
  const constant = rng.uniform() < 0.7 ? other : end;
  return (r) => {
    const count = Math.max(1, Math.round(fillers * Math.exp(wobble * r.normal())));
    const profile = new Map<number, number>();
    const put = (item: number, value: number): void => void profile.set(item, nearestRating(ratings.scale, value));
    const model = poolKind >= 3 ? among(r, trusted) : -1;
    const copied = model < 0 ? null : itemsOf(scene, model);
    const drawn = some(r, copied ?? pool, Math.max(1, count - selected.length));
    for (const item of drawn) {
      const { mean, deviation, itemMean, itemDeviation } = statistics;
      const around = itemWeight === 0 ? mean : itemMean[item];
      const spread = itemWeight === 0 ? deviation : itemDeviation[item];
      put(
        item,
        law === 4
          ? constant
          : law === 3 && model >= 0
            ? valueOf(scene, model, item) + 0.5 * r.normal()
            : around + noise * spread * r.normal(),
      );
    }
    for (const item of selected) put(item, selectedValue);
    for (const item of targets)
      if (item === targets[0] || r.uniform() < loyalty) put(item, r.uniform() < softened ? end + (isPush ? -step : step) : end);
    return { items: [...profile.keys()], values: [...profile.values()] };
  };
}

/** Accounts hired for many jobs: two to eight reviews each of what overlapping sets of them promote, at an end of the scale, and what a genuine account rated. */
function hiredAccounts(scene: Scene, size: number, rng: Rng): Recipe {
  const { ratings, items, trusted } = scene;
  const { low, high, step } = ratings.scale;
  const isPush = rng.uniform() < 0.8;
  const from = rng.uniform() < 0.5 ? items : items.subarray(items.length >> 1);
  const jobs = some(rng, from, Math.max(2, Math.round(size / logUniform(rng, 0.7, 6))));
  const reach = Math.min(jobs.length, 3 + rng.integer(12));
  const cover = rng.uniform() < 0.3 ? 0 : 0.6 * rng.uniform();
  const softened = 0.4 * rng.uniform() ** 2;
  return (r) => {
    const reviews = 2 + r.integer(7);
    const first = r.integer(jobs.length);
    const profile = new Map<number, number>();
    const honest = Math.min(reviews - 1, Math.round(cover * reviews));
    const model = among(r, trusted);
    for (const item of some(r, itemsOf(scene, model), honest)) profile.set(item, valueOf(scene, model, item));
    for (const k of r.sample(reach, Math.min(reach, reviews - honest))) {
      const value = r.uniform() < softened ? (isPush ? high - step : low + step) : isPush ? high : low;
      profile.set(jobs[(first + k) % jobs.length], nearestRating(ratings.scale, value));
    }
    return { items: [...profile.keys()], values: [...profile.values()] };
  };
}

function itemsOf({ ratings, starts }: Scene, user: number): Int32Array {
  return ratings.item.subarray(starts[user], starts[user + 1]);
}

function valueOf({ ratings, starts }: Scene, user: number, item: number): number {
  for (let p = starts[user]; p < starts[user + 1]; p++) if (ratings.item[p] === item) return ratings.value[p];
  return NaN;
}
