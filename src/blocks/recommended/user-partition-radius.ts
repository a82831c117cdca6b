import { makeListOverlap } from "./list-overlap.ts";
import type { ListSizes } from "./pore.ts";

/**
 * How many of the items that a user wants are shown when each of `touched` of the models recommends anything. Users are hashed into parts, each part's model recommends `perModel` items to
 * every user from the user's own history, which is trusted, and the items with most votes are shown. A wanted item loses a vote for each touched model, another gains one, and all together
 * perModel; ties against us. A lower bound. Shapes: votes [users, items] counts, wanted positions of each user in items[from[u] … from[u + 1]), result [users].
 */
export function votedOverlap(
  votes: Int32Array,
  items: number,
  wanted: { from: Int32Array; items: Int32Array },
  { shown, perModel, touched }: ListSizes & { touched: number },
): Int32Array {
  const users = wanted.from.length - 1;
  const out = new Int32Array(users);
  const overlap = makeListOverlap(items, shown);
  for (let u = 0; u < users; u++) {
    overlap.read(votes, votes, u * items, wanted.items, wanted.from[u], wanted.from[u + 1]);
    out[u] = overlap.certified(touched, perModel * touched, touched);
  }
  return out;
}

export interface RecommendedLists {
  /** Items that each model recommends to each user, −1 = none, no item twice. Shape: [users, models, perModel]. */
  readonly lists: Int32Array;
  readonly models: number;
  readonly perModel: number;
  readonly items: number;
}

/**
 * The fewest models that must be touched for an item to come among the shown of each user, ties by the smaller index: it must pass all but N − 1 of the others, and to pass j takes the fewest
 * models with Σ [j in m] + 1 − [t in m] ≥ v_j − v_t + [t > j]; the N-th largest of these. A lower bound; 0 where it is shown already.
 * Shapes: targets [targets], result [targets, users].
 */
export function votedTargetNeeds({ lists, models, perModel, items }: RecommendedLists, targets: Int32Array, shown: number): Int32Array[] {
  const users = lists.length / (models * perModel);
  const out = Array.from(targets, () => new Int32Array(users));
  const votes = new Int32Array(items);
  const together = new Int32Array(items);
  const withNeed = new Int32Array(models + 2);
  for (let u = 0; u < users; u++) {
    const from = u * models * perModel;
    const to = (u + 1) * models * perModel;
    votes.fill(0);
    for (let p = from; p < to; p++) if (lists[p] >= 0) votes[lists[p]]++;
    for (let k = 0; k < targets.length; k++) {
      const target = targets[k];
      together.fill(0);
      if (votes[target] > 0) {
        for (let m = from; m < to; m += perModel) {
          let holds = false;
          for (let p = m; p < m + perModel; p++) if (lists[p] === target) holds = true;
          if (holds) for (let p = m; p < m + perModel; p++) if (lists[p] >= 0) together[lists[p]]++;
        }
      }
      withNeed.fill(0);
      for (let j = 0; j < items; j++) {
        if (j === target) continue;
        const gap = votes[j] - votes[target] + (target > j ? 1 : 0);
        const double = votes[j] - together[j];
        withNeed[gap <= 0 ? 0 : gap <= 2 * double ? Math.ceil(gap / 2) : gap - double]++;
      }
      let need = models + 1;
      let passed = 0;
      while (need > 0 && passed + withNeed[need] < shown) passed += withNeed[need--];
      out[k][u] = need;
    }
  }
  return out;
}
