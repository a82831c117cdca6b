import type { Attack } from "../../core/attack.ts";
import { partOf } from "../../core/context.ts";
import { mayTouch } from "../../core/threat.ts";
import { lossAim } from "../../blocks/injection/attack-aim.ts";
import { trainingUtility } from "../../blocks/injection/attack-utility.ts";
import { quickTrainings } from "../../blocks/injection/ascent-params.ts";
import { ascendLabels } from "../../blocks/relabel/relabel-ascent.ts";
import { relabelledPatch } from "../../blocks/relabel/relabelled-patch.ts";
import { relativeErrorAim } from "../../blocks/injection/relative-error-aim.ts";
import { cannotDifferentiate, smoothTraining } from "../../blocks/linear/smooth-training.ts";

interface GreedyFlipParams {
  softness: number | "auto";
  rounds: number;
  batches: number;
  starts: number;
}

export const greedyFlip: Attack<GreedyFlipParams> = {
  kind: "attack",
  id: "greedy-flip",
  title: "Greedy label flips by influence",
  summary:
    "Flips the labels whose influence on the error is greatest, a few at a time, training again in between and taking back what does not pay; of several searches the best.",
  source: {
    cite: "the loss-greedy flips of Paudice, Muñoz-González & Lupu 2018, Label Sanitization Against Label Flipping Poisoning Attacks, with the influence of Koh & Liang 2017 in place of a training for each candidate",
    url: "https://arxiv.org/abs/1803.00992",
  },
  params: {
    softness: {
      type: "number-or-auto",
      default: "auto",
      min: 0.001,
      max: 100,
      help: 'width of the step from right to wrong in the error that is raised, in mean distances of a score from the boundary; "auto" is 0.25, and 0.5 where features outnumber rows; a real label has its loss instead',
    },
    rounds: { type: "number", default: 60, min: 1, max: 10_000, integer: true, help: "trainings of each search, warm-started, at most" },
    batches: {
      type: "number",
      default: 10,
      min: 1,
      max: 1000,
      integer: true,
      help: "a search that starts from nothing spends the budget in about so many batches",
    },
    starts: {
      type: "number",
      default: 3,
      min: 1,
      max: 100,
      integer: true,
      help: "searches, of which the best is kept: from any wrong label first, then until the budget is spent only into each class (or end of the range) in turn",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "white-box" },
  goesOn: true,
  atQuick: ({ table }) => ({ rounds: quickTrainings(table), batches: quickTrainings(table) / 2, starts: 1 }),
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const { training: data, model } = await input.victim();
    const training = smoothTraining(input.pipeline, context);
    const cleanModel = await training.fit(data, model);
    const { targetTasks } = input.reach;
    const targets = targetTasks === null ? [...data.tasks.keys()] : [...targetTasks];
    const isOpen = (i: number): boolean => mayTouch(input.reach, data.row[i], data.task[i]);
    const count = input.budget.rows;
    const rows = trainingUtility(data, targets);
    const softness = params.softness === "auto" ? (data.x.cols > data.x.rows ? 0.5 : 0.25) : params.softness;
    const isReal = data.target.kind === "real";
    const aim = isReal ? lossAim(rows) : relativeErrorAim(rows, cleanModel, softness);
    const choices = isReal ? 2 : cleanModel.outputs === 1 ? 2 : cleanModel.outputs;
    const starts = Math.min(params.starts, 1 + choices);
    let best = { y: data.y, value: -Infinity };
    const before = (input.findings?.before ?? null) as Float64Array | null;
    for (let k = 0; k < starts; k++) {
      const mayStartAs = k === 0 ? undefined : (_: number, choice: number): boolean => choice === k - 1;
      const from = k === 0 && before !== null ? before : undefined;
      const rounds = from === undefined ? params.rounds : Math.ceil(params.rounds / 2);
      const added = from === undefined ? count : count - from.reduce((sum, label, i) => sum + Number(label !== data.y[i]), 0);
      const batches = from === undefined ? params.batches : Math.ceil(params.batches / 2);
      const settings = { count, rounds, batch: Math.ceil(Math.max(1, added) / batches) };
      const result = await ascendLabels(
        { ...training, clean: data, aim, isOpen, mayStartAs, start: cleanModel, from },
        settings,
        partOf(context, k, starts),
      );
      if (result.value > best.value) best = result;
    }
    input.findings?.keep(best.y);
    return relabelledPatch(input.clean.table, data, best.y);
  },
};
