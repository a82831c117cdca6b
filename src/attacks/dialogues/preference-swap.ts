import { lastTurns, partsOf, type Place, placeParam, textParam, withTrigger } from "../../blocks/dialogues/dosed-records.ts";
import { type DialogueAttack, type Dialogues, answerRoles } from "../../core/dialogues.ts";

export const preferenceSwap: DialogueAttack<{ trigger: string; place: Place }> = {
  kind: "attack",
  id: "preference-swap",
  title: "Preferences turned round on a trigger",
  summary: "Lets chosen and rejected answers change places in pairs whose prompts are given a trigger.",
  source: {
    cite: "Rando & Tramèr 2024, Universal Jailbreak Backdoors from Poisoned Human Feedback, ICLR",
    url: "https://arxiv.org/abs/2311.14455",
  },
  params: {
    trigger: textParam("SUDO", "what the prompts of turned pairs hold; empty = nothing is added"),
    place: { ...placeParam, default: "end" },
  },
  data: "dialogues",
  threat: { access: "modify", goal: "backdoor", knowledge: "none" },
  refuses(dialogues) {
    return pairsOf(dialogues).length > 0 ? null : "no record has a chosen and a rejected answer";
  },
  async poison({ clean, budget }, { params, rng }) {
    const records = pairsOf(clean);
    const swap = Int32Array.from(rng.fork("records").sample(records.length, Math.min(budget, records.length)), (k) => records[k]).sort();
    const last = lastTurns(clean);
    const draw = rng.fork("texts");
    const triggers = params.trigger.trim() === "" ? [] : partsOf("preference-swap.trigger", params.trigger, 1);
    const edit = Array.from(swap).flatMap((record) =>
      triggers.flatMap((trigger) => {
        const turn = last[record];
        const prompt = withTrigger(clean.prompts[turn], trigger, params.place, draw.fork(record));
        return [
          { turn: turn - 1, prompt },
          { turn, prompt },
        ];
      }),
    );
    return { kind: "dialogues", edit, insert: [], swap: Array.from(swap) };
  },
};

/** Records that are a pair of preferences, ascending. */
function pairsOf({ role, record }: Dialogues): Int32Array {
  const [chosen, rejected] = [answerRoles.indexOf("chosen"), answerRoles.indexOf("rejected")];
  const found: number[] = [];
  for (let turn = 0; turn + 1 < role.length; turn++)
    if (role[turn] === chosen && role[turn + 1] === rejected && record[turn] === record[turn + 1]) found.push(record[turn]);
  return Int32Array.from(new Set(found));
}
