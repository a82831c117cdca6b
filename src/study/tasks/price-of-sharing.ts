import type { RunContext } from "../../core/context.ts";
import { chooseDecayForTask } from "./choose-decay.ts";
import { measureAlone } from "./task-gain.ts";
import { makeAttack, measureAttack } from "./measure-attack.ts";
import { keepTargetRows } from "./target-rows.ts";
import { measureTask, measureTasks, worsening } from "./task-metric.ts";
import type { TaskSeed } from "./task-seed.ts";
import type { TaskTools } from "./task-tools.ts";

/** One point of the price of sharing in one split; in the unit of the metric, null where it is not defined. */
export interface PriceOfSeed {
  readonly by: "relationDecay" | "targetRows";
  readonly value: number;
  readonly gain: number | null;
  readonly gainOfAll: number | null;
  readonly damage: number | null;
}

export interface PriceRequest {
  readonly target: number;
  readonly budgetFraction: number;
  readonly relationDecays: readonly number[];
  readonly targetRows: readonly number[];
  /** Of the tuned learner on this split. */
  readonly params: { readonly relationDecay: number };
  /** The metric of each task learned alone, over all tasks. */
  readonly single: number | null;
}

/** What sharing brings the target and what an attack through all other tasks takes, for several strengths of sharing and numbers of its rows. */
export async function priceOfSeed(seed: TaskSeed, request: PriceRequest, tools: TaskTools, context: RunContext): Promise<PriceOfSeed[]> {
  const { target, budgetFraction } = request;
  const better = (alone: number | null, shared: number | null): number | null =>
    alone === null || shared === null ? null : worsening(tools.metric, shared, alone);
  const points: PriceOfSeed[] = [];

  async function point(at: TaskSeed, params: unknown, alone: number | null): Promise<Omit<PriceOfSeed, "by" | "value">> {
    const rng = context.rng.fork("price").fork(points.length);
    const own = { signal: context.signal, rng };
    const model = await tools.together.learner.fit(at.train, { ...own, params });
    const clean = { model, params };
    const made = await makeAttack(at, clean, { from: null, to: target, budgetFraction }, tools, own);
    const outcome = made === null ? null : await measureAttack(at, clean, made, tools, own);
    return {
      gain: better(alone, measureTask(tools.metric, model, at.test, target, at.labelUnit)),
      gainOfAll: at === seed ? better(request.single, measureTasks(tools.metric, model, at.test, at.labelUnit)) : null,
      damage: outcome === null ? null : worsening(tools.metric, outcome.before, outcome.after),
    };
  }

  const alone = await measureAlone(seed, target, tools, context);
  for (const value of request.relationDecays) {
    points.push({ by: "relationDecay", value, ...(await point(seed, { ...request.params, relationDecay: value }, alone)) });
  }
  for (const value of request.targetRows) {
    const cut = { ...seed, train: keepTargetRows(seed.train, target, value, seed.rng.fork("target-rows")) };
    const tuned = { ...tools.together, params: request.params };
    const relationDecay =
      cut.train === seed.train || request.relationDecays.length < 2
        ? request.params.relationDecay
        : await chooseDecayForTask(cut.train, target, request.relationDecays, tuned, {
            ...context,
            rng: seed.rng.fork("decay").fork(value),
          });
    const params = { ...request.params, relationDecay };
    points.push({ by: "targetRows", value, ...(await point(cut, params, await measureAlone(cut, target, tools, context))) });
  }
  return points;
}

/** Four strengths in decades around what tuning chose (the median over seeds): one weaker, two stronger. */
export function decaysAround(tuned: readonly number[]): number[] {
  const sorted = [...tuned].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!(middle > 0)) return [0, 1e-4, 1e-2, 1];
  return [-1, 0, 1, 2].map((power) => Number((middle * 10 ** power).toPrecision(3)));
}

/** 10, 20, 50 and all rows that the task has in training, as far as every split has them. Shape: rows [seeds]. */
export function rowCountsOf(rows: readonly number[]): number[] {
  const all = Math.min(...rows);
  return [...[10, 20, 50].filter((count) => count < all), all];
}
