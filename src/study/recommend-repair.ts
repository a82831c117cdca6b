import type { Quantity } from "../core/metric.ts";
import { type Figure, resampledInterval } from "../numeric/statistics/intervals.ts";
import { type TrialRecord, noRepair } from "./record.ts";

/** What a run says of its repairs as a whole: which one to use, or that none is worth it. */
export interface RepairRecommendation {
  /** null where none wins back damage that can be told from none. */
  readonly repair: string | null;
  /** The one that looks best on all seeds; null where none wins anything back at a fair cost. */
  readonly candidate: string | null;
  /** What damage is measured in, such as `accuracyDrop`. */
  readonly damageMetric: string;
  readonly seeds: number;
  /** Seeds on whose others alone the candidate would have been chosen as well. */
  readonly agreeingSeeds: number;
  /** Damage without repair, mean over attacks and budgets; null where nothing was attacked. */
  readonly damage: Figure | null;
  /** How much of it is taken away, in the unit of the damage, in each seed by what the other seeds choose; so the choice does not flatter itself. */
  readonly wonBack: Figure | null;
  /** Damage that the same choices do to clean data: a drop, a rise, or a ratio (1 = none). */
  readonly cost: Figure | null;
  /** Repairs that gave in every trial, to the last digit, what no repair gives. */
  readonly noEffect: readonly string[];
}

export interface RecommendationRule {
  /** What damage is measured by; it has a `damage`. */
  readonly metric: Quantity;
  /** The most that a repair may cost on clean data, in the unit of the damage; see `fairCost`. */
  readonly fairCost: number;
  /** What splits of the same rows have in common, for the intervals; see `resampledInterval`. */
  readonly shared: number;
}

/** Half a point of a share, or one part in a hundred of an error. */
export function fairCost(metric: Quantity): number {
  return metric.damage?.as === "ratio" ? 1.01 : 0.005;
}

/**
 * The repair with the most damage won back, mean over attacks, budgets and seeds, among those whose cost on clean data is fair, or above that by less
 * than a standard error over the seeds. What it wins back and costs is
 * measured by leaving out one seed after another: each is measured with the repair that the others choose; a single seed chooses and measures. A trial that
 * failed wins nothing back. Null without repairs.
 *
 * @param records of one learner; attacks on availability count alone where there are some
 */
export function recommendRepair(
  records: readonly TrialRecord[],
  { metric, fairCost: most, shared }: RecommendationRule,
): RepairRecommendation | null {
  if (metric.damage === null) throw new Error(`damage to ${metric.id} is not defined`);
  const repairs = [...new Set(records.map(({ repair }) => repair))].filter((repair) => repair !== noRepair);
  if (repairs.length === 0) return null;
  const done = records.filter((record) => record.status === "ok" && record.arrival === undefined);
  const table = seedsOf(done, repairs, metric);
  const choose = (some: readonly SeedFigures[]): string | null => {
    const fair = repairs.flatMap((repair) => {
      const wins = some.map(({ won }) => won.get(repair) ?? 0);
      const costs = some.flatMap(({ cost }) => cost.get(repair) ?? []);
      const limit = most + Math.max(oneRowOf(some, metric), standardError(costs));
      return wins.length === 0 || costs.length === 0 || meanOf(costs) > limit ? [] : [{ repair, won: meanOf(wins) }];
    });
    return fair.reduce<(typeof fair)[number] | null>((top, next) => (next.won > (top?.won ?? 0) ? next : top), null)?.repair ?? null;
  };
  const figureOf = (values: readonly number[]): Figure | null => (values.length === 0 ? null : resampledInterval(values, shared));
  const candidate = choose(table);
  const withoutIt = table.map((own) => (table.length === 1 ? candidate : choose(table.filter((other) => other !== own))));
  const undamaged = metric.damage.as === "ratio" ? 1 : 0;
  const wonBack = figureOf(table.map(({ won }, i) => won.get(withoutIt[i] ?? noRepair) ?? 0));
  const isTold = candidate !== null && wonBack !== null && (wonBack.low ?? wonBack.value) > 0;
  return {
    repair: isTold ? candidate : null,
    candidate,
    damageMetric: metric.damage.id,
    seeds: table.length,
    agreeingSeeds: withoutIt.filter((repair) => repair === candidate).length,
    damage: figureOf(table.map(({ damage }) => damage)),
    wonBack,
    cost: figureOf(table.map(({ cost }, i) => cost.get(withoutIt[i] ?? noRepair) ?? undamaged)),
    noEffect: repairs.filter((repair) => isWithoutEffect(done, repair)),
  };
}

