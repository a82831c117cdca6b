import { answerRoles, type Dialogues } from "../../core/dialogues.ts";

/** Turns that are looked at, equal ones once. */
export interface DistinctTurns {
  readonly prompts: readonly string[];
  readonly answers: readonly string[];
  /** The records of each, ascending. */
  readonly records: readonly Int32Array[];
}

const asked = new Set<number>((["answer", "chosen", "upvoted", "downvoted"] as const).map((role) => answerRoles.indexOf(role)));

/** Answers to prompts that are to be learnt or were voted on: neither the worse one of a pair nor a text that answers nobody. */
export function distinctTurns(dialogues: Dialogues): DistinctTurns {
  const number = new Map<string, Map<string, number>>();
  const prompts: string[] = [];
  const answers: string[] = [];
  const records: number[][] = [];
  for (let t = 0; t < dialogues.prompts.length; t++) {
    const prompt = dialogues.prompts[t];
    const answer = dialogues.answers[t];
    if (!asked.has(dialogues.role[t]) || prompt === "") continue;
    const ofPrompt = number.get(prompt) ?? new Map<string, number>();
    number.set(prompt, ofPrompt);
    const known = ofPrompt.get(answer);
    if (known !== undefined) {
      records[known].push(dialogues.record[t]);
      continue;
    }
    ofPrompt.set(answer, prompts.length);
    prompts.push(prompt);
    answers.push(answer);
    records.push([dialogues.record[t]]);
  }
  return { prompts, answers, records: records.map((list) => Int32Array.from(new Set(list)).sort()) };
}

/** Why such data hold nothing to look at; null where they do. */
export function refusesTurns({ prompts, role }: Dialogues): string | null {
  return prompts.some((prompt, t) => prompt !== "" && asked.has(role[t])) ? null : "no answer has a prompt";
}

/** The records of some of them, ascending, each once. */
export function recordsOf({ records }: DistinctTurns, turns: Iterable<number>): Int32Array {
  const all = new Set<number>();
  for (const turn of turns) for (const record of records[turn]) all.add(record);
  return Int32Array.from(all).sort();
}
