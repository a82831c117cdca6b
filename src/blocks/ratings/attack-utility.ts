import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Factors, RecommenderModel } from "../../core/recommender.ts";
import type { RatingGoal } from "../../core/recommender.ts";
import { productInto } from "../../numeric/matrices/dense-product.ts";
import { makeTopK } from "../../numeric/orders/top-k.ts";
import type { FactorGradient } from "./implicit-als-gradient.ts";
import { forEachScoredUser } from "./scores.ts";

/**
 * What an attacker raises, a sum over genuine users of a function of their scores for what they have not rated:
 *
 * - "shift": mean score of the targets (integrity of Li et al. 2016; minus that to demote);
 * - "softmax": Σ_t log softmax of t at temperature τ (Tang, Wen & Wang 2020, eq. 6);
 * - "margin": −Σ_t max(s_(K) − s_t, −κ), s_(K) the K-th highest score of what is not a target (the hinge of Carlini & Wagner 2017);
 * - "hit": Σ_t σ((s_t − s_(K)) / τ), a smooth count of the lists that t is on (to demote: is not on);
 * - "departure": squared distance from the clean scores (availability of Li et al. 2016).
 */
export type RatingUtilityKind = "shift" | "softmax" | "margin" | "hit" | "departure";

export interface RatingUtilitySettings {
  readonly kind: RatingUtilityKind;
  /** K of "margin" and "hit". */
  readonly listLength: number;
  /** τ of "softmax" and "hit", and κ of "margin", in units of a score. */
  readonly temperature: number;
  readonly margin: number;
}

export interface RatingUtility {
  value(model: RecommenderModel): number;
  /** Adds ∂R/∂θ to `out`; returns R. */
  addGradientInto(out: FactorGradient, model: RecommenderModel, factors: Factors): number;
}

/** @param reference scores of the clean model, for "departure" */
export function ratingUtility(
  clean: Ratings,
  { goal, targets, audience }: RatingGoal,
  settings: RatingUtilitySettings,
  reference: RecommenderModel,
): RatingUtility {
  const items = clean.items.length;
  const starts = startsByUser(clean);
  const users = audience ?? Int32Array.from(clean.users, (_, u) => u);
  const sign = goal === "demote" ? -1 : 1;
  const wanted = [...new Set(targets)];
  const isTarget = new Uint8Array(items);
  for (const target of targets) isTarget[target] = 1;
  const open = new Uint8Array(items);
  const slope = new Float64Array(items);
  const cleanRow = new Float64Array(items);
  const top = makeTopK(Math.min(settings.listLength, items));
  const topIds = new Int32Array(settings.listLength);
  const topScores = new Float64Array(settings.listLength);

  /** R of one user; writes ∂R/∂scores into `slope`. */
  function visit(user: number, scores: Float64Array): number {
    open.fill(1);
    for (let p = starts[user]; p < starts[user + 1]; p++) open[clean.item[p]] = 0;
    slope.fill(0);
    if (settings.kind === "departure") return departure(user, scores);
    if (settings.kind === "softmax") return softmax(scores);
    let sum = 0;
    for (const target of wanted) {
      if (open[target] === 0) continue;
      if (settings.kind === "shift") {
        slope[target] += sign;
        sum += sign * scores[target];
      } else sum += settings.kind === "hit" ? hit(target, scores) : margin(target, scores);
    }
    return sum;
  }

  function departure(user: number, scores: Float64Array): number {
    reference.scoresInto(cleanRow, Int32Array.of(user));
    let sum = 0;
    for (let i = 0; i < items; i++) {
      if (open[i] === 0) continue;
      const away = scores[i] - cleanRow[i];
      slope[i] = (2 * away) / items;
      sum += (away * away) / items;
    }
    return sum;
  }

  /** Over all targets that are open, which share the exponentials. */
  function softmax(scores: Float64Array): number {
    const { temperature } = settings;
    let [largest, count] = [-Infinity, 0];
    for (const target of wanted) count += open[target];
    if (count === 0) return 0;
    for (let i = 0; i < items; i++) if (open[i] === 1 && scores[i] > largest) largest = scores[i];
    let total = 0;
    for (let i = 0; i < items; i++) if (open[i] === 1) total += slope[i] = Math.exp((scores[i] - largest) / temperature);
    const share = (-sign * count) / total / temperature;
    for (let i = 0; i < items; i++) slope[i] *= share;
    let sum = 0;
    for (const target of wanted) {
      if (open[target] === 0) continue;
      slope[target] += sign / temperature;
      sum += sign * ((scores[target] - largest) / temperature - Math.log(total));
    }
    return sum;
  }

  /** The item at the end of the list without targets; −1 where nobody is on it. */
  function lastListed(scores: Float64Array): number {
    for (let i = 0; i < items; i++) if (open[i] === 1 && isTarget[i] === 0) top.offer(i, scores[i]);
    const count = top.drainInto(topIds, topScores, 0);
    return count === 0 ? -1 : topIds[count - 1];
  }

  function margin(target: number, scores: Float64Array): number {
    const last = lastListed(scores);
    if (last < 0) return 0;
    const gap = sign * (scores[last] - scores[target]);
    if (gap <= -settings.margin) return settings.margin;
    slope[target] += sign;
    slope[last] -= sign;
    return -gap;
  }

  function hit(target: number, scores: Float64Array): number {
    const last = lastListed(scores);
    if (last < 0) return 0;
    const share = 1 / (1 + Math.exp((sign * (scores[last] - scores[target])) / settings.temperature));
    const steepness = (sign * share * (1 - share)) / settings.temperature;
    slope[target] += steepness;
    slope[last] -= steepness;
    return share;
  }

  return {
    value(model) {
      let sum = 0;
      forEachScoredUser(model, users, items, (user, scores) => {
        sum += visit(user, scores);
      });
      return sum / users.length;
    },
    addGradientInto(out, model, factors) {
      const batch = makeSlopeBatch(out, factors, users.length);
      let sum = 0;
      forEachScoredUser(model, users, items, (user, scores) => {
        sum += visit(user, scores);
        batch.add(user, slope);
      });
      batch.flush();
      return sum / users.length;
    },
  };
}

