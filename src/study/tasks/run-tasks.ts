import { type Figure, meanInterval, wilsonInterval } from "../../numeric/statistics/intervals.ts";
import { makeRng } from "../../numeric/random.ts";
import { type Signal, stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { listExamples, taskNames } from "../../core/examples.ts";
import type { Metric } from "../../core/metric.ts";
import type { Table } from "../../core/table.ts";
import type { Encoder } from "../../data/encoder.ts";
import { type AttackOutcome, measureAttack } from "./measure-attack.ts";
import { type PriceOfSeed, decaysAround, priceOfSeed, rowCountsOf } from "./price-of-sharing.ts";
import { meanMatrix, mostExposedTask, strongestPairs } from "./strongest-pairs.ts";
import { type GainOfSeed, measureGain } from "./task-gain.ts";
import { damageOf } from "./task-metric.ts";
import { type TaskSeed, prepareTaskSeed } from "./task-seed.ts";
import type { TaskTools } from "./task-tools.ts";
import type { MeasuredAttack, PricePoint, TaskFigures, TasksResult } from "./tasks-result.ts";

export interface TasksStudy {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly testFraction: number;
  /** Of the rows of each attack task. */
  readonly budgetFraction: number;
  /** How many pairs are attacked. */
  readonly pairs: number;
  readonly price: boolean;
}

export interface TasksOptions {
  readonly signal?: Signal | undefined;
  /** `done` of `total` steps, parts of a step included. */
  readonly onProgress?: (done: number, total: number, running: string) => void;
}

/** The price takes trainings and an ascent a point, so that beyond these not every seed pays it. */
const priceSeeds = 10;

interface Measured extends GainOfSeed {
  readonly split: TaskSeed;
}

/** Measures what sharing gains, what is related, who can hurt whom and what that costs; tables of one task are refused before. */
export async function runTasks(
  table: Table,
  encoder: Encoder,
  study: TasksStudy,
  tools: TaskTools,
  options: TasksOptions = {},
): Promise<TasksResult> {
  const names = taskNames(table);
  const count = names.length;
  const notes: string[] = [];
  const paid = study.price ? Math.min(priceSeeds, study.seeds) : 0;
  const total = study.seeds * (2 + study.pairs) + paid * 4;
  let done = 0;
  const stepping = (steps: number, running: string): ((part: number) => void) => {
    stopIfCancelled(options.signal);
    const start = done;
    done += steps;
    options.onProgress?.(start, total, running);
    return (part) => options.onProgress?.(start + Math.floor(steps * part), total, running);
  };

  const seeds: Measured[] = [];
  const relations: Float64Array[] = [];
  const vulnerabilities: Float64Array[] = [];
  for (let seed = study.firstSeed; seed < study.firstSeed + study.seeds; seed++) {
    const progress = stepping(1, `seed ${seed}, training alone and together`);
    const split = prepareTaskSeed(table, encoder, seed, study.testFraction);
    const gain = await measureGain(split, tools, { signal: options.signal, progress });
    relations.push(tools.relation(gain.model, split.train));
    try {
      vulnerabilities.push(tools.vulnerability(gain.model, split.train, gain.params));
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      vulnerabilities.push(new Float64Array(count * count).fill(NaN));
      notes.push(`seed ${seed}: no first-order damage, because ${error.message}`);
    }
    seeds.push({ ...gain, split });
  }
  const relation = meanMatrix(relations);
  const vulnerability = meanMatrix(vulnerabilities);
  const isTarget = (task: number): boolean => seeds.every(({ byTask }) => byTask[task].mtrl !== null);
  const { metric } = tools;

  const sourceOf = (from: number | null): string => (from === null ? "all others" : names[from]);

  async function attack(from: number | null, to: number): Promise<(AttackOutcome | null)[]> {
    const outcomes: (AttackOutcome | null)[] = [];
    for (const { split, model, params } of seeds) {
      const progress = stepping(1, `seed ${split.seed}, attack on ${names[to]} through ${sourceOf(from)}`);
      const rng = makeRng(split.seed)
        .fork("attack")
        .fork(from ?? "all")
        .fork(to);
      const request = { from, to, budgetFraction: study.budgetFraction };
      try {
        outcomes.push(await measureAttack(split, { model, params }, request, tools, { signal: options.signal, rng, progress }));
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
        notes.push(`seed ${split.seed}: the attack on ${names[to]} through ${sourceOf(from)} is missing, because ${error.message}`);
      }
    }
    return outcomes;
  }

  function asMeasured(from: number | null, to: number, outcomes: readonly (AttackOutcome | null)[]): MeasuredAttack[] {
    const kept = outcomes.filter((outcome) => outcome !== null);
    if (kept.length === 0) return [];
    const damage = (of: (outcome: AttackOutcome) => number): Figure =>
      meanInterval(
        kept.map((outcome) => damageOf(metric, outcome.before, of(outcome))),
        metric.damage.as === "drop" ? spanOf(metric) : [0, Infinity],
      );
    return [
      {
        from: from === null ? null : names[from],
        to: names[to],
        figure: damage(({ after }) => after),
        flip: damage(({ flipped }) => flipped),
        before: meanInterval(
          kept.map(({ before }) => before),
          metric.range,
        ),
        kind: kept[0].kind,
      },
    ];
  }

  const measured: MeasuredAttack[] = [];
  for (const { from, to } of strongestPairs(vulnerability, count, study.pairs, isTarget))
    measured.push(...asMeasured(from, to, await attack(from, to)));
  const exposed = mostExposedTask(vulnerability, count, isTarget);
  const price: PricePoint[] = [];
  if (exposed !== null && study.pairs > 0) {
    const outcomes = count > 2 || measured.length === 0 ? await attack(null, exposed) : [];
    measured.push(...asMeasured(null, exposed, outcomes));
  }
  if (exposed !== null && study.price) {
    const paying = seeds.slice(0, paid);
    const relationDecays = decaysAround(seeds.map(({ params }) => params.relationDecay));
    const targetRows = rowCountsOf(
      paying.map(({ split }) => split),
      exposed,
    );
    const points: PriceOfSeed[][] = [];
    for (const { split, params, single } of paying) {
      const progress = stepping(4, `seed ${split.seed}, the price of sharing for ${names[exposed]}`);
      const request = { target: exposed, budgetFraction: study.budgetFraction, relationDecays, targetRows, params, single };
      points.push(await priceOfSeed(split, request, tools, { signal: options.signal, rng: makeRng(split.seed).fork("price"), progress }));
    }
    price.push(...summarisePrice(points, names[exposed], metric));
  }
  if (exposed === null && (study.pairs > 0 || study.price))
    notes.push("no task can be hurt through another, to first order: nothing was attacked");

  for (const [task, name] of names.entries())
    if (seeds.every(({ byTask }) => byTask[task].mtrl === null))
      notes.push(
        `task "${name}" is in none of the figures by task: no split left it both training and test rows${metric.id === "auc" ? " of two classes" : ""}`,
      );

  const rowsOf = new Int32Array(count);
  const examples = listExamples(table);
  for (const task of examples.task) rowsOf[task]++;
  const testRows = seeds.reduce((sum, { split }) => sum + split.test.y.length, 0);
  const level = (of: (seed: Measured) => number | null): Figure => {
    const values = seeds.flatMap((seed) => of(seed) ?? []);
    if (values.length === 0) throw new NumericalError(`${metric.id} is defined on no test rows: no task has two classes among them`);
    const mean = meanInterval(values, metric.range);
    return metric.isRate ? wilsonInterval(mean.value, Math.min(examples.y.length, testRows)) : mean;
  };
  const over = (of: (seed: Measured) => number | null): Figure =>
    meanInterval(
      differences(seeds, ({ mtrl }) => mtrl, of),
      spanOf(metric),
    );
  return {
    tasks: names,
    metric: metric.id,
    better: metric.better,
    damageMetric: metric.damage.id,
    seeds: study.seeds,
    budgetFraction: study.budgetFraction,
    relationDecays: seeds.map(({ params }) => params.relationDecay),
    gain: {
      metric: metric.id,
      single: level(({ single }) => single),
      pooled: level(({ pooled }) => pooled),
      mtrl: level(({ mtrl }) => mtrl),
    },
    gainOver: { single: over(({ single }) => single), pooled: over(({ pooled }) => pooled) },
    byTask: names.map((task, i) => taskFigures(task, rowsOf[i], seeds, i)),
    relation: matrixOf(relation, count),
    vulnerability: matrixOf(vulnerability, count),
    measured,
    price,
    priceSeeds: paid,
    notes,
  };

  function taskFigures(task: string, rows: number, all: readonly Measured[], i: number): TaskFigures {
    const figure = (values: readonly number[], range?: readonly [number, number]): Figure | null =>
      values.length === 0 ? null : meanInterval(values, range);
    return {
      task,
      rows,
      single: figure(
        all.flatMap(({ byTask }) => byTask[i].single ?? []),
        metric.range,
      ),
      mtrl: figure(
        all.flatMap(({ byTask }) => byTask[i].mtrl ?? []),
        metric.range,
      ),
      difference: figure(
        differences(
          all,
          ({ byTask }) => byTask[i].mtrl,
          ({ byTask }) => byTask[i].single,
        ),
        spanOf(metric),
      ),
    };
  }
}

/** What the difference of two values of a metric can be. */
function spanOf({ range: [low, high] }: Metric): readonly [number, number] {
  return [low - high, high - low];
}

/** a − b over the seeds that have both. */
function differences<T>(seeds: readonly T[], a: (seed: T) => number | null, b: (seed: T) => number | null): number[] {
  return seeds.flatMap((seed) => {
    const [x, y] = [a(seed), b(seed)];
    return x === null || y === null ? [] : [x - y];
  });
}

function summarisePrice(seeds: readonly (readonly PriceOfSeed[])[], target: string, metric: Metric): PricePoint[] {
  return seeds[0].flatMap(({ by, value }, i): PricePoint[] => {
    const figure = (of: (point: PriceOfSeed) => number | null): Figure | null => {
      const values = seeds.flatMap((points) => of(points[i]) ?? []);
      return values.length === 0 ? null : meanInterval(values, spanOf(metric));
    };
    const [gain, gainOfAll, damage] = [figure((point) => point.gain), figure((point) => point.gainOfAll), figure((point) => point.damage)];
    return gain === null || damage === null ? [] : [{ by, value, target, gain, gainOfAll, damage }];
  });
}

/** Rows of a square matrix; null where it is not defined. */
function matrixOf(values: Float64Array, count: number): (number | null)[][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from(values.subarray(i * count, (i + 1) * count), (value) => (Number.isFinite(value) ? value : null)),
  );
}
