import { type Figure, meanInterval, wilsonInterval } from "../../numeric/statistics/intervals.ts";
import type { Metric, Quantity } from "../../core/metric.ts";
import type { TrialRecord } from "../record.ts";
import { type TaskAims, aimOf, aimsOf } from "./aims.ts";
import { type TasksStudyConfig, defence, few, price, search } from "./config.ts";
import type { SharingFindings } from "./findings.ts";
import { summariseDefence } from "./summarise-defence.ts";
import { summariseFew } from "./summarise-few.ts";
import type { PriceOfSeed } from "./price-of-sharing.ts";
import { type SharingRecord, sharingRecords } from "./sharing-records.ts";
import { meanMatrix } from "./strongest-pairs.ts";
import { damageOf } from "./task-metric.ts";
import type { MeasuredAttack, PricePoint, TaskFigures, TasksResult } from "./tasks-result.ts";

export interface TasksAbout {
  readonly study: TasksStudyConfig;
  readonly metric: Metric;
  /** Told of the tasks together besides; absent = nothing. */
  readonly beside?: readonly Quantity[];
  /** Names, with how many labelled rows each has. */
  readonly tasks: readonly { readonly name: string; readonly rows: number }[];
}

/** What sharing gains, what is related, who can hurt whom and what that costs, from the records alone; null where no split was measured, or none whose test rows define the metric. */
export function summariseTasks(records: readonly TrialRecord[], { study, metric, beside = [], tasks }: TasksAbout): TasksResult | null {
  const sharing = sharingRecords(records);
  const aims = aimsOf(study, records);
  const findings = sharing.map((record) => record.tasks);
  const isKnown = (of: "single" | "pooled" | "together"): boolean => findings.some((one) => one[of] !== null);
  if (aims === null || !isKnown("single") || !isKnown("pooled") || !isKnown("together")) return null;
  const names = tasks.map(({ name }) => name);
  const matrix = (of: (one: SharingFindings) => readonly number[]): (number | null)[][] =>
    matrixOf(meanMatrix(findings.map((one) => Float64Array.from(of(one)))), names.length);
  const examples = tasks.reduce((sum, { rows }) => sum + rows, 0);
  const level = levelOf(sharing, metric, examples);
  const over = (of: (one: SharingFindings) => number | null): Figure =>
    meanInterval(
      differences(findings, ({ together }) => together, of),
      spanOf(metric),
    );
  return {
    tasks: names,
    learner: study.learner.id,
    metric: metric.id,
    better: metric.better,
    damageMetric: metric.damage.id,
    seeds: sharing.length,
    budgetFraction: aims.budgetFraction,
    relationDecays: aims.seeds.map(({ params }) => params.relationDecay),
    gain: {
      metric: metric.id,
      single: level(({ single }) => single),
      pooled: level(({ pooled }) => pooled),
      mtrl: level(({ together }) => together),
    },
    beside: Object.fromEntries(
      beside
        .filter(({ id }) => sharing.some(({ metrics }) => metrics[id] !== undefined))
        .map((quantity) => [quantity.id, levelOf(sharing, quantity, examples)((_, { metrics }) => metrics[quantity.id] ?? null)]),
    ),
    gainOver: { single: over(({ single }) => single), pooled: over(({ pooled }) => pooled) },
    byTask: tasks.map(({ name, rows }, i) => ({ task: name, rows, ...taskFigures(findings, i, metric) })),
    relation: matrix(({ relation }) => relation),
    vulnerability: matrix(({ vulnerability }) => vulnerability),
    measured: study.attacks.flatMap(({ id }) => measuredAttack(records, id, aims, metric, names)),
    price: pricePoints(records, aims, metric, names),
    priceSeeds: pricedSeeds(records).length,
    few: summariseFew(records, aims, metric, names),
    defence: summariseDefence(records, study.defence, metric, aims.exposed === null ? null : names[aims.exposed]),
    notes: notesOf(records, sharing, aims, { study, metric, names }),
  };
}

/** Over the seeds that know it; all of them tell of the same rows. */
function levelOf(sharing: readonly SharingRecord[], metric: Quantity, examples: number) {
  const testRows = sharing.reduce((sum, record) => sum + record.testRows, 0);
  return (of: (one: SharingFindings, record: SharingRecord) => number | null): Figure => {
    const mean = meanInterval(
      sharing.flatMap((record) => of(record.tasks, record) ?? []),
      metric.range,
    );
    return metric.isRate ? wilsonInterval(mean.value, Math.min(examples, testRows)) : mean;
  };
}

function taskFigures(findings: readonly SharingFindings[], task: number, metric: Metric): Omit<TaskFigures, "task" | "rows"> {
  const figure = (values: readonly number[], range: readonly [number, number]): Figure | null =>
    values.length === 0 ? null : meanInterval(values, range);
  const single = ({ byTask }: SharingFindings): number | null => byTask[task].single;
  const together = ({ byTask }: SharingFindings): number | null => byTask[task].together;
  const known = (of: typeof single): number[] => findings.flatMap((one) => of(one) ?? []);
  return {
    single: figure(known(single), metric.range),
    mtrl: figure(known(together), metric.range),
    difference: figure(differences(findings, together, single), spanOf(metric)),
  };
}

