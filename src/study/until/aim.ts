import type { Quantity } from "../../core/metric.ts";
import type { AttackChoice } from "../config.ts";
import { type TrialRecord, noRepair } from "../record.ts";
import { standing } from "../stopping/stopping.ts";
import { strongestAttacks } from "../strongest.ts";
import { type UntilGoal, figureOf, figureWithout, turned } from "./goal.ts";

/** The attack whose budget is searched, and the share of the training rows to look at first. */
export interface UntilAim {
  readonly attack: AttackChoice;
  readonly fraction: number;
}

/**
 * The attack that attackers would choose at the first budget of a study at which it does what is asked, at the largest where it never does; and where between the budgets it might be enough. Null
 * where no attack has the figure.
 *
 * @param records of one learner
 */
export function aimUntil(
  goal: UntilGoal,
  attacks: readonly AttackChoice[],
  records: readonly TrialRecord[],
  quantities: readonly Quantity[],
): UntilAim | null {
  const done = standing(records).filter(
    ({ status, repair, arrival, until, unnoticed }) =>
      status === "ok" && repair === noRepair && arrival === undefined && until === undefined && unnoticed === undefined,
  );
  const clean = new Map(done.filter(({ attack }) => attack === null).map(({ seed, metrics }) => [seed, metrics]));
  const valueOf = ({ seed, metrics }: TrialRecord): number[] => {
    const before = clean.get(seed);
    const value = before === undefined ? undefined : figureOf(goal, metrics, before, quantities);
    return value === undefined ? [] : [turned(goal, value)];
  };
  const attacked = done.filter((record) => record.attack !== null && record.adaptive !== true && valueOf(record).length > 0);
  const starts = [...clean.values()].map((metrics) => turned(goal, figureWithout(goal, metrics, quantities)));
  const bound = turned(goal, goal.bound);
  const points = strongestAttacks(attacked, () => "")
    .sort((a, b) => a.budgetFraction - b.budgetFraction)
    .flatMap(({ attack, budgetFraction }) => {
      const values = attacked.filter((record) => record.attack === attack && record.budgetFraction === budgetFraction).flatMap(valueOf);
      const choice = attacks.find(({ id, against, lasting }) => id === attack && against === undefined && lasting !== true);
      return choice === undefined ? [] : [{ choice, budgetFraction, value: meanOf(values) }];
    });
  if (points.length === 0 || starts.length === 0) return null;
  const aim = bound - meanOf(starts);
  // Every split says for itself that there is nothing to search.
  if (aim <= 0) return { attack: points[0].choice, fraction: points[0].budgetFraction };
  const gainOf = (value: number): number => Math.max(value - meanOf(starts), 0.02 * aim);
  const at = points.findIndex(({ value }) => value >= bound);
  const found = at < 0 ? points[points.length - 1] : points[at];
  const before = at > 0 ? points[at - 1] : null;
  const share = before === null ? 0 : Math.log(aim / gainOf(before.value)) / Math.log(gainOf(found.value) / gainOf(before.value));
  const fraction =
    before === null
      ? found.budgetFraction * Math.min(4, Math.max(1 / 16, aim / gainOf(found.value)))
      : before.budgetFraction * (found.budgetFraction / before.budgetFraction) ** Math.min(1, Math.max(0, share));
  return { attack: found.choice, fraction };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
