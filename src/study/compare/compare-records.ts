import type { Quantity } from "../../core/metric.ts";
import type { Access, Goal, Knowledge } from "../../core/threat.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { holmAdjusted } from "../../numeric/statistics/holm.ts";
import { medianScatter, toldDifference } from "../../numeric/statistics/told-difference.ts";
import { pairedChanges } from "../../numeric/statistics/paired-changes.ts";
import type { TrialRecord } from "../record.ts";
import { groupBy } from "../strongest.ts";

/** Chance of calling anything changed where nothing is. */
export const familyWiseError = 0.05;
/** The chance at which a difference counts as one that would be told. */
export const toldPower = 0.8;

/** One figure in two runs, over the seeds that both have it of. */
export interface ComparedFigure {
  /** Of the run before, and of the one after where it is called otherwise. */
  readonly learner: string;
  readonly learnerAfter?: string;
  readonly attack: string | null;
  readonly access: Access | null;
  readonly goal: Goal | null;
  readonly knowledge: Knowledge | null;
  readonly adaptive?: true;
  readonly budgetFraction: number;
  readonly repair: string;
  readonly metric: string;
  readonly seeds: readonly number[];
  /** Means over those seeds. */
  readonly before: number;
  readonly after: number;
  /** After − before, paired by seed, with its own 95 % interval over seeds. */
  readonly difference: Figure;
  /** The chance of such a difference where there is none, adjusted for the number of figures that are compared. */
  readonly adjustedChance: number;
  /** A true difference of so much would be told with a chance of `toldPower`, by the scatter that the seeds show; `null` where the figure cannot have changed. */
  readonly toldDifference: number | null;
  /** Whether that is at most the family-wise error; `null` where the figure cannot have changed, since every trial has the same id and the same value. */
  readonly change: "worse" | "better" | "none" | null;
}

export interface NotCompared {
  readonly what: string;
  readonly why: string;
}

export interface ComparedRecords {
  readonly figures: readonly ComparedFigure[];
  /** How many of them were asked whether they changed. */
  readonly asked: number;
  readonly notCompared: readonly NotCompared[];
}

export interface CompareAsked {
  readonly quantities: readonly Quantity[];
  /** What the study is judged by. */
  readonly primaryMetric: string;
  /** Other metrics that are to be compared, as limits are set to them. */
  readonly alsoMetrics: readonly string[];
  /** Of each learner of the run after, what it is compared with before. */
  readonly learnerBefore: ReadonlyMap<string, string>;
  /** Why trials of an attack are not compared; null = they are. */
  whyNot(record: TrialRecord): string | null;
}

/**
 * Holds the figures of two runs against each other, seed by seed on the same test rows: of the clean model and under each attack the primary metric, of a backdoor its success, of
 * a target the rise of its error. What is called changed is so with a chance of at most 5 % of calling anything changed where no figure is (Holm over moderated paired t tests;
 * see `pairedChanges`), on these data: over other seeds, not over other rows.
 */
export function compareRecords(before: readonly TrialRecord[], after: readonly TrialRecord[], asked: CompareAsked): ComparedRecords {
  const notCompared = new Map<string, string>();
  const cells = (records: readonly TrialRecord[], learnerOf: (record: TrialRecord) => string | undefined): Map<string, TrialRecord[]> => {
    const usable = records.filter((record) => {
      if (record.arrival !== undefined || record.until !== undefined || record.unnoticed !== undefined) return false;
      const why = record.attack === null ? null : asked.whyNot(record);
      if (why !== null) notCompared.set(nameOf(record), why);
      return why === null && learnerOf(record) !== undefined;
    });
    return new Map(
      groupBy(usable, (record) => keyOf(record, learnerOf(record)!)).map((group) => [keyOf(group[0], learnerOf(group[0])!), group]),
    );
  };
  const ofBefore = cells(before, ({ learner }) => ([...asked.learnerBefore.values()].includes(learner) ? learner : undefined));
  const ofAfter = cells(after, ({ learner }) => asked.learnerBefore.get(learner));
  const pairs: Paired[] = [];
  for (const [key, old] of ofBefore) {
    const now = ofAfter.get(key);
    if (now === undefined) notCompared.set(nameOf(old[0]), "only the run before has it");
    else pairs.push(...pairsOf(old, now, asked, (why) => notCompared.set(nameOf(old[0]), why)));
  }
  for (const [key, now] of ofAfter) if (!ofBefore.has(key)) notCompared.set(nameOf(now[0]), "only the run after has it");
  const open = pairs.filter(({ isSame }) => !isSame);
  const tested = pairedChanges(
    open.map(({ differences }) => differences),
    Float64Array.from(open, ({ finest }) => finest),
  );
  const chances = holmAdjusted(Float64Array.from(tested, ({ chance }) => chance));
  const judged = new Map(
    open.map((pair, i) => {
      const { difference, error, degrees } = tested[i];
      // The first step of Holm is the hardest.
      const told = (error / medianScatter(degrees)) * toldDifference(familyWiseError / open.length, degrees, toldPower);
      return [pair, { difference, adjustedChance: chances[i], toldDifference: told }];
    }),
  );
  return {
    figures: pairs.map((pair) => figureOf(pair, judged.get(pair))),
    asked: open.length,
    notCompared: Array.from(notCompared, ([what, why]) => ({ what, why })),
  };
}

