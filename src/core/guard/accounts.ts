import type { AccountPoison } from "../poison.ts";
import { type Profile, type Ratings, isOnScale } from "../ratings.ts";
import type { RatingAttackInput, RatingGoal } from "../recommender.ts";

export interface AccountGuardInput {
  readonly poison: AccountPoison;
  readonly clean: Ratings;
  readonly goal: RatingGoal;
  readonly budget: RatingAttackInput["budget"];
}

/** How fake accounts go beyond the budget or rate what no account could, in words; null when they keep to both. Runs on every trial. */
export function findAccountBreach({ poison, clean, goal, budget }: AccountGuardInput): string | null {
  const { accounts } = poison;
  if (accounts.length > budget.accounts) return `the patch registers ${accounts.length} accounts where the budget is ${budget.accounts}`;
  const targets = new Set(goal.targets);
  for (const [i, account] of accounts.entries()) {
    const breach = findBadRating(account, clean) ?? findTooMany(account, targets, budget.fillers);
    if (breach !== null) return `account ${i + 1} ${breach}`;
  }
  return null;
}

function findBadRating({ items, values }: Profile, { items: known, scale }: Ratings): string | null {
  if (items.length !== values.length) return `has ${items.length} items and ${values.length} ratings`;
  const seen = new Set<number>();
  for (const [k, item] of items.entries()) {
    if (known[item] === undefined) return `rates item ${item}, and there are ${known.length}`;
    if (seen.has(item)) return `rates item "${known[item]}" twice`;
    seen.add(item);
    if (!isOnScale(scale, values[k])) return `rates "${known[item]}" ${values[k]}, which is not on the scale ${describeScale(scale)}`;
  }
  return null;
}

function findTooMany({ items }: Profile, targets: ReadonlySet<number>, fillers: number): string | null {
  const besides = items.filter((item) => !targets.has(item)).length;
  return besides > fillers ? `rates ${besides} items besides the targets where the budget is ${fillers}` : null;
}

function describeScale({ low, high, step }: Ratings["scale"]): string {
  return step === 0 ? String(low) : `${low}, ${low + step}, …, ${high}`;
}