function measuredAttack(
  records: readonly TrialRecord[],
  slot: string,
  aims: TaskAims,
  metric: Metric,
  names: readonly string[],
): MeasuredAttack[] {
  const aim = aimOf(aims, slot);
  const outcomes = ofSlot(records, slot).flatMap(({ tasks }) =>
    tasks?.kind === "attack" && tasks.outcome !== null ? [tasks.outcome] : [],
  );
  if (aim === null || outcomes.length === 0) return [];
  const damage = (of: (outcome: (typeof outcomes)[number]) => number): Figure =>
    meanInterval(
      outcomes.map((outcome) => damageOf(metric, outcome.before, of(outcome))),
      metric.damage.as === "drop" ? spanOf(metric) : [0, Infinity],
    );
  return [
    {
      from: aim.from === null ? null : names[aim.from],
      to: names[aim.to],
      knowledge: "white-box",
      figure: damage(({ after }) => after),
      flip: damage(({ flipped }) => flipped),
      before: meanInterval(
        outcomes.map(({ before }) => before),
        metric.range,
      ),
      kind: outcomes[0].kind,
    },
  ];
}

/** The price at each seed that measured it. */
function pricedSeeds(records: readonly TrialRecord[]): (readonly PriceOfSeed[])[] {
  return ofSlot(records, price).flatMap(({ tasks }) => (tasks?.kind === "price" && tasks.points.length > 0 ? [tasks.points] : []));
}

function pricePoints(records: readonly TrialRecord[], { exposed }: TaskAims, metric: Metric, names: readonly string[]): PricePoint[] {
  const seeds = pricedSeeds(records);
  if (exposed === null || seeds.length === 0) return [];
  return seeds[0].flatMap(({ by, value }, i): PricePoint[] => {
    const figure = (of: (point: PriceOfSeed) => number | null): Figure | null => {
      const values = seeds.flatMap((points) => of(points[i]) ?? []);
      return values.length === 0 ? null : meanInterval(values, spanOf(metric));
    };
    const [gain, gainOfAll, damage] = [figure((point) => point.gain), figure((point) => point.gainOfAll), figure((point) => point.damage)];
    return gain === null || damage === null ? [] : [{ by, value, target: names[exposed], knowledge: "white-box", gain, gainOfAll, damage }];
  });
}

function notesOf(
  records: readonly TrialRecord[],
  sharing: readonly SharingRecord[],
  aims: TaskAims,
  { study, metric, names }: { readonly study: TasksStudyConfig; readonly metric: Metric; readonly names: readonly string[] },
): string[] {
  const lost = (id: string | null): readonly TrialRecord[] =>
    records.filter(({ attack, status }) => attack === id && status === "failed").sort((a, b) => a.seed - b.seed);
  const attackWords = (id: string): string => {
    const aim = aimOf(aims, id);
    if (id === price) return "the price of sharing";
    if (id === defence) return "what repairs win back";
    if (id === search) return "the search for a few attack tasks";
    if (id === few) return "the attack through a few tasks";
    return aim === null
      ? `the attack ${id}`
      : `the attack on ${names[aim.to]} through ${aim.from === null ? "all others" : names[aim.from]}`;
  };
  return [
    ...lost(null).map(({ seed, error }) => `seed ${seed}: nothing is known of it, because ${error}`),
    ...sharing.flatMap(({ seed, tasks: { noVulnerability } }) =>
      noVulnerability === undefined ? [] : [`seed ${seed}: no first-order damage, because ${noVulnerability}`],
    ),
    ...study.attacks.flatMap(({ id }) =>
      lost(id)
        .filter(({ seed }) => sharing.some((known) => known.seed === seed))
        .map(({ seed, error }) => `seed ${seed}: ${attackWords(id)} is missing, because ${error}`),
    ),
    ...(study.attacks.length > 0 && aims.exposed !== null
      ? [
          "the attacks on pairs and through all others, and the price, are white box: computed on the target's own training rows; an attacker who has only other rows of the same task does less on most data",
        ]
      : []),
    ...(aims.exposed === null && study.attacks.length > 0
      ? [
          isAnyKnown(sharing)
            ? "no task can be hurt through another, to first order: nothing was attacked"
            : "which task can be hurt through another is not known: nothing was attacked",
        ]
      : []),
    ...names.flatMap((name, task) =>
      sharing.every(({ tasks: { byTask } }) => byTask[task].together === null)
        ? [
            `task "${name}" is in none of the figures by task: no split left it both training and test rows${metric.id === "auc" ? " of two classes" : ""}`,
          ]
        : [],
    ),
  ];
}

/** Whether the damage of one task through another is known of a task that was tested with every seed. */
function isAnyKnown(sharing: readonly SharingRecord[]): boolean {
  const count = sharing[0].tasks.byTask.length;
  const isTested = (task: number): boolean => sharing.every(({ tasks }) => tasks.byTask[task].together !== null);
  return sharing.some(({ tasks: { vulnerability } }) =>
    vulnerability.some((value, p) => Math.floor(p / count) !== p % count && isTested(p % count) && Number.isFinite(value)),
  );
}

function ofSlot(records: readonly TrialRecord[], slot: string): TrialRecord[] {
  return records.filter(({ attack }) => attack === slot).sort((a, b) => a.seed - b.seed);
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

/** Rows of a square matrix; null where it is not defined. */
function matrixOf(values: Float64Array, count: number): (number | null)[][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from(values.subarray(i * count, (i + 1) * count), (value) => (Number.isFinite(value) ? value : null)),
  );
}
