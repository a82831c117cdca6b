import { lieShares, lnMixed } from "./lie-shares.ts";

/** How an account that lies would do it. */
interface Habit {
  /** Rows are wrong so often inside a stretch of its rows, and so often outside. */
  readonly inside: number;
  readonly outside: number;
}

/** What one account's rows say together. */
export interface AccountLies {
  /** ln of an e-value: the mean over habits of how much likelier they make its labels than honesty. */
  readonly nats: number;
  /** Chance that each of its rows is wrong if it lies. Shape: [rows]. */
  readonly wrong: Float64Array;
}

const stretch: Habit = { inside: 0.9, outside: 0.03 };
/** Of longer accounts only stretches between so many places are looked at. */
const mostPlaces = 64;

/**
 * Half of the weight is on shares of wrong labels all through, the other half on a stretch of its days in which nearly all are wrong, where it has several days. Each habit's likelihood ratio
 * has mean 1 or less for honest accounts of which the models are right; so has their mean.
 *
 * @param nats ln of the ratio of each row, in the order of its days. Shape: [rows]
 * @param day ascending, equal for rows of one day; null where days are not known. Shape: [rows]
 */
export function accountLies(nats: Float64Array, day: Float64Array | null): AccountLies {
  const rows = nats.length;
  const habits: { readonly weight: number; readonly from: number; readonly to: number; readonly habit: Habit }[] = [];
  const places = day === null ? [] : placesOf(day);
  const windows: { from: number; to: number }[] = [];
  for (let a = 0; a + 1 < places.length; a++)
    for (let b = a + 1; b < places.length; b++)
      if (places[b] - places[a] >= 2 && places[b] - places[a] < rows) windows.push({ from: places[a], to: places[b] });
  const half = windows.length > 0 ? 0.5 : 1;
  for (const share of lieShares)
    habits.push({ weight: half / lieShares.length, from: 0, to: rows, habit: { inside: share, outside: share } });
  for (const window of windows) habits.push({ weight: (1 - half) / windows.length, ...window, habit: stretch });
  const inside = new Map<number, Float64Array>();
  const sumsFor = (share: number): Float64Array => {
    let sums = inside.get(share);
    if (sums === undefined) {
      sums = new Float64Array(rows + 1);
      for (let i = 0; i < rows; i++) sums[i + 1] = sums[i] + lnMixed(nats[i], share);
      inside.set(share, sums);
    }
    return sums;
  };
  const strengths = habits.map(({ weight, from, to, habit }) => {
    const [within, without] = [sumsFor(habit.inside), sumsFor(habit.outside)];
    return Math.log(weight) + within[to] - within[from] + without[from] + without[rows] - without[to];
  });
  const top = Math.max(...strengths);
  let total = 0;
  for (const strength of strengths) total += Math.exp(strength - top);
  const wrong = new Float64Array(rows);
  habits.forEach(({ from, to, habit }, h) => {
    const chance = Math.exp(strengths[h] - top) / total;
    if (chance < 1e-6) return;
    for (let i = 0; i < rows; i++) {
      const share = i >= from && i < to ? habit.inside : habit.outside;
      wrong[i] += (chance * share) / (share + (1 - share) * Math.exp(-nats[i]));
    }
  });
  return { nats: top + Math.log(total), wrong };
}

/** Where a stretch may begin or end: between days, at most so many places, evenly spread. */
function placesOf(day: Float64Array): number[] {
  const places = [0];
  for (let i = 1; i <= day.length; i++) if (i === day.length || day[i] !== day[i - 1]) places.push(i);
  if (places.length <= mostPlaces) return places;
  return Array.from({ length: mostPlaces }, (_, k) => places[Math.round((k * (places.length - 1)) / (mostPlaces - 1))]);
}
