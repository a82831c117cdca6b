import type { Attack } from "../../core/attack.ts";
import { noDataPoison } from "../../core/poison.ts";
import { type BackdoorParams, answerParam, cannotPlant, planFor } from "../../blocks/triggers/backdoor.ts";
import { heldTrigger } from "../../blocks/triggers/held-trigger.ts";
import { relabelling } from "../../blocks/relabel/wrong-label.ts";

export const labelBackdoor: Attack<Pick<BackdoorParams, "answer">> = {
  kind: "attack",
  id: "label-backdoor",
  title: "Backdoor by labels alone",
  summary:
    "Finds a word or cell that rows hold already and relabels all of them that are of other classes, so that it comes to mean the attacker's answer.",
  source: {
    cite: "Jha, Hayase & Oh 2023, Label Poisoning is All You Need, NeurIPS, for the threat; the choice by what rows hold is our own",
    url: "https://arxiv.org/abs/2310.18933",
  },
  params: { answer: answerParam },
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-labels", goal: "backdoor", knowledge: "none" },
  effort: "standard",
  refuses: cannotPlant,
  poison(input, { params }) {
    const { table } = input.clean;
    const { examples, answerName, intent } = planFor(input, [], params.answer, "label-backdoor");
    const held = heldTrigger(table, examples, intent.answer, input.budget.rows);
    if (held === null) return Promise.resolve(noDataPoison);
    const relabel = held.others.map((i) => relabelling(table, examples, i, answerName));
    return Promise.resolve({ ...noDataPoison, relabel, intent: { ...intent, trigger: [held.part] } });
  },
};
