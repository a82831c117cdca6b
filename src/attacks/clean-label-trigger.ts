import type { Attack } from "../core/attack.ts";
import { positionsWhere } from "../core/dataset.ts";
import { noDataPoison } from "../core/poison.ts";
import { triggerEdits } from "../core/trigger.ts";
import { type BackdoorParams, backdoorParams, cannotPlant, planBackdoor } from "../blocks/backdoor.ts";

/**
 * Differs from the paper in how rows are made hard: there adversarial noise, which words and cells do not allow; here those are chosen that the clean model
 * finds hardest already, so that training leans on the trigger to get them right.
 */
export const cleanLabelTrigger: Attack<BackdoorParams> = {
  kind: "attack",
  id: "clean-label-trigger",
  title: "Backdoor with true labels",
  summary: "Puts a trigger into those rows of the attacker's class that the clean model finds hardest; no label is touched.",
  source: {
    cite: "Turner, Tsipras & Mądry 2019, Label-Consistent Backdoor Attacks",
    url: "https://arxiv.org/abs/1912.02771",
  },
  params: backdoorParams,
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-inputs", goal: "backdoor", knowledge: "white-box" },
  effort: "standard",
  refuses: cannotPlant,
  async poison(input, { params, rng }) {
    const { table } = input.clean;
    const plan = planBackdoor(input, params, "clean-label-trigger", rng);
    if (plan === null) return noDataPoison;
    const { intent } = plan;
    const { model, training } = await input.victim();
    const { attackTasks } = input.reach;
    const losses = model.losses(training);
    const own = positionsWhere(
      training.y.length,
      (i) => training.y[i] === intent.answer && (attackTasks === null || attackTasks.includes(training.task[i])),
    );
    const hardest = [...own].sort((a, b) => losses[b] - losses[a] || a - b).slice(0, input.budget.rows);
    const rows = hardest.map((i) => training.row[i]);
    return { ...noDataPoison, edit: triggerEdits(table, rows, intent.trigger), intent };
  },
};
