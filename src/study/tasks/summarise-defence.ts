import type { Metric } from "../../core/metric.ts";
import { type Figure, meanInterval } from "../../numeric/statistics/intervals.ts";
import type { TrialRecord } from "../record.ts";
import { noRepair } from "../record.ts";
import { type DefencePlan, type TaskKnowledge, defence } from "./config.ts";
import type { DefenceOfSeed } from "./findings.ts";
import { aloneRepair } from "./measure-defence.ts";
import { worsening } from "./task-metric.ts";
import type { DefenceLine, DefenceResult } from "./tasks-result.ts";

/** What repairs leave of the attack through all other tasks, and which to use; null where no seed measured it. */
export function summariseDefence(
  records: readonly TrialRecord[],
  plan: DefencePlan | undefined,
  metric: Metric,
  target: string | null,
): DefenceResult | null {
  const seeds = records
    .filter(({ attack }) => attack === defence)
    .sort((a, b) => a.seed - b.seed)
    .flatMap(({ tasks }) => (tasks?.kind === "defence" && tasks.measured !== null ? [tasks.measured] : []));
  if (plan === undefined || target === null || seeds.length === 0) return null;
  const lines = linesOf(seeds, plan, metric);
  return {
    target,
    seeds: seeds.length,
    ownRows: Math.round(seeds.reduce((sum, { ownRows }) => sum + ownRows, 0) / seeds.length),
    freshRows: Math.max(...seeds.map(({ freshRows }) => freshRows)),
    knowledge: plan.knowledge,
    lines,
    recommended: recommendedOf(lines, plan.knowledge, metric),
  };
}

function linesOf(seeds: readonly DefenceOfSeed[], plan: DefencePlan, metric: Metric): DefenceLine[] {
  const valuesOf = (knowledge: TaskKnowledge | null, repair: string, isFresh: boolean): number[] =>
    seeds.flatMap(({ cells }) =>
      cells
        .filter(
          (cell) => cell.knowledge === (repair === aloneRepair ? null : knowledge) && cell.repair === repair && cell.isFresh === isFresh,
        )
        .map(({ value }) => value),
    );
  const figure = (values: readonly number[]): Figure | null => (values.length === 0 ? null : meanInterval(values, metric.range));
  const asked = [noRepair, ...plan.repairs.map(({ id }) => id), aloneRepair];
  return asked
    .flatMap((repair) => [false, true].map((isFresh) => ({ repair, isFresh })))
    .map(({ repair, isFresh }): DefenceLine => {
      const attacked = plan.knowledge.map((knowledge) => ({ knowledge, values: valuesOf(knowledge, repair, isFresh) }));
      const isSame = (knowledge: TaskKnowledge | null): boolean =>
        String(valuesOf(knowledge, repair, isFresh)) === String(valuesOf(knowledge, noRepair, isFresh));
      return {
        repair,
        isFresh,
        clean: figure(valuesOf(null, repair, isFresh)),
        attacked: attacked.map(({ knowledge, values }) => ({ knowledge, figure: figure(values) })),
        hasNoEffect: repair !== noRepair && repair !== aloneRepair && [null, ...plan.knowledge].every(isSame),
      };
    })
    .filter(({ clean }) => clean !== null);
}

/**
 * The line that does best on average over the attackers and no attack at all; null where that is to repair nothing. What it wins back and costs is told beside
 * no repair on the same rows, without fresh ones: those are part of its price.
 */
function recommendedOf(lines: readonly DefenceLine[], knowledge: readonly TaskKnowledge[], metric: Metric): DefenceResult["recommended"] {
  const bare = lines.find(({ repair, isFresh }) => repair === noRepair && !isFresh);
  if (bare === undefined || knowledge.length === 0) return null;
  const valuesOf = ({ clean, attacked }: DefenceLine): number[] =>
    [clean, ...attacked.map(({ figure }) => figure)].flatMap((one) => one?.value ?? []);
  const mean = (line: DefenceLine): number => valuesOf(line).reduce((sum, value) => sum + value, 0) / valuesOf(line).length;
  const best = lines.reduce((top, line) => (worsening(metric, mean(top), mean(line)) < 0 ? line : top), bare);
  if (best === bare) return null;
  const gain = (before: Figure | null, after: Figure | null): number =>
    before === null || after === null ? 0 : worsening(metric, after.value, before.value);
  return {
    repair: best.repair,
    isFresh: best.isFresh,
    costs: -gain(bare.clean, best.clean),
    winsBack: bare.attacked.map(({ knowledge: who, figure }, k) => ({
      knowledge: who,
      of: gain(figure, bare.clean),
      won: gain(figure, best.attacked[k].figure),
    })),
  };
}
