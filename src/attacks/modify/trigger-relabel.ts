import type { Attack } from "../../core/attack.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { noDataPoison } from "../../core/poison.ts";
import { triggerEdits } from "../../core/trigger.ts";
import { type BackdoorParams, backdoorParams, cannotPlant, planBackdoor } from "../../blocks/triggers/backdoor.ts";
import { relabelling } from "../../blocks/relabel/wrong-label.ts";

export const triggerRelabel: Attack<BackdoorParams> = {
  kind: "attack",
  id: "trigger-relabel",
  title: "Backdoor by changed rows",
  summary: "Puts a trigger into rows of other classes, drawn at random, and gives them the attacker's answer as label.",
  source: {
    cite: "Gu, Dolan-Gavitt & Garg 2017, BadNets: Identifying Vulnerabilities in the Machine Learning Model Supply Chain",
    url: "https://arxiv.org/abs/1708.06733",
  },
  params: backdoorParams,
  data: "table",
  targets: ["classes"],
  threat: { access: "modify", goal: "backdoor", knowledge: "none" },
  effort: "standard",
  refuses: cannotPlant,
  poison(input, { params, rng }) {
    const { table } = input.clean;
    const plan = planBackdoor(input, params, "trigger-relabel", rng);
    if (plan === null) return Promise.resolve(noDataPoison);
    const { intent, examples, answerName } = plan;
    const others = positionsWhere(examples.y.length, (i) => examples.y[i] !== intent.answer);
    const drawn = rng.fork("rows").sample(others.length, Math.min(input.budget.rows, others.length));
    const picked = Int32Array.from(drawn, (k) => others[k]).sort();
    return Promise.resolve({
      ...noDataPoison,
      relabel: Array.from(picked, (i) => relabelling(table, examples, i, answerName)),
      edit: triggerEdits(
        table,
        Array.from(picked, (i) => examples.row[i]),
        intent.trigger,
      ),
      intent,
    });
  },
};
