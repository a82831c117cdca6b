import type { TablePoison } from "../../core/poison.ts";
import type { Budget } from "../../core/threat.ts";
import { NumericalError } from "../../core/errors.ts";

/** One way in which an attacker may go about it. */
export interface Attempt {
  /** Plans against the pipeline with the repair in it, or as if there were none. */
  readonly againstRepair: boolean;
  readonly budget: Budget;
}

/** Less poison may be seen less, so half of the budget is tried too. */
export function attemptsWithin(budget: Budget): Attempt[] {
  const half = { ...budget, fraction: budget.fraction / 2, rows: Math.max(1, Math.floor(budget.rows / 2)) };
  return [budget, ...(budget.rows > 1 ? [half] : [])].flatMap((given) => [
    { againstRepair: false, budget: given },
    { againstRepair: true, budget: given },
  ]);
}

/**
 * The poison that does best by the attacker's own objective once the repair in place has done its work: an attacker who knows it tries several ways at home
 * before one is used.
 *
 * @param objectiveOf what is left of it behind the repair; null where it cannot be told
 * @throws NumericalError where every attempt failed
 */
export async function bestBehindRepair(
  attempts: readonly Attempt[],
  make: (attempt: Attempt, index: number) => Promise<TablePoison>,
  objectiveOf: (poison: TablePoison) => Promise<number | null>,
): Promise<TablePoison> {
  let best: { poison: TablePoison; value: number } | null = null;
  let failure = new NumericalError("no attempt was made");
  for (const [index, attempt] of attempts.entries()) {
    try {
      const poison = await make(attempt, index);
      const value = (await objectiveOf(poison)) ?? -Infinity;
      if (best === null || value > best.value) best = { poison, value };
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      failure = error;
    }
  }
  if (best === null) throw failure;
  return best.poison;
}
