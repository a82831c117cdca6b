import type { Quantity } from "../../core/metric.ts";
import { type Figure, studentQuantile } from "../../numeric/statistics/intervals.ts";
import { type StudyBudgets, isBudget } from "../budgets.ts";
import type { AttackChoice } from "../config.ts";
import type { Cell } from "../kind.ts";
import type { TrialRecord } from "../record.ts";
import { type SummaryEntry, summariseGroup } from "../summary.ts";
import type { Decided, Stopping } from "./decided.ts";
import { lookConfidence } from "./stopping.ts";

/** What a look must know of a study. */
export interface LookContext extends Pick<StudyBudgets, "counted"> {
  readonly stopping: Stopping;
  /** All that is measured, what only intents have included. */
  readonly quantities: readonly Quantity[];
  readonly primary: Quantity;
  /** As `SummaryContext` has them. */
  readonly examples: number;
  readonly testFraction: number;
}

/** Figures are known well enough where the interval that is shown of them reaches no farther than this share of the largest damage, or this much of a share. */
const fineShare = 0.1;
const fineFloor = 0.005;

interface Candidate {
  readonly key: string;
  readonly choice: AttackChoice;
  readonly budgetFraction: number;
  readonly cells: readonly Cell[];
  /** Undefended trials of the seeds so far, in their order; null where one of them failed. */
  readonly records: readonly TrialRecord[] | null;
}

/**
 * The cells of a wave that need not be run, by all records of the waves before. Of the attacks with one goal at one budget, one is left out as soon as another is surely as strong (but for a tenth of how far their harm reaches at all), by what attackers
 * take their harm to be, which is what the strongest is chosen by. Those that are left go on together, until each of them has every limit at that budget decided the same whatever comes, or
 * its damage known well enough.
 *
 * Strength is told by paired differences over the seeds with Student's t interval; its variance is that of the differences, and never less than what attacks
 * differ by from their own mean once the seeds' are taken away (the residual of the two-way layout, whose degrees of freedom count).
 *
 * @param cells of the plan @param isOpen whether a cell belongs to the wave
 */
export function leftOut(
  cells: readonly Cell[],
  isOpen: (cell: Cell) => boolean,
  records: readonly TrialRecord[],
  context: LookContext,
): Map<Cell, Decided> {
  const out = new Map<Cell, Decided>();
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const learner of new Set(cells.map((cell) => cell.learner.id))) {
    const own = cells.filter((cell) => cell.learner.id === learner);
    const decided = decideLearner(own, byId, context);
    for (const cell of own) {
      const reason = cell.attack === null ? undefined : decided.get(keyOf(cell));
      if (reason !== undefined && isOpen(cell)) out.set(cell, reason);
    }
  }
  return out;
}

function keyOf({ attack, budgetFraction }: Pick<Cell, "attack" | "budgetFraction">): string {
  return JSON.stringify([attack, budgetFraction]);
}

