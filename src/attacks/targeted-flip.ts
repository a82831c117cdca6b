import type { Attack } from "../core/attack.ts";
import { positionsWhere } from "../core/dataset.ts";
import { lossAim } from "../blocks/attack-aim.ts";
import { ascendLabels } from "../blocks/relabel-ascent.ts";
import { relabelledPatch } from "../blocks/relabelled-patch.ts";
import { relativeErrorAim } from "../blocks/relative-error-aim.ts";
import { cannotDifferentiate, smoothTraining } from "../blocks/smooth-training.ts";
import { groupOf } from "../blocks/target-group.ts";

interface TargetedFlipParams {
  target: string;
  rounds: number;
  batches: number;
}

/** Of the error on the group: wide, since few rows stand for it. */
const softness = 0.5;
/** Searches are led into the first of more classes alone. */
const mostClasses = 3;

/**
 * The group's training rows stand, with their true labels, for the rows that are to be got wrong. Searches begin with any rows or with the group's own, into
 * any wrong label or into one class (or end of the range) alone, and the best is kept.
 */
export const targetedFlip: Attack<TargetedFlipParams> = {
  kind: "attack",
  id: "targeted-flip",
  title: "Label flips against a group",
  summary: "Flips the labels that by their influence are most responsible for the answers to one group of rows, training again in between.",
  source: {
    cite: "Koh & Liang 2017, Understanding Black-box Predictions via Influence Functions, ICML, over labels; the group as in Jagielski et al. 2021, Subpopulation Data Poisoning Attacks, CCS",
    url: "https://arxiv.org/abs/2006.14026",
  },
  params: {
    target: {
      type: "text",
      default: "",
      help: "the group, as a condition on the raw columns such as product = 'B0009R0BGC'; empty: a small group drawn at random",
    },
    rounds: { type: "number", default: 60, min: 1, max: 10_000, integer: true, help: "trainings, warm-started, at most" },
    batches: { type: "number", default: 10, min: 1, max: 1000, integer: true, help: "the budget is spent in about so many batches" },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-labels", goal: "targeted", knowledge: "white-box" },
  effort: "standard",
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const { training: data } = await input.victim();
    const training = smoothTraining(input.pipeline, context);
    const { attackTasks, targetTasks } = input.reach;
    const inGroup = groupOf(input.clean, data, params.target, context.rng.fork("group"), "targeted-flip.target");
    const group = positionsWhere(data.y.length, (i) => inGroup[i] === 1 && (targetTasks === null || targetTasks.includes(data.task[i])));
    const isInGroup = new Uint8Array(data.y.length);
    for (const i of group) isInGroup[i] = 1;
    const aimedAt = { ...data, weight: Float64Array.from(isInGroup, (is) => is / Math.max(1, group.length)) };
    const isReal = data.target.kind === "real";
    const cleanModel = await training.fit(data, null);
    const aim = isReal ? lossAim(aimedAt) : relativeErrorAim(aimedAt, cleanModel, softness);
    const isOpen = (i: number): boolean => attackTasks === null || attackTasks.includes(data.task[i]);
    const choices = isReal || cleanModel.outputs === 1 ? 2 : cleanModel.outputs;
    const settings = { count: input.budget.rows, rounds: params.rounds, batch: Math.ceil(input.budget.rows / params.batches) };
    const searches = 2 * (1 + Math.min(choices, mostClasses));
    let best = { y: data.y, value: -Infinity };
    for (let k = 0; k < searches; k++) {
      const only = (k >> 1) - 1;
      const mayStartAs = (i: number, choice: number): boolean => (k % 2 === 1 || isInGroup[i] === 1) && (only < 0 || choice === only);
      const progress = (done: number): void => context.progress?.((k + done) / searches);
      const result = await ascendLabels({ ...training, clean: data, aim, isOpen, mayStartAs }, settings, { ...context, progress });
      if (result.value > best.value) best = result;
    }
    const { y } = best;
    return relabelledPatch(input.clean.table, data, y);
  },
};
