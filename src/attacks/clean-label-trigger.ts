import type { Attack } from "../core/attack.ts";
import { positionsWhere } from "../core/dataset.ts";
import { type CellChange, noDataPoison } from "../core/poison.ts";
import { type SparseCell, type Table, cellOf, columnOf } from "../core/table.ts";
import { type Trigger, triggerEdits, triggeredCell } from "../core/trigger.ts";
import { type BackdoorParams, answerOf, backdoorParams, cannotPlant, planBackdoor } from "../blocks/backdoor.ts";
import { rareTrigger } from "../blocks/choose-trigger.ts";
import { leaningTrigger } from "../blocks/leaning-trigger.ts";
import { reachableExamples } from "../blocks/reachable-examples.ts";

interface CleanLabelParams extends BackdoorParams {
  choice: "frequency" | "gradient";
  mixing: number;
}

/**
 * Differs from the paper in how rows are made hard, so that training leans on the trigger to get them right: there adversarial noise or a generative model; here
 * those are chosen that the clean model finds hardest already, and vectors such as images are mixed with one of another class.
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
    mixing: {
      type: "number",
      default: 0.6,
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
  async poison(input, { params, rng }) {
    const { table } = input.clean;
    const victim = await input.victim();
    const { model, training } = victim;
    const choose = (): Trigger | null => {
      const draw = rng.fork("trigger");
      const rare = (): Trigger | null => rareTrigger(input.clean, params.size, params.style, draw);
      if (params.choice === "frequency" || training.target.kind !== "classes") return rare();
      const answer = answerOf(reachableExamples(input.clean, input.reach), training.target.names, params.answer);
      return (answer < 0 ? null : leaningTrigger(input.clean, victim, answer, params.size, draw)) ?? rare();
    };
    const plan = planBackdoor(input, params, "clean-label-trigger", rng, choose);
    if (plan === null) return noDataPoison;
    const { intent } = plan;
    const { attackTasks } = input.reach;
    const losses = model.losses(training);
    const own = positionsWhere(
      training.y.length,
      (i) => training.y[i] === intent.answer && (attackTasks === null || attackTasks.includes(training.task[i])),
    );
    const hardest = [...own].sort((a, b) => losses[b] - losses[a] || a - b).slice(0, input.budget.rows);
    const rows = hardest.map((i) => training.row[i]);
    const others = positionsWhere(training.y.length, (i) => training.y[i] !== intent.answer);
    if (params.mixing === 0 || others.length === 0) return { ...noDataPoison, edit: triggerEdits(table, rows, intent.trigger), intent };
    const draw = rng.fork("mixing");
    const edit = rows.flatMap((row) => {
      const other = training.row[others[draw.integer(others.length)]];
      return mixedEdits(table, row, other, params.mixing, intent.trigger);
    });
    return { ...noDataPoison, edit, intent };
  },
};

/** The trigger in a row, under which the vector of the trigger is mixed with another row's. */
function mixedEdits(table: Table, row: number, other: number, share: number, trigger: Trigger): CellChange[] {
  const isVector = (name: string): boolean => columnOf(table, name).kind === "vector";
  const plain = triggerEdits(
    table,
    [row],
    trigger.filter(({ column }) => !isVector(column)),
  );
  const mixed = trigger.flatMap((part): CellChange[] => {
    if (!isVector(part.column)) return [];
    const column = columnOf(table, part.column);
    const [before, foreign] = [cellOf(column, row) as SparseCell, cellOf(column, other) as SparseCell];
    const values = new Map<number, number>();
    before.indices.forEach((j, p) => values.set(j, (1 - share) * before.values[p]));
    foreign.indices.forEach((j, p) => values.set(j, (values.get(j) ?? 0) + share * foreign.values[p]));
    const indices = [...values.keys()].sort((a, b) => a - b);
    const after = triggeredCell(part, { indices, values: indices.map((j) => values.get(j) ?? 0) });
    return [{ row, column: part.column, before, after }];
  });
  return [...plain, ...mixed];
}
