import type { Attack } from "../../core/attack.ts";
import type { Signal } from "../../core/context.ts";
import { positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type CellChange, noDataPoison } from "../../core/poison.ts";
import { type SparseCell, cellOf, columnOf } from "../../core/table.ts";
import { type OverlayTrigger, type Trigger, type TriggerPart, triggerEdits, triggeredCell } from "../../core/trigger.ts";
import { mayTouch } from "../../core/threat.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { type NoiseBall, asNetwork, hardenRowsInto } from "../../blocks/triggers/adversarial-noise.ts";
import { type BackdoorParams, answerOf, backdoorParams, cannotPlant, planBackdoor } from "../../blocks/triggers/backdoor.ts";
import { rareTrigger } from "../../blocks/triggers/choose-trigger.ts";
import { leaningTrigger } from "../../blocks/triggers/leaning-trigger.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";

interface CleanLabelParams extends BackdoorParams {
  choice: "frequency" | "gradient";
  noise: number;
  norm: NoiseBall["norm"];
  mixing: number;
}

/**
 * Rows are made hard, so that training leans on the trigger to get them right. Differs from the paper in the choice of rows, which are those that the clean model
 * finds hardest already and not drawn at random, and in the model that noise is made against, which is the victim's on clean data and not one trained to withstand
 * it. Noise and mixing are for vectors such as images; noise needs a network or linear scores.
 */
export const cleanLabelTrigger: Attack<CleanLabelParams> = {
  kind: "attack",
  id: "clean-label-trigger",
  title: "Backdoor with true labels",
  summary: "Puts a trigger into those rows of the attacker's class that the clean model finds hardest; no label is touched.",
  source: {
    cite: "Turner, Tsipras & Mądry 2019, Label-Consistent Backdoor Attacks",
    url: "https://arxiv.org/abs/1912.02771",
  },
  params: {
    ...backdoorParams,
    choice: {
      type: "choice",
      default: "frequency",
      options: ["frequency", "gradient"],
      help: "how a trigger is chosen where none is given: something rare, or of what is rare that which moves the clean model towards the answer most",
    },
    noise: {
      type: "number",
      default: 0.3,
      min: 0,
      max: 1,
      help: "of vectors such as images: adversarial noise under the trigger, as a share of the range of values",
    },
    norm: {
      type: "choice",
      default: "largest",
      options: ["largest", "mean-square"],
      help: "whether no place is moved by more than noise, or noise is the root mean square over all places",
    },
    mixing: {
      type: "number",
      default: 0,
      min: 0,
      max: 0.9,
      help: "of vectors such as images: how much of a row of another class is mixed in, which the eye forgives and the model does not",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-inputs", goal: "backdoor", knowledge: "white-box" },
  effort: "standard",
  refuses: cannotPlant,
  async poison(input, { params, rng, signal }) {
    const { table } = input.clean;
    const fitted = await input.victim();
    const { model, training } = fitted;
    const choose = (): Trigger | null => {
      const draw = rng.fork("trigger");
      const rare = (): Trigger | null => rareTrigger(input.clean, params.size, params.style, draw);
      if (params.choice === "frequency" || training.target.kind !== "classes") return rare();
      const answer = answerOf(reachableExamples(input.clean, input.reach), training.target.names, params.answer);
      return (answer < 0 ? null : leaningTrigger(input.clean, fitted, answer, params.size, draw)) ?? rare();
    };
    const plan = planBackdoor(input, params, "clean-label-trigger", rng, choose);
    if (plan === null) return noDataPoison;
    const { intent } = plan;
    const losses = model.losses(training);
    const own = positionsWhere(
      training.y.length,
      (i) => training.y[i] === intent.answer && mayTouch(input.reach, training.row[i], training.task[i]),
    );
    const hardest = [...own].sort((a, b) => losses[b] - losses[a] || a - b).slice(0, input.budget.rows);
    const rows = hardest.map((i) => training.row[i]);
    const others = positionsWhere(training.y.length, (i) => training.y[i] !== intent.answer);
    const isVector = ({ column }: TriggerPart): boolean => columnOf(table, column).kind === "vector";
    const edit: CellChange[] = triggerEdits(
      table,
      rows,
      intent.trigger.filter((part) => !isVector(part)),
    );
    const draw = rng.fork("mixing");
    for (const part of intent.trigger) {
      if (part.kind !== "overlay") continue;
      const column = columnOf(table, part.column);
      const own = rows.map((row) => cellOf(column, row) as SparseCell);
      const mixed = own.map((cell) => {
        if (params.mixing === 0 || others.length === 0) return cell;
        return mixture(cell, cellOf(column, training.row[others[draw.integer(others.length)]]) as SparseCell, params.mixing);
      });
      const hard = hardCells(mixed, part, hardest, fitted, params, signal);
      rows.forEach((row, i) => edit.push({ row, column: part.column, before: own[i], after: triggeredCell(part, hard[i]) }));
    }
    return { ...noDataPoison, edit, intent };
  },
};

function mixture(cell: SparseCell, foreign: SparseCell, share: number): SparseCell {
  const values = new Map<number, number>();
  cell.indices.forEach((j, p) => values.set(j, (1 - share) * cell.values[p]));
  foreign.indices.forEach((j, p) => values.set(j, (values.get(j) ?? 0) + share * foreign.values[p]));
  const indices = [...values.keys()].sort((a, b) => a - b);
  return { indices, values: indices.map((j) => values.get(j) ?? 0) };
}

/** The cells with noise in them that the clean model finds hard; as they are where it has no slopes. Examples are positions in the training data. */
function hardCells(
  cells: readonly SparseCell[],
  { column, low, high }: OverlayTrigger,
  examples: readonly number[],
  { model, training }: FittedPipeline,
  { noise, norm }: CleanLabelParams,
  signal: Signal | undefined,
): readonly SparseCell[] {
  const network = noise === 0 ? null : asNetwork(model, training.x.cols, training.target);
  if (network === null) return cells;
  const movable = positionsWhere(training.x.cols, (j) => training.features.groups[j] === column);
  const rows = selectExamples(training, Int32Array.from(examples));
  const x = toDense(rows.x).data.slice();
  cells.forEach((cell, i) => {
    for (const j of movable) x[i * rows.x.cols + j] = 0;
    cell.indices.forEach((j, p) => (x[i * rows.x.cols + movable[j]] = cell.values[p]));
  });
  hardenRowsInto(x, rows.y, movable, { most: noise, norm, low, high }, { network, target: training.target, signal });
  return cells.map((_, i) => {
    const indices = [...movable.keys()].filter((j) => x[i * rows.x.cols + movable[j]] !== 0);
    return { indices, values: indices.map((j) => x[i * rows.x.cols + movable[j]]) };
  });
}
