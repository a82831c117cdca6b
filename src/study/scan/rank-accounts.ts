import type { AccountDetector } from "../../core/recommender.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";

/** What a detector scored. Shape: values [accounts]. */
interface Judged {
  readonly method: Pick<AccountDetector, "cut">;
  readonly values: Float64Array;
}

/**
 * The most that any detector with a cut says of an account, over its cut: flagged from 1 on. Where none has a cut, the mean share of the accounts that score lower,
 * in [0, 1). Shape: [accounts].
 */
export function rankAccounts(voices: readonly Judged[], accounts: number): Float64Array {
  const rules = voices.filter(({ method }) => method.cut !== undefined);
  if (rules.length > 0)
    return Float64Array.from({ length: accounts }, (_, u) => Math.max(...rules.map(({ method, values }) => values[u] / method.cut!)));
  const score = new Float64Array(accounts);
  for (const { values } of voices) shareLower(values).forEach((share, u) => (score[u] += share / voices.length));
  return score;
}

/** For each value the share of values that are lower, in [0, 1). */
function shareLower(values: Float64Array): Float64Array {
  const shares = new Float64Array(values.length);
  const order = orderBy(values);
  for (let k = 0, lower = 0; k < order.length; k++) {
    if (k > 0 && values[order[k]] > values[order[k - 1]]) lower = k;
    shares[order[k]] = lower / values.length;
  }
  return shares;
}