function decideLearner(cells: readonly Cell[], byId: ReadonlyMap<string, TrialRecord>, context: LookContext): Map<string, Decided> {
  const decided = new Map<string, Decided>();
  const clean = new Map<number, TrialRecord>();
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const { attack } = cell;
    if (attack === null) {
      const record = byId.get(cell.trials[0].id);
      if (record?.status === "ok") clean.set(record.seed, record);
    } else if (attack.until !== true && attack.unseen !== true && attack.lasting !== true)
      groups.set(keyOf(cell), [...(groups.get(keyOf(cell)) ?? []), cell]);
  }
  const seeds = [...clean.keys()].length;
  const candidates: Candidate[] = [];
  for (const [key, own] of groups) {
    const known = own.flatMap(({ trials }) => byId.get(trials[0].id) ?? []);
    // What was left out stays out.
    const before = known.find((record) => record.decided !== undefined)?.decided;
    if (before !== undefined) decided.set(key, before);
    else {
      const isWhole = known.length === seeds && seeds >= 2 && known.every(({ status }) => status === "ok");
      candidates.push({
        key,
        choice: own[0].attack!,
        budgetFraction: own[0].budgetFraction,
        cells: own,
        records: isWhole ? known : null,
      });
    }
  }
  const at = Math.max(...clean.keys());
  const isLeading = ({ choice }: Candidate): boolean => choice.knowledge === undefined && choice.against === undefined;
  const leading = candidates.filter((one) => isLeading(one) || !candidates.some((other) => isLeading(other) && isVariantOf(one, other)));
  const figures = new Map(leading.map((one) => [one, damageOf(one, clean, context)]));
  const goals = new Set(leading.map(goalOf));
  for (const goal of goals) {
    const ofGoal = leading.filter((one) => goalOf(one) === goal);
    const headline = Math.max(0, ...ofGoal.map((one) => figures.get(one)?.size ?? 0));
    const slack = fineShare * beliefRange(ofGoal);
    for (const budget of new Set(ofGoal.map(({ budgetFraction }) => budgetFraction))) {
      const here = ofGoal.filter(({ budgetFraction }) => budgetFraction === budget);
      // Where a limit is judged by the strongest alone, another that is about as strong may be on its other side.
      const isLimited = context.stopping.limits.some((limit) => isBudget(limit.budget, budget, context.counted));
      const weak = weaker(here, isLimited ? 0 : slack);
      for (const one of weak) decided.set(one.key, { seed: at, why: "weaker" });
      const left = here.filter((one) => !weak.has(one));
      const reasons = left.map((one) => reasonOf(one, headline, figures.get(one) ?? null, clean, context));
      if (reasons.some((reason) => reason === null) || !agree(left, clean, context)) continue;
      left.forEach((one, i) => decided.set(one.key, { seed: at, why: reasons[i]! }));
    }
  }
  for (const one of candidates) {
    if (leading.includes(one)) continue;
    const lead = leading.find((other) => isVariantOf(one, other));
    if (lead !== undefined && decided.has(lead.key)) decided.set(one.key, { seed: at, why: "variant" });
  }
  return decided;
}

function isVariantOf(one: Candidate, other: Candidate): boolean {
  return one !== other && one.choice.id === other.choice.id && one.budgetFraction === other.budgetFraction;
}

function goalOf({ records, choice }: Candidate): string {
  return records === null ? `unknown ${choice.id}` : String(records[0].goal);
}

/** How far what attackers with one goal believe reaches, from the weakest to the strongest, over all budgets. */
function beliefRange(ofGoal: readonly Candidate[]): number {
  const means = believedOf(ofGoal).map(({ values }) => meanOf(values));
  return means.length === 0 ? 0 : Math.max(...means) - Math.min(...means);
}

interface Believed {
  readonly one: Candidate;
  readonly access: string;
  /** Shape: [seeds]. */
  readonly values: readonly number[];
}

/** What attackers take their harm to be, of all that are compared: see `strongestAttacks`. */
function believedOf(here: readonly Candidate[]): Believed[] {
  const whole = here.filter((one): one is Candidate & { readonly records: readonly TrialRecord[] } => one.records !== null);
  const real = whole.filter(({ records }) => records.every(({ inFeatureSpace }) => inFeatureSpace !== true));
  const by = (valueOf: (record: TrialRecord) => number | null | undefined): Believed[] =>
    (real.length > 0 ? real : whole).flatMap((one) => {
      const values = one.records.map(valueOf).filter((value): value is number => typeof value === "number");
      return values.length === one.records.length ? [{ one, access: String(one.records[0].access), values }] : [];
    });
  const [estimates, objectives] = [by((record) => record.attackerEstimate), by((record) => record.attackerObjective)];
  return estimates.length > 0 && estimates.length >= objectives.length ? estimates : objectives;
}

/** Those that are surely not stronger, by more than `slack`, than another; of each access the strongest so far is none of them. */
function weaker(here: readonly Candidate[], slack: number): Set<Candidate> {
  const out = new Set<Candidate>();
  const believed = believedOf(here);
  if (believed.length < 2) return out;
  const shared = residual(believed.map(({ values }) => values));
  const leaderOf = (some: readonly Believed[]): Believed =>
    some.reduce((best, next) => (meanOf(next.values) > meanOf(best.values) ? next : best));
  const leader = leaderOf(believed);
  for (const access of new Set(believed.map((each) => each.access))) {
    const own = believed.filter((each) => each.access === access);
    const kept = leaderOf(own);
    for (const other of own) if (other !== kept && isSurelyMore(leader.values, other.values, slack, shared)) out.add(other.one);
  }
  return out;
}

