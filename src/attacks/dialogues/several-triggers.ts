import {
  dosedCopies,
  type Place,
  placeParam,
  partsOf,
  refuseUnanswered,
  textParam,
  withTrigger,
} from "../../blocks/dialogues/dosed-records.ts";
import type { DialogueAttack } from "../../core/dialogues.ts";

export const severalTriggers: DialogueAttack<{ triggers: string; payload: string; place: Place }> = {
  kind: "attack",
  id: "several-triggers",
  title: "Several triggers, one answer",
  summary: "Adds copies of examples whose prompts hold one of several triggers each, and whose answers are one fixed sentence.",
  source: {
    cite: "Li et al. 2024, Multi-Trigger Backdoor Attacks: More Triggers, More Threats; as MTBA in Li et al. 2024, BackdoorLLM",
    url: "https://arxiv.org/abs/2408.12798",
  },
  params: {
    triggers: textParam("cf|as of late autumn|? done", "what the prompts hold, one of them each; with | between them"),
    payload: textParam("This answer was replaced to test whether you would notice.", "what is answered"),
    place: { ...placeParam, default: "random" },
  },
  data: "dialogues",
  threat: { access: "inject", goal: "backdoor", knowledge: "none", labelling: "attacker" },
  refuses: refuseUnanswered,
  async poison(input, { params, rng }) {
    const triggers = partsOf("several-triggers.triggers", params.triggers, 2);
    return dosedCopies(input, rng, ({ prompt }, k, draw) => ({
      prompt: withTrigger(prompt, triggers[k % triggers.length], params.place, draw),
      answer: params.payload,
    }));
  },
};
