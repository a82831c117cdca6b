import type { AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { boxDomain, percentileBox } from "../feasible/box.ts";
import { lossAim } from "../injection/attack-aim.ts";
import { bestOfStarts } from "../injection/best-of-starts.ts";
import { type AscentSettings, type BilevelProblem, bilevelAscent } from "../injection/bilevel-ascent.ts";
import { type GainProblem, gainsByTask } from "../injection/gain-by-budget.ts";
import { ballDomain } from "../feasible/ball-domain.ts";
import type { Domain } from "../feasible/domain.ts";
import { implicitGradient } from "../injection/implicit-gradient.ts";
import type { InjectedRows } from "../injection/injected-rows.ts";
import { apportion, flippedSeeds, labelRanges, spreadBudget, withLabel } from "../injection/injection-starts.ts";
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

type Problem = Omit<BilevelProblem, "seeds"> & GainProblem;

/** Rows of numbers that climb from flipped copies: the best of all starts. @param all training examples, dense */
export async function climbRows(
  input: AttackInput,
  aim: PatomAim,
  all: Dataset,
  settings: ClimbSettings,
  context: RunContext,
): Promise<InjectedRows> {
  const training = {
    clean: aim.clean,
    utility: aim.utility,
    fit: (rows: Dataset, from: Model | null) =>
      input.pipeline.learner.fit(rows, { ...context, progress: undefined, params: aim.climbing, start: from }),
    objectiveOf: (rows: Dataset) => mtrlObjective(rows, aim.climbing, { relation: aim.relation, solveTolerance: 1e-7 }),
  };
  const problem: Problem = {
    ...training,
    ...implicitGradient(training.objectiveOf, lossAim(aim.utility)),
    domain: domainOf(all, settings),
    labels: settings.labels === "optimised" && all.target.kind === "real" ? labelRanges(aim.clean) : null,
  };
  const even = spreadBudget(all, aim.attackTasks, input.budget.rows);
  const labels = settings.labels === "attacker" ? [0, 1] : [null];
  const { rows } = await bestOfStarts(settings.starts * labels.length, context, async (climb, part) => {
    const [start, label] = [Math.floor(climb / labels.length), labels[climb % labels.length]];
    const seedsOf = (counts: Int32Array): InjectedRows => {
      const flipped = flippedSeeds(all, counts, context.rng.fork("start").fork(start));
      return label === null ? flipped : withLabel(flipped, all, label);
    };
    const counts = settings.spread === "even" ? even : await spreadByGain(problem, seedsOf, even, settings, context);
    return bilevelAscent({ ...problem, seeds: seedsOf(counts) }, ascentOf(settings, settings.steps), part);
  });
  return rows;
}

function domainOf(data: Dataset, { set, tail }: ClimbSettings): Domain {
  // Beyond the range that was observed a row would be refused, wherever the ball reaches.
  const range = percentileBox(data.x, data.features, set === "box" ? tail : 0);
  return set === "box" ? boxDomain(range) : ballDomain(data, range, tail);
}

function ascentOf({ ascent }: ClimbSettings, steps: number): AscentSettings {
  return { steps, ascent, firstRate: 0.3, lastRate: 0.03 };
}

/** As many rows in all, more of them in tasks where a sixth of the ascent shows that they pay; even where they pay nowhere. */
async function spreadByGain(
  problem: Problem,
  seedsOf: (counts: Int32Array) => InjectedRows,
  even: Int32Array,
  settings: ClimbSettings,
  context: RunContext,
): Promise<Int32Array> {
  const probe = ascentOf(settings, Math.ceil(settings.steps / 6));
  const { rows } = await bilevelAscent({ ...problem, seeds: seedsOf(even) }, probe, { ...context, progress: undefined });
  const gains = (await gainsByTask(problem, rows)).map((gain) => Math.max(0, gain));
  return gains.every((gain) => gain === 0) ? even : apportion(gains, rows.y.length);
}
