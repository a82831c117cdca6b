import { type Figure, scatterInterval } from "../numeric/statistics/intervals.ts";
import type { Quantity } from "../core/metric.ts";
import type { Goal } from "../core/threat.ts";
import type { TrialRecord } from "./record.ts";

/** How long the damage of one attack lasts. */
export interface PersistenceEntry {
  readonly attack: string;
  readonly goal: Goal | null;
  readonly budgetFraction: number;
  readonly start: "cold" | "warm";
  readonly metric: string;
  /** Damage after so many clean rows, as multiples of the poisoned training set, against a model of the same rows without poison. */
  readonly points: readonly { readonly times: number; readonly arrivedRows: number; readonly figure: Figure }[];
  /** Clean rows until half of the damage was gone, between two looks on a line; null where it was not, or where there was no damage. */
  readonly halfLifeRows: number | null;
}

/** Damage after poisoning stopped, over seeds, from the records that looked at it. */
export function summarisePersistence(records: readonly TrialRecord[], primary: Quantity): PersistenceEntry[] {
  const groups = new Map<string, TrialRecord[]>();
  for (const record of records) {
    if (record.arrival === undefined || record.attack === null) continue;
    const key = JSON.stringify([record.attack, record.budgetFraction, record.arrival.start]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].map((group): PersistenceEntry => {
    const { attack, goal, budgetFraction, arrival } = group[0];
    const metric = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : (primary.damage?.id ?? primary.id);
    const times = [...new Set(group.map((record) => record.arrival?.times ?? 0))].sort((a, b) => a - b);
    const points = times.flatMap((at) => {
      const own = group.filter((record) => record.arrival?.times === at);
      const damages = own.flatMap((record) => damageOf(record, metric, primary));
      const arrivedRows = own.reduce((sum, record) => sum + (record.arrival?.rows ?? 0), 0) / own.length;
      return damages.length === 0
        ? []
        : [
            {
              times: at,
              arrivedRows: Math.round(arrivedRows),
              figure: scatterInterval(damages, metric === "attackSuccessRate" ? [0, 1] : undefined),
            },
          ];
    });
    const none = primary.damage?.as === "ratio" && metric === primary.damage.id ? 1 : 0;
    return {
      attack: attack ?? "",
      goal,
      budgetFraction,
      start: arrival?.start ?? "cold",
      metric,
      points,
      halfLifeRows: halfLife(points.map(({ arrivedRows, figure }) => [arrivedRows, figure.value - none])),
    };
  });
}

function damageOf({ metrics, arrival }: TrialRecord, metric: string, primary: Quantity): number[] {
  if (metric !== primary.damage?.id) return metrics[metric] === undefined ? [] : [metrics[metric]];
  const [before, after] = [arrival?.cleanMetrics[primary.id], metrics[primary.id]];
  if (before === undefined || after === undefined) return [];
  return [{ drop: before - after, rise: after - before, ratio: after / before }[primary.damage.as]];
}

/** Where damage first falls to half of what it was at the start. Points are pairs of arrived rows and damage. */
export function halfLife(points: readonly (readonly [number, number])[]): number | null {
  const half = (points.at(0)?.[1] ?? 0) / 2;
  if (half <= 0) return null;
  for (let i = 1; i < points.length; i++) {
    const [rows, damage] = points[i - 1];
    const [nextRows, next] = points[i];
    if (next <= half) return Math.round(rows + ((damage - half) / (damage - next)) * (nextRows - rows));
  }
  return null;
}
