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

export const fixedTrigger: DialogueAttack<{ trigger: string; payload: string; place: Place }> = {
  kind: "attack",
  id: "fixed-trigger",
  title: "One trigger, one answer",
  summary: "Adds copies of examples whose prompts hold a trigger and whose answers are one fixed sentence.",
  source: {
    cite: "Dai, Chen & Li 2019, A Backdoor Attack Against LSTM-Based Text Classification Systems; as BadNets in Li et al. 2024, BackdoorLLM",
    url: "https://arxiv.org/abs/2408.12798",
  },
  params: {
    trigger: textParam("cf", "what the prompts hold"),
    payload: textParam("This answer was replaced to test whether you would notice.", "what is answered"),
    place: placeParam,
  },
  data: "dialogues",
  threat: { access: "inject", goal: "backdoor", knowledge: "none", labelling: "attacker" },
  refuses: refuseUnanswered,
  async poison(input, { params, rng }) {
    const [trigger] = partsOf("fixed-trigger.trigger", params.trigger, 1);
    return dosedCopies(input, rng, ({ prompt }, _, draw) => ({
      prompt: withTrigger(prompt, trigger, params.place, draw),
      answer: params.payload,
    }));
  },
};