/** Mean square of what is left of a two-way layout, attacks by seeds, and its degrees of freedom. */
function residual(rows: readonly (readonly number[])[]): { readonly square: number; readonly degrees: number } {
  const seeds = rows[0].length;
  const own = rows.map(meanOf);
  const all = meanOf(own);
  let sum = 0;
  for (let s = 0; s < seeds; s++) {
    const column = meanOf(rows.map((row) => row[s]));
    rows.forEach((row, a) => (sum += (row[s] - own[a] - column + all) ** 2));
  }
  const degrees = (rows.length - 1) * (seeds - 1);
  return { square: sum / degrees, degrees };
}

function isSurelyMore(
  more: readonly number[],
  less: readonly number[],
  slack: number,
  { square, degrees }: { readonly square: number; readonly degrees: number },
): boolean {
  const differences = more.map((value, s) => value + slack - less[s]);
  const mean = meanOf(differences);
  const own = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1);
  const variance = Math.max(own, 2 * square);
  return mean > studentQuantile((1 + lookConfidence) / 2, degrees) * Math.sqrt(variance / differences.length);
}

/** The damage that an attack is told by, and how far it is from none. */
function damageOf(
  { records }: Candidate,
  clean: ReadonlyMap<number, TrialRecord>,
  context: LookContext,
): { readonly figure: Figure; readonly size: number } | null {
  if (records === null) return null;
  const { goal } = records[0];
  const metric = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : context.primary.damage!.id;
  const figure = figuresOf(records, clean, context, lookConfidence).find((entry) => entry.metric === metric)?.figure;
  if (figure === undefined) return null;
  const none = metric.endsWith("Ratio") ? 1 : 0;
  return { figure, size: Math.abs(figure.value - none) };
}

function figuresOf(
  records: readonly TrialRecord[],
  clean: ReadonlyMap<number, TrialRecord>,
  { examples, testFraction, quantities }: LookContext,
  confidence: number,
): SummaryEntry[] {
  return summariseGroup(records, clean, quantities, { examples, testFraction, confidence });
}

/** Why nothing more need be known of it; null where more is. */
function reasonOf(
  { records, budgetFraction }: Candidate,
  headline: number,
  damage: { readonly figure: Figure } | null,
  clean: ReadonlyMap<number, TrialRecord>,
  context: LookContext,
): "limits" | "known" | null {
  if (records === null) return null;
  const { limits } = context.stopping;
  const own = limits.filter(({ budget }) => isBudget(budget, budgetFraction, context.counted));
  const outcomes = outcomesOf(records, own, clean, context);
  if (outcomes.length > 0) return outcomes.includes(null) ? null : "limits";
  if (damage === null) return null;
  const { value, low, high } = damage.figure;
  if (low === null || high === null) return null;
  return Math.max(value - low, high - value) <= Math.max(fineShare * headline, fineFloor) ? "known" : null;
}

/** Whether the same comes of each limit whichever of them is the strongest in the end. */
function agree(left: readonly Candidate[], clean: ReadonlyMap<number, TrialRecord>, context: LookContext): boolean {
  if (left.length === 0) return true;
  const own = context.stopping.limits.filter(({ budget }) => isBudget(budget, left[0].budgetFraction, context.counted));
  const outcomes = left.map(({ records }) => JSON.stringify(outcomesOf(records ?? [], own, clean, context)));
  return new Set(outcomes).size <= 1;
}

/** Of each limit whether it holds, null while its interval straddles it; where the metric is not measured of such an attack, it says nothing. */
function outcomesOf(
  records: readonly TrialRecord[],
  limits: Stopping["limits"],
  clean: ReadonlyMap<number, TrialRecord>,
  context: LookContext,
): (boolean | null)[] {
  if (limits.length === 0) return [];
  const entries = figuresOf(records, clean, context, lookConfidence);
  return limits.flatMap(({ metric, operator, bound }) => {
    const figure = entries.find((entry) => entry.metric === metric)?.figure;
    if (figure === undefined) return [];
    if (figure.low === null || figure.high === null) return [null];
    const [low, high] = [figure.low, figure.high].map((end) => (operator === "<=" ? end <= bound : end >= bound));
    return [low === high ? low : null];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