/** What one seed shows, mean over the attacks and budgets that it has. */
interface SeedFigures {
  readonly testRows: number;
  readonly damage: number;
  readonly won: ReadonlyMap<string, number>;
  /** Without repairs whose trial on clean data failed. */
  readonly cost: ReadonlyMap<string, number>;
}

/** A share of rows cannot be told more finely than one of the rows that these seeds were tested on. */
function oneRowOf(some: readonly SeedFigures[], { damage, range }: Quantity): number {
  return damage?.as === "ratio" || range[1] - range[0] !== 1 ? 0 : (1 + 1e-9) / some.reduce((sum, { testRows }) => sum + testRows, 0);
}

function seedsOf(done: readonly TrialRecord[], repairs: readonly string[], metric: Quantity): SeedFigures[] {
  const hasAvailability = done.some(({ goal }) => goal === "availability");
  const isCounted = ({ attack, goal }: TrialRecord): boolean => attack !== null && (!hasAvailability || goal === "availability");
  return [...new Set(done.map(({ seed }) => seed))].flatMap((seed) => {
    const own = new Map(done.filter((record) => record.seed === seed).map((record) => [keyOf(record), record]));
    const damageOf = (attack: string | null, budgetFraction: number, repair: string): number | undefined => {
      const [before, after] = [
        keyOf({ attack: null, budgetFraction: 0, repair: noRepair, seed }),
        keyOf({ attack, budgetFraction, repair, seed }),
      ].map((key) => own.get(key)?.metrics[metric.id]);
      if (before === undefined || after === undefined) return undefined;
      return { drop: before - after, rise: after - before, ratio: after / before }[metric.damage?.as ?? "drop"];
    };
    const attacked = [...own.values()].flatMap((record) => {
      if (record.repair !== noRepair || !isCounted(record)) return [];
      const damage = damageOf(record.attack, record.budgetFraction, noRepair);
      return damage === undefined ? [] : [{ ...record, damage }];
    });
    if (attacked.length === 0) return [];
    const wonBy = (repair: string): number =>
      meanOf(attacked.map(({ attack, budgetFraction, damage }) => damage - (damageOf(attack, budgetFraction, repair) ?? damage)));
    return [
      {
        testRows: attacked[0].testRows,
        damage: meanOf(attacked.map(({ damage }) => damage)),
        won: new Map(repairs.map((repair) => [repair, wonBy(repair)])),
        cost: new Map(
          repairs.flatMap((repair) => {
            const cost = damageOf(null, 0, repair);
            return cost === undefined ? [] : [[repair, cost] as const];
          }),
        ),
      },
    ];
  });
}

function isWithoutEffect(done: readonly TrialRecord[], repair: string): boolean {
  const own = done.filter((record) => record.repair === repair);
  const unrepaired = new Map(done.filter((record) => record.repair === noRepair).map((record) => [keyOf(record), record.metrics]));
  return (
    own.some(({ attack }) => attack !== null) &&
    own.every((record) => {
      const without = unrepaired.get(keyOf({ ...record, repair: noRepair }));
      const names = Object.keys(record.metrics);
      return (
        without !== undefined &&
        names.length === Object.keys(without).length &&
        names.every((name) => record.metrics[name] === without[name])
      );
    })
  );
}

function keyOf({ attack, budgetFraction, repair, seed }: Pick<TrialRecord, "attack" | "budgetFraction" | "repair" | "seed">): string {
  return JSON.stringify([attack, budgetFraction, repair, seed]);
}

function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
