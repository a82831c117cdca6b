import type { Quantity } from "../core/metric.ts";
import { type Figure, resampledInterval } from "../numeric/statistics/intervals.ts";
import { type TrialRecord, noRepair } from "./record.ts";

/** What a run says of its repairs as a whole: which one to use, or that none is worth it. */
export interface RepairRecommendation {
  /** null where none wins back damage that can be told from none on the seeds that it was not chosen on. */
  readonly repair: string | null;
  /** The one that looked best on the seeds that choose; the figures below are of it. Null where none looked like winning anything back at a fair cost. */
  readonly candidate: string | null;
  /** What damage is measured in, such as `accuracyDrop`. */
  readonly damageMetric: string;
  /** Seeds that the choice looked at, and those that the figures are of: other ones, but where there is a single seed. */
  readonly chosenOn: readonly number[];
  readonly reportedOn: readonly number[];
  /** Damage without repair, mean over attacks and budgets; null where nothing was attacked. */
  readonly damage: Figure | null;
  /** How much of it the candidate takes away, in the unit of the damage. */
  readonly wonBack: Figure | null;
  /** Damage that it does to clean data: a drop, a rise, or a ratio (1 = none). */
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
 * The repair with the most damage won back, mean over attacks, budgets and seeds, among those whose cost on clean data is fair. It is chosen on the first half of
 * the seeds and its figures are of the others, so that the choice does not flatter itself. A trial that failed wins nothing back. Null without repairs.
 *
 * @param records of one learner; attacks on availability count alone where there are some
 */
export function recommendRepair(
  records: readonly TrialRecord[],
  { metric, fairCost: most, shared }: RecommendationRule,
): RepairRecommendation | null {
  const { damage: comparison } = metric;
  if (comparison === null) throw new Error(`damage to ${metric.id} is not defined`);
  const done = records.filter((record) => record.status === "ok" && record.arrival === undefined);
  const repairs = [...new Set(records.map(({ repair }) => repair))].filter((repair) => repair !== noRepair);
  if (repairs.length === 0) return null;
  const goalsInPlay = done.filter(({ attack, goal }) => attack !== null && goal === "availability");
  const isCounted = ({ attack, goal }: TrialRecord): boolean => attack !== null && (goalsInPlay.length === 0 || goal === "availability");
  const byKey = new Map(done.map((record) => [keyOf(record, record.repair), record]));
  const valueOf = (record: TrialRecord | undefined): number | undefined => record?.metrics[metric.id];
  const damageTo = (seed: number, record: TrialRecord | undefined): number | undefined => {
    const before = valueOf(byKey.get(keyOf({ learner: record?.learner ?? "", attack: null, budgetFraction: 0, seed }, noRepair)));
    const after = valueOf(record);
    if (before === undefined || after === undefined) return undefined;
    return { drop: before - after, rise: after - before, ratio: after / before }[comparison.as];
  };
  const seeds = [...new Set(done.filter(({ attack }) => attack === null).map(({ seed }) => seed))];
  const half = Math.floor(seeds.length / 2);
  const [chosenOn, reportedOn] = half === 0 ? [seeds, seeds] : [seeds.slice(0, half), seeds.slice(half)];
  const attacked = done.filter((record) => record.repair === noRepair && isCounted(record) && damageTo(record.seed, record) !== undefined);

  /** Mean over the attacked trials of each seed; seeds without any are left out. */
  const bySeed = (some: readonly number[], figure: (record: TrialRecord) => number): number[] =>
    some.flatMap((seed) => {
      const own = attacked.filter((record) => record.seed === seed);
      return own.length === 0 ? [] : [own.reduce((sum, record) => sum + figure(record), 0) / own.length];
    });
  const damages = (some: readonly number[]): number[] => bySeed(some, (record) => damageTo(record.seed, record) as number);
  const winsOf = (repair: string, some: readonly number[]): number[] =>
    bySeed(some, (record) => {
      const left = damageTo(record.seed, byKey.get(keyOf(record, repair)));
      return left === undefined ? 0 : (damageTo(record.seed, record) as number) - left;
    });
  const costsOf = (repair: string, some: readonly number[]): number[] =>
    some.flatMap((seed) => {
      const clean = done.find((record) => record.attack === null && record.repair === repair && record.seed === seed);
      const cost = damageTo(seed, clean);
      return cost === undefined ? [] : [cost];
    });

  const fair = repairs.flatMap((repair) => {
    const [wins, costs] = [winsOf(repair, chosenOn), costsOf(repair, chosenOn)];
    return wins.length === 0 || costs.length === 0 || meanOf(costs) > most ? [] : [{ repair, won: meanOf(wins) }];
  });
  const best = fair.reduce<(typeof fair)[number] | null>((top, next) => (next.won > (top?.won ?? 0) ? next : top), null);
  const figureOf = (values: readonly number[]): Figure | null => (values.length === 0 ? null : resampledInterval(values, shared));
  const wonBack = best === null ? null : figureOf(winsOf(best.repair, reportedOn));
  const isTold = wonBack !== null && (wonBack.low ?? wonBack.value) > 0;
  return {
    repair: isTold ? (best?.repair ?? null) : null,
    candidate: best?.repair ?? null,
    damageMetric: comparison.id,
    chosenOn,
    reportedOn,
    damage: figureOf(damages(reportedOn)),
    wonBack,
    cost: best === null ? null : figureOf(costsOf(best.repair, reportedOn)),
    noEffect: repairs.filter((repair) => isWithoutEffect(done, byKey, repair)),
  };
}

function isWithoutEffect(done: readonly TrialRecord[], byKey: ReadonlyMap<string, TrialRecord>, repair: string): boolean {
  const own = done.filter((record) => record.repair === repair);
  return (
    own.some(({ attack }) => attack !== null) &&
    own.every((record) => {
      const without = byKey.get(keyOf(record, noRepair));
      const names = Object.keys(record.metrics);
      return (
        without !== undefined &&
        names.length === Object.keys(without.metrics).length &&
        names.every((name) => record.metrics[name] === without.metrics[name])
      );
    })
  );
}

function keyOf(
  { learner, attack, budgetFraction, seed }: Pick<TrialRecord, "learner" | "attack" | "budgetFraction" | "seed">,
  repair: string,
): string {
  return JSON.stringify([learner, attack, budgetFraction, seed, repair]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
