import type { AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { boxDomain, percentileBox } from "../feasible/box.ts";
import { bestOfStarts } from "../injection/best-of-starts.ts";
import { gainsByTask } from "../injection/gain-by-budget.ts";
import { ballDomain } from "../feasible/ball-domain.ts";
import type { Domain } from "../feasible/domain.ts";
import type { InjectedRows } from "../injection/injected-rows.ts";
import { type AscentProblem, ascendInjection } from "../injection/injection-ascent.ts";
import { apportion, flippedSeeds, spreadBudget, withLabel } from "../injection/injection-starts.ts";
import { mtrlObjective } from "./objective.ts";
import type { PatomAim } from "./patom-aim.ts";

export interface ClimbSettings {
  readonly labels: "flipped" | "attacker" | "optimised";
  readonly set: "box" | "ball";
  /** Share of the clean rows beyond each side of the box, or outside the ball. */
  readonly tail: number;
  readonly spread: "even" | "gradient";
  readonly ascent: "adam" | "accept-reject";
  readonly steps: number;
  readonly starts: number;
}

/** Rows of numbers that climb from flipped copies: the best of all starts. @param training all training examples, dense */
export async function climbRows(
  input: AttackInput,
  aim: PatomAim,
  training: Dataset,
  settings: ClimbSettings,
  context: RunContext,
): Promise<InjectedRows> {
  const problem: Omit<AscentProblem, "seeds"> = {
    clean: aim.clean,
    utility: aim.utility,
    domain: domainOf(training, settings),
    fit: (rows: Dataset, from: Model | null) =>
      input.pipeline.learner.fit(rows, { ...context, progress: undefined, params: aim.climbing, start: from }),
    objectiveOf: (rows: Dataset) => mtrlObjective(rows, aim.climbing, { relation: aim.relation, solveTolerance: 1e-7 }),
  };
  const even = spreadBudget(training, aim.attackTasks, input.budget.rows);
  const labels = settings.labels === "attacker" ? [0, 1] : [null];
  const { rows } = await bestOfStarts(settings.starts * labels.length, context, async (climb, part) => {
    const [start, label] = [Math.floor(climb / labels.length), labels[climb % labels.length]];
    const seedsOf = (counts: Int32Array): InjectedRows => {
      const flipped = flippedSeeds(training, counts, context.rng.fork("start").fork(start));
      return label === null ? flipped : withLabel(flipped, training, label);
    };
    const counts = settings.spread === "even" ? even : await spreadByGain(problem, seedsOf, even, settings, context);
    const result = await ascendInjection({ ...problem, seeds: seedsOf(counts) }, ascentOf(settings, training, settings.steps), part);
    return { ...result, value: result.utility };
  });
  return rows;
}

function domainOf(data: Dataset, { set, tail }: ClimbSettings): Domain {
  // Beyond the range that was observed a row would be refused, wherever the ball reaches.
  const range = percentileBox(data.x, data.features, set === "box" ? tail : 0);
  return set === "box" ? boxDomain(range) : ballDomain(data, range, tail);
}

function ascentOf({ ascent, labels }: ClimbSettings, { target }: Dataset, steps: number) {
  return { steps, ascent, firstRate: 0.3, lastRate: 0.03, moveLabels: labels === "optimised" && target.kind === "real" };
}

/** As many rows in all, more of them in tasks where a sixth of the ascent shows that they pay; even where they pay nowhere. */
async function spreadByGain(
  problem: Omit<AscentProblem, "seeds">,
  seedsOf: (counts: Int32Array) => InjectedRows,
  even: Int32Array,
  settings: ClimbSettings,
  context: RunContext,
): Promise<Int32Array> {
  const probe = ascentOf(settings, problem.clean, Math.ceil(settings.steps / 6));
  const { rows } = await ascendInjection({ ...problem, seeds: seedsOf(even) }, probe, { ...context, progress: undefined });
  const gains = (await gainsByTask(problem, rows)).map((gain) => Math.max(0, gain));
  return gains.every((gain) => gain === 0) ? even : apportion(gains, rows.y.length);
}
