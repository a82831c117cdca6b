import type { AttackChoice, UnnoticedAsked } from "../config.ts";
import { type TrialRecord, noRepair } from "../record.ts";
import { groupBy } from "../strongest.ts";

/** As many attacks are tried at home. */
const mostAttacks = 2;

/**
 * The attacks that are to go unnoticed: those that their owners take for the strongest at this budget. Empty where none ended.
 *
 * @param records of one engine
 */
export function aimAccounts(
  { budgetFraction }: UnnoticedAsked,
  attacks: readonly AttackChoice[],
  records: readonly TrialRecord[],
): AttackChoice[] {
  const own = records.filter(
    ({ status, attack, repair, until, unnoticed, ...record }) =>
      status === "ok" &&
      attack !== null &&
      repair === noRepair &&
      until === undefined &&
      unnoticed === undefined &&
      record.budgetFraction === budgetFraction,
  );
  const worth = (group: readonly TrialRecord[]): number =>
    group.reduce((sum, { attackerEstimate, attackerObjective }) => sum + (attackerEstimate ?? attackerObjective ?? -Infinity), 0) /
    group.length;
  return groupBy(own, ({ attack }) => attack as string)
    .map((group) => ({ id: group[0].attack, worth: worth(group) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, mostAttacks)
    .flatMap(({ id }) => attacks.find((choice) => choice.id === id) ?? []);
}
