import type { Metric } from "../../core/metric.ts";
import { meanInterval } from "../../numeric/statistics/intervals.ts";
import type { TrialRecord } from "../record.ts";
import type { TaskAims } from "./aims.ts";
import { few, search, taskKnowledges } from "./config.ts";
import type { FewLineOfSeed, FewOfSeed } from "./findings.ts";
import { worsening } from "./task-metric.ts";
import type { FewLine, FewResult } from "./tasks-result.ts";

/** What the few tasks that were found do together; null where no seed measured it. */
export function summariseFew(
  records: readonly TrialRecord[],
  { few: aim, sets }: TaskAims,
  metric: Metric,
  names: readonly string[],
): FewResult | null {
  const seeds = records
    .filter(({ attack }) => attack === few)
    .sort((a, b) => a.seed - b.seed)
    .flatMap(({ tasks }) => (tasks?.kind === "few" && tasks.measured !== null ? [tasks.measured] : []));
  if (aim === null || seeds.length === 0) return null;
  const wasTried = records.some(({ attack, tasks }) => attack === search && tasks?.kind === "search" && tasks.tried.length > 0);
  const span = metric.range[1] - metric.range[0];
  const flips = seeds.flatMap(({ lines, flipped }) => lines.slice(0, 1).map(({ before }) => worsening(metric, before, flipped)));
  return {
    attackTasks: aim.tasks.map((task) => names[task]),
    targets: aim.targets.map((task) => names[task]),
    seeds: seeds.length,
    triedSets: wasTried ? sets.length : 0,
    poisonRows: Math.round(meanOf(seeds.map(({ poisonRows }) => poisonRows))),
    flip: meanInterval(flips, [-span, span]),
    lines: [false, true].flatMap((isHalved) => taskKnowledges.flatMap((knowledge) => lineOf(seeds, { knowledge, isHalved }, metric))),
  };
}

function lineOf(seeds: readonly FewOfSeed[], { knowledge, isHalved }: Pick<FewLine, "knowledge" | "isHalved">, metric: Metric): FewLine[] {
  const own = seeds.flatMap(({ lines, poisonRows }) =>
    lines.filter((line) => line.knowledge === knowledge && line.isHalved === isHalved).map((line) => ({ ...line, poisonRows })),
  );
  if (own.length === 0) return [];
  const span = metric.range[1] - metric.range[0];
  const level = (of: (line: FewLineOfSeed) => number) => meanInterval(own.map(of), metric.range);
  const difference = (of: (line: FewLineOfSeed & { readonly poisonRows: number }) => number, scale = 1) =>
    meanInterval(own.map(of), [-span * scale, span * scale]);
  return [
    {
      knowledge,
      isHalved,
      targetRows: Math.round(meanOf(own.map(({ targetRows }) => targetRows))),
      before: level(({ before }) => before),
      alone: level(({ alone }) => alone),
      after: level(({ after }) => after),
      damage: difference(({ before, after }) => worsening(metric, before, after)),
      damagePer100Rows: difference(({ before, after, poisonRows }) => (100 * worsening(metric, before, after)) / poisonRows, 100),
      attackedOverAlone: difference(({ alone, after }) => worsening(metric, alone, after)),
      gain: difference(({ alone, before }) => worsening(metric, before, alone)),
    },
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
