import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { incidenceByItem } from "../ratings/incidence.ts";

/** Accounts of fewer ratings are within others by chance. */
const fewestRatings = 4;
/** An account's rarest items by which others that could be its model are found, and raters of an item above which it finds nobody. */
const [mostItems, mostRaters] = [24, 300];
const [leastInside, mostInside] = [0.5, 0.98];

/** For each account others that it may copy, and how many nats speak for each. Shapes: models, nats [users, 5]; −1 and 0 where there are fewer. */
export interface Models {
  readonly models: Int32Array;
  readonly nats: Float64Array;
}

/** Others that are looked at for each account. */
export const mostModels = 5;

/**
 * Nats by which the items of each account are likelier if it rates what one other account rates than if it had nothing to do with it:
 * h log (h / n) + (n − h) log(1 − h / n) … of n items of which h are the other's, against a configuration model, in which the other rates item i with probability
 * 1 − exp(−n_v (c_i − 1) / N), c_i of N ratings being of i. What the items were given does not count. Accounts of fewer than four ratings have no models.
 *
 * Takes at most 24 · 300 steps an account, and five for each of its ratings.
 */
export function likelyModels(ratings: Ratings): Models {
  const { item, users, items } = ratings;
  const total = Math.max(1, item.length);
  const starts = startsByUser(ratings);
  const { starts: itemStarts, other } = incidenceByItem(ratings);
  const out = { models: new Int32Array(users.length * mostModels).fill(-1), nats: new Float64Array(users.length * mostModels) };
  const weight = new Float64Array(users.length);
  const near = new Int32Array(users.length);
  const rarest = new Int32Array(mostItems);
  const best = new Int32Array(mostModels);
  const isOwn = new Uint8Array(items.length);
  const ratersOf = (i: number): number => itemStarts[i + 1] - itemStarts[i];
  for (let u = 0; u < users.length; u++) {
    const from = starts[u];
    const end = starts[u + 1];
    if (end - from < fewestRatings) continue;
    let kept = 0;
    for (let p = from; p < end; p++) {
      const raters = ratersOf(item[p]);
      if (raters > mostRaters || raters < 2) continue;
      let k = kept < mostItems ? kept++ : mostItems;
      if (k === mostItems && raters >= ratersOf(rarest[mostItems - 1])) continue;
      if (k === mostItems) k--;
      for (; k > 0 && ratersOf(rarest[k - 1]) > raters; k--) rarest[k] = rarest[k - 1];
      rarest[k] = item[p];
    }
    let count = 0;
    for (let k = 0; k < kept; k++) {
      const i = rarest[k];
      for (let n = itemStarts[i]; n < itemStarts[i + 1]; n++) {
        const v = other[n];
        if (v === u) continue;
        if (weight[v] === 0) near[count++] = v;
        weight[v] += Math.log1p(total / (ratersOf(i) * (starts[v + 1] - starts[v])));
      }
    }
    let models = 0;
    for (let n = 0; n < count; n++) {
      const v = near[n];
      let k = models < mostModels ? models++ : mostModels;
      if (k === mostModels && weight[v] <= weight[best[mostModels - 1]]) continue;
      if (k === mostModels) k--;
      for (; k > 0 && weight[best[k - 1]] < weight[v]; k--) best[k] = best[k - 1];
      best[k] = v;
    }
    for (let n = 0; n < count; n++) weight[near[n]] = 0;
    for (let k = 0; k < models; k++) {
      const v = best[k];
      for (let p = starts[v]; p < starts[v + 1]; p++) isOwn[item[p]] = 1;
      const each = (starts[v + 1] - starts[v]) / total;
      let hits = 0;
      let log = 0;
      for (let p = from; p < end; p++) {
        const away = each * (ratersOf(item[p]) - 1);
        const hit = isOwn[item[p]];
        hits += hit;
        log -= hit === 1 ? Math.log(Math.max(1e-6, Math.min(mostInside, -Math.expm1(-away)))) : Math.max(-away, Math.log(1 - mostInside));
      }
      for (let p = starts[v]; p < starts[v + 1]; p++) isOwn[item[p]] = 0;
      const inside = Math.max(leastInside, Math.min(mostInside, hits / (end - from)));
      out.models[u * mostModels + k] = v;
      out.nats[u * mostModels + k] = Math.max(0, log + hits * Math.log(inside) + (end - from - hits) * Math.log(1 - inside));
    }
  }
  return out;
}
