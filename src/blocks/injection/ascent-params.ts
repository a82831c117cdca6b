import type { AttackSetting } from "../../core/attack.ts";
import type { ParamSpecs } from "../../core/params.ts";
import { targetOf } from "../../core/examples.ts";
import { type Table, columnOf } from "../../core/table.ts";
import type { StepRates } from "./ascent-steps.ts";

export interface AscentParams {
  /** Of each ascent. */
  steps: number;
  /** Ascents, of which the best is kept. */
  starts: number;
  /** Share of the clean rows beyond each side of where rows may lie. */
  tail: number;
}

/** What attacks that let rows climb are told alike. */
export const ascentParams: ParamSpecs<AscentParams> = {
  steps: {
    type: "number",
    default: 60,
    min: 1,
    max: 10_000,
    integer: true,
    help: "steps of the ascent, each with one warm-started training",
  },
  starts: {
    type: "number",
    default: 3,
    min: 1,
    max: 100,
    integer: true,
    help: "ascents, of which the best is kept: from mixed wrong labels first, then from each class in turn",
  },
  tail: {
    type: "number",
    default: 0.01,
    min: 0,
    max: 0.4,
    help: "inserted rows stay between this percentile of the clean rows and its opposite, in each feature; sparse ones in length and entries",
  },
};

/** The step length of 60 steps, at the start and at the end, in units of each feature. */
const [firstRate, lastRate] = [0.3, 0.03];

/** However few the steps, rows come about as far as in 60: the fewer, the longer, and the less they shorten. */
export function ratesOf(steps: number): StepRates {
  const longer = Math.min(10, Math.max(1, 60 / steps));
  return { steps, firstRate: firstRate * longer, lastRate: lastRate * longer ** 1.5 };
}

/** A single short ascent; none where the rows are words, whose many features take long and which nobody could post. */
export function quickAscent({ table }: AttackSetting): Pick<AscentParams, "steps" | "starts"> | null {
  return hasWords(table) ? null : { steps: Math.ceil((2 / 3) * quickTrainings(table)), starts: 1 };
}

/** Trainings that a climb takes at quick effort: half as many of many classes, whose models are as many times larger, and of words. */
export function quickTrainings(table: Table): number {
  return hasWords(table) || hasManyClasses(table) ? 6 : 12;
}

function hasManyClasses(table: Table): boolean {
  const target = targetOf(table);
  return target.kind === "classes" && target.names.length > 2;
}

function hasWords(table: Table): boolean {
  return table.roles.features.some((name) => ["text", "vector"].includes(columnOf(table, name).kind));
}
