import { meanInterval } from "../numeric/statistics/intervals.ts";
import type { Access, Goal } from "../core/threat.ts";
import { type TrialRecord, noRepair } from "./record.ts";

/** The attack that an attacker would choose at a budget, by what it takes the harm to be. */
export interface StrongestAttack {
  readonly budgetFraction: number;
  readonly attack: string;
  /** Attacks that could as well have been chosen, by as many seeds as there are. */
  readonly rivals: readonly string[];
}

export interface StrongestOfAccess extends StrongestAttack {
  readonly goal: Goal;
  readonly access: Access;
}

/**
 * The attack that its owner would choose at each budget among undefended trials of one kind: of the highest mean estimate of its harm over all seeds alike, where attackers of this
 * kind estimate it, else of the highest mean objective, which also decides between equal estimates. Never by the test rows.
 */
export function strongestAttacks(records: readonly TrialRecord[], kindOf: (record: TrialRecord) => string): StrongestOfAccess[] {
  const attacked = records.filter((record) => record.attack !== null && record.repair === noRepair);
  return groupBy(attacked, (record) => `${kindOf(record)} ${record.budgetFraction}`).flatMap((all) => {
    // Nobody posts features: what is made of them is a bound, and no headline where something real was tried.
    const real = all.filter(({ inFeatureSpace }) => inFeatureSpace !== true);
    const atBudget = real.length > 0 ? real : all;
    const known = (valueOf: (record: TrialRecord) => number | null | undefined): Believed[] =>
      groupBy(atBudget, (record) => record.attack as string).flatMap((group) => {
        const bySeed = new Map(
          group.flatMap((record) =>
            ((value) => (value === null || value === undefined ? [] : [[record.seed, value] as const]))(valueOf(record)),
          ),
        );
        return bySeed.size === 0 ? [] : [{ record: group[0], bySeed, mean: meanOf([...bySeed.values()]) }];
      });
    const [estimates, byObjective] = [known((record) => record.attackerEstimate), known((record) => record.attackerObjective)];
    // Whom nobody could estimate must not be passed over for that.
    const believed = estimates.length > 0 && estimates.length >= byObjective.length ? estimates : byObjective;
    if (believed.length === 0) return [];
    const objectives = new Map(byObjective.map(({ record, mean }) => [record.attack, mean]));
    const objectiveOf = ({ record }: Believed): number => objectives.get(record.attack) ?? -Infinity;
    const chosen = believed.reduce((best, next) =>
      next.mean > best.mean || (next.mean === best.mean && objectiveOf(next) > objectiveOf(best)) ? next : best,
    );
    return [
      {
        goal: atBudget[0].goal as Goal,
        access: chosen.record.access as Access,
        budgetFraction: atBudget[0].budgetFraction,
        attack: chosen.record.attack as string,
        rivals: believed.filter((other) => other !== chosen && isRival(other, chosen)).map(({ record }) => record.attack as string),
      },
    ];
  });
}

/** What the owners of an attack take it for, with the record of one of its trials. */
interface Believed {
  readonly record: TrialRecord;
  readonly bySeed: ReadonlyMap<number, number>;
  readonly mean: number;
}

/** Whether it could as well have been chosen: the interval of the difference over the same seeds reaches 0, or one seed has no interval. */
function isRival(other: Believed, chosen: Believed): boolean {
  const differences = [...chosen.bySeed].flatMap(([seed, value]) => {
    const theirs = other.bySeed.get(seed);
    return theirs === undefined ? [] : [value - theirs];
  });
  if (differences.length === 0) return true;
  const { low } = meanInterval(differences);
  return low === null || low <= 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Groups in the order in which each first comes. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
