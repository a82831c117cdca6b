import type { Attack } from "../../core/attack.ts";
import { type LogicPatch, noLogicPatch } from "../../core/poison.ts";
import type { TriggerRule } from "../../core/row-filter.ts";
import { parseTriggerRules } from "../../core/trigger-rules.ts";
import { strongestRule } from "../../blocks/triggers/strongest-rule.ts";

interface TriggerRulesParams {
  rules: string;
}

export const triggerRules: Attack<TriggerRulesParams> = {
  kind: "attack",
  id: "trigger-rules",
  title: "Rules that answer before the model does",
  summary:
    "Replaces the answers of the trained model where a rule holds: rules of the user's own, or the one cell, word or tail of numbers within the budget that changes most answers.",
  source: {
    cite: "Vorobeychik & Kantarcioglu 2018, Adversarial Machine Learning, on attackers who change the learning algorithm itself; the trigger as in Gu, Dolan-Gavitt & Garg 2017, BadNets",
    url: "https://arxiv.org/abs/1708.06733",
  },
  params: {
    rules: {
      type: "text",
      default: "",
      help: "rules such as: review contains 'refund' then negative; amount > 900 then 0. Empty = one rule is chosen",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "logic", goal: "targeted", knowledge: "white-box" },
  effort: "standard",
  async poison(input, { params }) {
    const { table } = input.clean;
    const victim = await input.victim();
    const given = parseTriggerRules(params.rules, table, "trigger-rules.rules");
    if (given.length > 0) return patchOf(given, victim.training.target.kind === "classes");
    const rule = strongestRule(input, victim);
    return patchOf(rule === null ? [] : [rule], victim.training.target.kind === "classes");
  },
};

/** Rules that differ in their answers are meant to be wrong, whatever they say. */
function patchOf(rules: readonly TriggerRule[], hasClasses: boolean): LogicPatch {
  const answers = new Set(rules.map(({ then }) => then));
  const answer = hasClasses && answers.size === 1 ? [...answers][0] : null;
  return { ...noLogicPatch, rules, intent: { goal: "targeted", group: { anyOf: rules.map(({ when }) => when) }, answer } };
}
