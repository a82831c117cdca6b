import type { AccountPoison } from "../../core/poison.ts";
import type { Profile } from "../../core/ratings.ts";
import { nearestRating } from "../../core/ratings.ts";
import type { RatingAttackInput } from "../../core/recommender.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Rng } from "../../numeric/random.ts";

/** How profiles are made that follow one recipe (Mobasher et al. 2007: targets, selected items, fillers, nothing else). */
export interface ProfileRecipe {
  /** Items that every account rates besides the targets; they count as fillers of the budget, which cuts the list. */
  readonly selected?: { readonly items: Int32Array; readonly value: number };
  /** Where the remaining fillers are drawn from, evenly; null = all items. Targets and selected items are passed over. */
  readonly pool?: Int32Array | null;
  /** What a filler is rated; brought onto the scale afterwards. */
  readonly fillerValue: FillerValue;
}

export type FillerValue = (item: number, rng: Rng) => number;

/** What the targets are rated, and its opposite. */
export function extremesFor({ clean, goal }: RatingAttackInput): { readonly target: number; readonly opposite: number } {
  const high = nearestRating(clean.scale, clean.scale.high);
  const low = nearestRating(clean.scale, clean.scale.low);
  return goal.goal === "demote" ? { target: low, opposite: high } : { target: high, opposite: low };
}

/** As many accounts as the budget has, each from a stream of its own, so that a smaller budget gives the first of them. */
export function makeProfiles(input: RatingAttackInput, recipe: ProfileRecipe, rng: Rng): AccountPoison {
  const { clean, goal, budget } = input;
  const extreme = extremesFor(input).target;
  const targets = [...new Set(goal.targets)];
  const isTarget = new Set(targets);
  const selected = [...(recipe.selected?.items ?? [])].filter((item) => !isTarget.has(item)).slice(0, budget.fillers);
  const taken = new Set([...targets, ...selected]);
  const pool = (recipe.pool ?? Int32Array.from(clean.items, (_, i) => i)).filter((item) => !taken.has(item));
  const fillers = Math.min(budget.fillers - selected.length, pool.length);
  const accounts = Array.from({ length: budget.accounts }, (_, a): Profile => {
    const stream = rng.fork("account").fork(a);
    const drawn = Array.from(stream.sample(pool.length, fillers), (p) => pool[p]);
    const values = drawn.map((item) => nearestRating(clean.scale, recipe.fillerValue(item, stream)));
    return {
      items: [...targets, ...selected, ...drawn],
      values: [...targets.map(() => extreme), ...selected.map(() => recipe.selected!.value), ...values],
    };
  });
  return { kind: "accounts", accounts };
}

/** The `fraction` of all items with the most ratings, most first; at least one. */
export function mostRated(itemCount: Float64Array, fraction: number): Int32Array {
  const order = orderBy(itemCount.map((count) => -count));
  return order.slice(0, Math.max(1, Math.round(fraction * itemCount.length)));
}