interface Paired {
  readonly old: TrialRecord;
  readonly now: TrialRecord;
  readonly quantity: Quantity;
  readonly seeds: readonly number[];
  readonly before: Float64Array;
  readonly differences: Float64Array;
  readonly finest: number;
  /** The trials are the same by their ids, and so are their values. */
  readonly isSame: boolean;
}

function pairsOf(
  old: readonly TrialRecord[],
  now: readonly TrialRecord[],
  { quantities, primaryMetric, alsoMetrics }: CompareAsked,
  leaveOut: (why: string) => void,
): Paired[] {
  const { goal } = old[0];
  const own = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : null;
  const wanted = new Set([...(own === null ? [] : [own]), primaryMetric, ...alsoMetrics]);
  const later = new Map(now.map((record) => [record.seed, record]));
  return quantities
    .filter(({ id }) => wanted.has(id))
    .flatMap((quantity): Paired[] => {
      const both = old.flatMap((record) => {
        const other = later.get(record.seed);
        const [a, b] = [record.metrics[quantity.id], other?.metrics[quantity.id]];
        return other === undefined || a === undefined || b === undefined ? [] : [{ record, other, a, b }];
      });
      if (both.length < 2) {
        if (quantity.id === (own ?? primaryMetric)) leaveOut(whyTooFew(old, now, both.length));
        return [];
      }
      const rows = both.map(({ record }) => record.shareRows?.[quantity.id] ?? record.testRows).filter((count) => count > 0);
      const [low, high] = quantity.range;
      const isShare = Number.isFinite(low) && Number.isFinite(high);
      const size = Math.max(...both.map(({ a, b }) => Math.max(Math.abs(a), Math.abs(b))));
      return [
        {
          ...{ old: old[0], now: now[0], quantity },
          seeds: both.map(({ record }) => record.seed),
          before: Float64Array.from(both, ({ a }) => a),
          differences: Float64Array.from(both, ({ a, b }) => b - a),
          // A share of rows is known to the row; of other figures nobody knows, and rounding is all that is left out.
          finest: isShare && rows.length > 0 ? 1 / Math.min(...rows) : 1e-9 * Math.max(size, 1e-300),
          isSame: both.every(({ record, other, a, b }) => record.id === other.id && a === b),
        },
      ];
    });
}

function whyTooFew(old: readonly TrialRecord[], now: readonly TrialRecord[], shared: number): string {
  const failed = [...old, ...now].filter(({ status }) => status === "failed").length;
  if (failed > 0)
    return `${failed} of its trials failed, so that both runs have it of ${shared === 0 ? "no seed" : "one seed only"}; two are needed`;
  return `${shared === 0 ? "no seed is" : "one seed is"} left that both runs have it of, and nothing says how far it would vary; two are needed`;
}

function figureOf(
  { old, now, quantity, seeds, before, differences, isSame }: Paired,
  judged: Pick<ComparedFigure, "difference" | "adjustedChance" | "toldDifference"> | undefined,
): ComparedFigure {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { attack, access, goal, knowledge, adaptive, budgetFraction, repair } = old;
  const difference = judged?.difference ?? { value: 0, low: 0, high: 0 };
  const adjustedChance = judged?.adjustedChance ?? 1;
  const isLess = difference.value < 0;
  return {
    learner: old.learner,
    ...(now.learner === old.learner ? {} : { learnerAfter: now.learner }),
    ...{ attack, access, goal, knowledge, budgetFraction, repair },
    ...(adaptive === true ? { adaptive } : {}),
    metric: quantity.id,
    seeds,
    before: mean(before),
    after: mean(before) + mean(differences),
    difference,
    adjustedChance,
    toldDifference: judged?.toldDifference ?? null,
    change: isSame ? null : adjustedChance > familyWiseError ? "none" : isLess === (quantity.better === "higher") ? "worse" : "better",
  };
}

/** What a figure is of, in words. */
export function nameOf({
  learner,
  attack,
  knowledge,
  adaptive,
  budgetFraction,
  repair,
}: Pick<TrialRecord, "learner" | "attack" | "knowledge" | "adaptive" | "budgetFraction" | "repair">): string {
  const repaired = repair === "none" ? "" : ` with the repair ${repair}`;
  if (attack === null) return `${learner} without attack${repaired}`;
  const how =
    adaptive === true ? " (adaptive)" : knowledge === null || knowledge === "white-box" || knowledge === "none" ? "" : ` (${knowledge})`;
  return `${learner} under ${attack}${how} at ${Number((budgetFraction * 100).toPrecision(6))} %${repaired}`;
}

function keyOf({ attack, knowledge, adaptive, budgetFraction, repair }: TrialRecord, learner: string): string {
  return JSON.stringify([learner, attack, knowledge, adaptive === true, budgetFraction, repair]);
}
