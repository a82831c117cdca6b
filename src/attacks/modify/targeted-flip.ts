import type { Attack } from "../../core/attack.ts";
import { partOf } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { rowsInGroup } from "../../core/intent.ts";
import { predict } from "../../core/learner.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { noDataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { mayTouch } from "../../core/threat.ts";
import { lossAim } from "../../blocks/injection/attack-aim.ts";
import { ascendLabels } from "../../blocks/relabel/relabel-ascent.ts";
import { relabelledPatch } from "../../blocks/relabel/relabelled-patch.ts";
import { relativeErrorAim } from "../../blocks/injection/relative-error-aim.ts";
import { cannotDifferentiate, smoothTraining } from "../../blocks/linear/smooth-training.ts";
import { groupOf } from "../../blocks/relabel/target-group.ts";

interface TargetedFlipParams {
  rounds: number;
  batches: number;
}

/** Of the error on the group: wide, since few rows stand for it. */
const softness = 0.5;
/** Searches are led into the first of more classes alone. */
const mostClasses = 3;

/**
 * The group's training rows stand, with their true labels, for the rows that are to be got wrong; where it has none, the rows themselves do, at the clean answers. Searches begin with any rows or with the group's own, into
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
    rounds: { type: "number", default: 60, min: 1, max: 10_000, integer: true, help: "trainings, warm-started, at most" },
    batches: { type: "number", default: 10, min: 1, max: 1000, integer: true, help: "the budget is spent in about so many batches" },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-labels", goal: "targeted", knowledge: "white-box" },
  effort: "standard",
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const victim = await input.victim();
    const data = victim.training;
    const training = smoothTraining(input.pipeline, context);
    const { targetTasks } = input.reach;
    const { table } = input.clean;
    const group = groupOf(input.clean, input.target, context.rng.fork("group"));
    const meant = new Set(rowsInGroup(table, group, data.row));
    const isMeant = (i: number): boolean => meant.has(data.row[i]) && (targetTasks === null || targetTasks.includes(data.task[i]));
    const isInGroup = Uint8Array.from(data.row, (_, i) => Number(isMeant(i)));
    const aimedAt = groupRows(victim, table, isInGroup, input.target?.rows ?? new Int32Array());
    if (aimedAt === null) return noDataPoison;
    const isReal = data.target.kind === "real";
    const cleanModel = await training.fit(data, null);
    const aim = isReal ? lossAim(aimedAt) : relativeErrorAim(aimedAt, cleanModel, softness);
    const isOpen = (i: number): boolean => mayTouch(input.reach, data.row[i], data.task[i]);
    const choices = isReal || cleanModel.outputs === 1 ? 2 : cleanModel.outputs;
    const settings = { count: input.budget.rows, rounds: params.rounds, batch: Math.ceil(input.budget.rows / params.batches) };
    const searches = 2 * (1 + Math.min(choices, mostClasses));
    let best = { y: data.y, value: -Infinity };
    for (let k = 0; k < searches; k++) {
      const only = (k >> 1) - 1;
      const mayStartAs = (i: number, choice: number): boolean => (k % 2 === 1 || isInGroup[i] === 1) && (only < 0 || choice === only);
      const result = await ascendLabels({ ...training, clean: data, aim, isOpen, mayStartAs }, settings, partOf(context, k, searches));
      if (result.value > best.value) best = result;
    }
    return { ...relabelledPatch(table, data, best.y), intent: { goal: "targeted", group, answer: null } };
  },
};

/** The group's training rows, each with an even share; where there is none, the rows meant at the answers of the clean model; null where there is nothing. */
function groupRows(victim: FittedPipeline, table: Table, isInGroup: Uint8Array, rows: Int32Array): Dataset | null {
  const data = victim.training;
  const inside = selectExamples(
    data,
    positionsWhere(data.y.length, (i) => isInGroup[i] === 1),
  );
  const evenly = (aimed: Dataset): Dataset => ({ ...aimed, weight: new Float64Array(aimed.y.length).fill(1 / aimed.y.length) });
  if (inside.y.length > 0) return evenly(inside);
  const asked = victim.encode(table, rows);
  return asked.y.length === 0 ? null : evenly({ ...asked, y: predict(victim.model, asked) });
}