/** Users whose slopes are taken together. */
const batchUsers = 64;

/**
 * Carries ∂R/∂scores / `share` over to ∂R/∂θ: out_u += s_u (Q, 1), out_i += s_uᵀ (P, 1), by products of matrices for many users at a time. Rows of zeros
 * but for a few are carried over one by one.
 */
function makeSlopeBatch(
  out: FactorGradient,
  { rank, userFactors, itemFactors, itemBias }: Factors,
  share: number,
): { add(user: number, slope: Float64Array): void; flush(): void } {
  const size = rank + 1;
  const items = itemBias.length;
  const slopes = new Float64Array(batchUsers * items);
  const held = new Int32Array(batchUsers);
  const columns = new Float64Array(batchUsers * size);
  const ofUsers = new Float64Array(batchUsers * size);
  const ofItems = new Float64Array(items * size);
  const withOne = new Float64Array(items * size).fill(1);
  for (let i = 0; i < items; i++) for (let k = 0; k < rank; k++) withOne[i * size + k] = itemFactors[i * rank + k];
  let count = 0;

  function addFew(user: number, slope: Float64Array): void {
    for (let i = 0; i < items; i++) {
      if (slope[i] === 0) continue;
      const weight = slope[i] / share;
      out.mean += weight;
      out.users[user * size + rank] += weight;
      out.items[i * size + rank] += weight;
      for (let k = 0; k < rank; k++) {
        out.users[user * size + k] += weight * itemFactors[i * rank + k];
        out.items[i * size + k] += weight * userFactors[user * rank + k];
      }
    }
  }

  function flush(): void {
    if (count === 0) return;
    productInto(ofUsers, slopes, withOne, count, items, size);
    for (let n = 0; n < count; n++) {
      for (let k = 0; k < size; k++) out.users[held[n] * size + k] += ofUsers[n * size + k] / share;
      out.mean += ofUsers[n * size + rank] / share;
      for (let k = 0; k < rank; k++) columns[k * count + n] = userFactors[held[n] * rank + k];
      columns[rank * count + n] = 1;
    }
    productInto(ofItems, columns, slopes, size, count, items);
    for (let k = 0; k < size; k++) for (let i = 0; i < items; i++) out.items[i * size + k] += ofItems[k * items + i] / share;
    count = 0;
  }

  return {
    add(user, slope) {
      let some = 0;
      for (let i = 0; i < items; i++) if (slope[i] !== 0) some++;
      if (some * 8 < items) return addFew(user, slope);
      held[count] = user;
      slopes.set(slope, count * items);
      if (++count === batchUsers) flush();
    },
    flush,
  };
}
