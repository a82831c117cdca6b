import { UsageError, didYouMean } from "../../core/errors.ts";
import type { Quantity } from "../../core/metric.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import type { UntilGoal } from "../../study/until/goal.ts";

/** What is asked how little poison brings it about. @throws UsageError on what is no such rule, or of a figure that these data have not */
export function parseGoal(text: string, quantities: readonly Quantity[]): UntilGoal {
  const owner = "--until";
  const { metric, operator, bound, budget } = parseLimit(text, owner);
  if (budget !== null)
    throw new UsageError(
      `${owner} searches the budget, so it names none, as in "${metric} ${operator} ${bound}"; got ${JSON.stringify(text)}`,
    );
  const known = quantities.flatMap(({ id, damage }) => [...(damage === null ? [] : [damage.id]), id]);
  if (!known.includes(metric))
    throw new UsageError(
      `${owner} "${text}": there is no metric "${metric}"${didYouMean(metric, known)} here; there are: ${known.join(", ")}`,
    );
  return { metric, operator, bound };
}
