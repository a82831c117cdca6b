import { type Ratings, startsByUser } from "../../../core/ratings.ts";
import { orderBy } from "../../../numeric/orders/ranks.ts";

/** Places in an order, counted from 0; equal times share the places from `first` to `last`. Shapes: first, last [things]. */
export interface Clock {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly things: number;
}

/** The order in which accounts came, by their first rating, and that of all ratings: nothing but the order of times counts, so that how busy the site was is no evidence. */
export interface Clocks {
  /** Of accounts. */
  readonly arrivals: Clock;
  /** Of ratings. */
  readonly flow: Clock;
}

/** null where ratings carry no times, or one time only. */
export function clocksOf(ratings: Ratings): Clocks | null {
  const { time, users } = ratings;
  if (time === null || time.length === 0 || time.every((t) => t === time[0])) return null;
  const starts = startsByUser(ratings);
  const came = new Float64Array(users.length).fill(Infinity);
  for (let u = 0; u < users.length; u++) for (let p = starts[u]; p < starts[u + 1]; p++) came[u] = Math.min(came[u], time[p]);
  return { arrivals: clockOf(came), flow: clockOf(time) };
}

function clockOf(times: Float64Array): Clock {
  const order = orderBy(times);
  const first = new Int32Array(times.length);
  const last = new Int32Array(times.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && times[order[to]] === times[order[from]]) to++;
    for (let k = from; k < to; k++) {
      first[order[k]] = from;
      last[order[k]] = to - 1;
    }
  }
  return { first, last, things: times.length };
}
