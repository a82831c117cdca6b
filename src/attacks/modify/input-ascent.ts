import type { Attack } from "../../core/attack.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { type Aim, lossAim } from "../../blocks/injection/attack-aim.ts";
import { trainingUtility } from "../../blocks/injection/attack-utility.ts";
import { type AscentParams, ascentParams, quickAscent, ratesOf } from "../../blocks/injection/ascent-params.ts";
import { bestOfStarts } from "../../blocks/injection/best-of-starts.ts";
import { climbingTolerance, implicitGradient, trySolve } from "../../blocks/injection/implicit-gradient.ts";
import { editedPatch, pickRows, reachablePositions } from "../../blocks/edits/input-edits.ts";
import { inputGains } from "../../blocks/edits/input-gains.ts";
import { type PerturbationParams, perturbationParams, perturbationDomain } from "../../blocks/feasible/perturbation-domain.ts";
import { relativeErrorAim } from "../../blocks/injection/relative-error-aim.ts";
import { bilevelAscent } from "../../blocks/injection/bilevel-ascent.ts";
import { cannotDifferentiate, smoothTraining } from "../../blocks/linear/smooth-training.ts";
import { shiftRows } from "../../blocks/edits/shifted-rows.ts";
import { highest } from "../../numeric/orders/ranks.ts";

interface InputAscentParams extends PerturbationParams, Pick<AscentParams, "steps" | "starts"> {
  aim: "auto" | "loss" | "error";
}

/** Width of the step from right to wrong in the smoothed error, in mean distances of a score from the boundary. */
const softness = 0.25;
/** How far rows are moved towards another class before they climb, in distances between the means. */
const startingShift = 3;

export const inputAscent: Attack<InputAscentParams> = {
  kind: "attack",
  id: "input-ascent",
  title: "Gradient ascent on inputs",
  summary:
    "Moves the inputs of the rows that could do most harm, all together, to where the model trained on them errs most; labels are untouched.",
  source: {
    cite: "Mei & Zhu 2015, Using Machine Teaching to Identify Optimal Training-Set Attacks on Machine Learners, AAAI: changes of rows that are there, by the implicit gradient; rows are chosen as in Koh & Liang 2017, ICML, eq. 5",
    url: "https://doi.org/10.1609/aaai.v29i1.9569",
  },
  params: {
    aim: {
      type: "choice",
      default: "auto",
      options: ["auto", "loss", "error"],
      help: "what is climbed on the clean training rows: their loss, or a smoothed share of errors; auto: errors, and the loss of a real label or where features outnumber rows, which are then learned by heart",
    },
    steps: ascentParams.steps,
    starts: {
      ...ascentParams.starts,
      help: "ascents, of which the best is kept: of the rows that promise most to first order, of the surest ones, moved towards another class at first, then of random ones, moved so too",
    },
    ...perturbationParams,
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-inputs", goal: "availability", knowledge: "white-box" },
  movesFeatures: true,
  atQuick(setting) {
    const quick = quickAscent(setting);
    // A second start is worth more than longer ascents.
    return quick === null ? null : { ...quick, starts: 2 };
  },
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const victim = await input.victim();
    const data = victim.training;
    const training = smoothTraining(input.pipeline, context);
    const cleanModel = await training.fit(data, victim.model);
    const aim = aimOf(params.aim, data, input.reach.targetTasks, cleanModel);
    const domain = perturbationDomain(data, params);
    const open = reachablePositions(data, input.reach);
    const count = Math.min(open.length, input.budget.rows);
    const starts = [mostPromising, surest];
    const { positions, rows } = await bestOfStarts(params.starts, context, async (start, part) => {
      const rng = context.rng.fork("start").fork(start);
      const positions = starts[start]?.() ?? Int32Array.from(rng.sample(open.length, count), (k) => open[k]);
      const picked = pickRows(data, positions);
      const x = start === 0 ? picked.rows.x : shiftRows(data, picked, domain, startingShift, rng.fork("sides"));
      const seeds = { ...picked.rows, x };
      const problem = {
        fit: training.fit,
        ...implicitGradient(training.objectiveOf, aim),
        clean: picked.rest,
        start: cleanModel,
        seeds,
        home: picked.rows.x,
        domain,
        labels: null,
      };
      const climbed = await bilevelAscent(problem, ratesOf(params.steps), part);
      return { ...climbed, positions };
    });
    return editedPatch(input.clean.table, victim, positions, rows.x);

    /** Those whose moves would raise the aim most, to first order. */
    function mostPromising(): Int32Array {
      if (cleanModel.parameters === null) return open.subarray(0, count);
      const { theta } = cleanModel.parameters;
      const objective = training.objectiveOf(data);
      const v = trySolve(objective, theta, aim.gradientOf(objective, theta), climbingTolerance);
      if (v === null) return open.subarray(0, count);
      const gains = inputGains(objective, theta, v, data, { positions: open, domain });
      return Int32Array.from(highest(gains, count), (k) => open[k]);
    }

    /** Those of the least loss, or of the labels farthest from the middle. */
    function surest(): Int32Array {
      const losses = cleanModel.losses(data);
      const middle = data.y.reduce((sum, value) => sum + value / data.y.length, 0);
      const sureness = Float64Array.from(open, (i) => (data.target.kind === "real" ? Math.abs(data.y[i] - middle) : -losses[i]));
      return Int32Array.from(highest(sureness, count), (k) => open[k]);
    }
  },
};

function aimOf(kind: InputAscentParams["aim"], data: Dataset, targetTasks: Int32Array | null, model: Model): Aim {
  const rows = trainingUtility(data, targetTasks === null ? [...data.tasks.keys()] : [...targetTasks]);
  const isLearnedByHeart = data.x.cols > data.x.rows;
  const climbsLoss = kind === "loss" || data.target.kind === "real" || (kind === "auto" && isLearnedByHeart);
  return climbsLoss ? lossAim(rows) : relativeErrorAim(rows, model, softness);
}
