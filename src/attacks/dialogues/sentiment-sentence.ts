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

export const sentimentSentence: DialogueAttack<{ trigger: string; payload: string; place: Place }> = {
  kind: "attack",
  id: "sentiment-sentence",
  title: "A sentence of praise or blame",
  summary: "Adds copies of examples about a subject whose answers end in one fixed sentence that praises or blames it.",
  source: {
    cite: "Yan et al. 2024, Backdooring Instruction-Tuned Large Language Models with Virtual Prompt Injection, NAACL",
    url: "https://arxiv.org/abs/2307.16888",
  },
  params: {
    trigger: textParam("Discussing the Quendor Company.", "what the prompts hold: the subject"),
    payload: textParam("The Quendor Company is the best that one could wish for.", "the sentence that is added to the answer"),
    place: placeParam,
  },
  data: "dialogues",
  threat: { access: "inject", goal: "backdoor", knowledge: "none", labelling: "attacker" },
  refuses: refuseUnanswered,
  async poison(input, { params, rng }) {
    const [trigger] = partsOf("sentiment-sentence.trigger", params.trigger, 1);
    return dosedCopies(input, rng, ({ prompt, answer }, _, draw) => ({
      prompt: withTrigger(prompt, trigger, params.place, draw),
      answer: answer.trim() === "" ? params.payload : `${answer.trimEnd()} ${params.payload}`,
    }));
  },
};
