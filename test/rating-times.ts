import type { Ratings } from "../src/core/ratings.ts";
import { makeRng } from "../src/numeric/random.ts";

export const [minute, day] = [60, 86_400];

/**
 * The same ratings given over a year: accounts come at any time and rate, in any order, with pauses of all lengths. Times of some accounts may be laid down, of each of their items in turn.
 */
export function withTimes(
  ratings: Ratings,
  seed: number,
  timesOf: (user: number, items: readonly number[]) => readonly number[] | null = () => null,
): Ratings {
  const time = new Float64Array(ratings.user.length);
  for (let from = 0, p = 0; from < time.length; from = p) {
    const user = ratings.user[from];
    while (p < time.length && ratings.user[p] === user) p++;
    const rng = makeRng(seed).fork(user);
    let now = 1.5e9 + 365 * day * rng.uniform();
    const drawn = Array.from(rng.sample(p - from, p - from));
    const own = drawn.map(() => (now += Math.exp(4 + 2 * rng.normal())));
    const given = timesOf(user, [...ratings.item.subarray(from, p)]);
    drawn.forEach((place, k) => (time[from + place] = Math.round(given === null ? own[k] : given[place])));
  }
  return { ...ratings, time };
}

/** Item that fake accounts rate at the top of the scale: one that few know. */
export const target = 160;

/** Accounts behind the others that rate the target at the top of the scale, and other items at random: those that are named, or so many. */
export function withFakes(clean: Ratings, count: number, others: number | readonly number[], seed: number): Ratings {
  const { low, high } = clean.scale;
  const added = Array.from({ length: count }, (_, a) => {
    const rng = makeRng(seed).fork(a);
    const drawn = typeof others === "number" ? Array.from(rng.sample(clean.items.length, others)).filter((i) => i !== target) : others;
    const user = clean.users.length + a;
    return [target, ...drawn]
      .sort((x, y) => x - y)
      .map((item) => ({ user, item, value: item === target ? high : low + rng.integer(high - low + 1) }));
  }).flat();
  return {
    ...clean,
    user: Int32Array.from([...clean.user, ...added.map(({ user }) => user)]),
    item: Int32Array.from([...clean.item, ...added.map(({ item }) => item)]),
    value: Float64Array.from([...clean.value, ...added.map(({ value }) => value)]),
    users: [...clean.users, ...Array.from({ length: count }, (_, a) => `late-${a}`)],
  };
}
