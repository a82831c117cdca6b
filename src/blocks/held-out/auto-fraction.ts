import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { AutoSpec } from "../../core/params.ts";
import type { RepairContext } from "../../core/repair.ts";
import { chooseStrength } from "./choose-strength.ts";

/** The share of the rows that a repair takes up, chosen unasked; `help` says what happens to these rows. */
export function autoFraction(help: string, max = 0.5): AutoSpec {
  return {
    type: "number-or-auto",
    default: "auto",
    min: 0,
    max,
    help: `${help}; auto = by held-out parts of the training rows, often none`,
  };
}

const shares = [0.025, 0.05, 0.1, 0.2];

/** Rising strengths to try: none, these, and what the detectors say is wrong, unless that is next to one of them. */
export function strengthsAround(some: readonly number[], suspected: number | null, max: number): number[] {
  const own = suspected === null || suspected <= 0 || some.some((share) => Math.abs(share - suspected) < 0.1 * share) ? [] : [suspected];
  return [0, ...some, ...own].filter((share) => share <= max).sort((a, b) => a - b);
}

/** The fraction asked for, or the one that held-out rows favour: 0 where none is told to help; see `chooseStrength`. */
export async function fractionOf<P extends { readonly fraction: number | "auto" }>(
  data: Dataset,
  context: RepairContext<P>,
  train: (part: Dataset, rows: Int32Array, fraction: number, before: Model | null) => Promise<Model>,
): Promise<number> {
  const { fraction } = context.params;
  if (fraction !== "auto") return fraction;
  const suspected = (await context.suspected?.())?.share ?? null;
  return chooseStrength(data, { strengths: strengthsAround(shares, suspected, 0.5), start: 0, train }, context);
}

/** So many times looser than the learner is asked to be, and never looser than this. */
const looser = 30;
const loosest = 1e-2;

/**
 * Trains as the context does, but stops earlier where the learner goes on to a tolerance: held-out errors of two strengths do not tell more digits. Of the models of an audit's
 * repairs most are trained for this choice.
 */
export function fitRoughly({ fit, learnerParams }: Pick<RepairContext<unknown>, "fit" | "learnerParams">): RepairContext<unknown>["fit"] {
  const own = (learnerParams as { readonly tolerance?: unknown } | null)?.tolerance;
  if (typeof own !== "number") return fit;
  const tolerance = Math.max(own, Math.min(loosest, looser * own));
  return (data, start, replaced = {}) => fit(data, start, { tolerance, ...replaced });
}
