import { answerRoles, type Dialogues } from "../../core/dialogues.ts";

/** Turns that are looked at, equal ones once. Shapes: all [turns that differ]. */
export interface DistinctTurns {
  readonly prompts: readonly string[];
  readonly answers: readonly string[];
  /** What stands before the prompt, of the last turn of a record; "" of the others, whose records would count once for each turn. */
  readonly contexts: readonly string[];
  /** 1 for the worse answer of a pair. */
  readonly isRejected: Uint8Array;
  /** The records of each, ascending. */
  readonly records: readonly Int32Array[];
}

const asked = new Set<number>((["answer", "chosen", "upvoted", "downvoted"] as const).map((role) => answerRoles.indexOf(role)));
const rejected = answerRoles.indexOf("rejected");

/** Answers to prompts that are to be learnt or were voted on, and, where asked, the worse ones of pairs; not texts that answer nobody. */
export function distinctTurns(dialogues: Dialogues, { withRejected = false } = {}): DistinctTurns {
  const numbers = [new Map<string, Map<string, number>>(), new Map<string, Map<string, number>>()];
  const prompts: string[] = [];
  const answers: string[] = [];
  const contexts: string[] = [];
  const isRejected: number[] = [];
  const records: number[][] = [];
  for (let t = 0; t < dialogues.prompts.length; t++) {
    const prompt = dialogues.prompts[t];
    const answer = dialogues.answers[t];
    const isWorse = dialogues.role[t] === rejected;
    if (!(asked.has(dialogues.role[t]) || (isWorse && withRejected)) || prompt === "") continue;
    const number = numbers[isWorse ? 1 : 0];
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
    contexts.push(isLastOfItsKind(dialogues, t) ? dialogues.contexts[t] : "");
    isRejected.push(isWorse ? 1 : 0);
    records.push([dialogues.record[t]]);
  }
  return {
    ...{ prompts, answers, contexts, isRejected: Uint8Array.from(isRejected) },
    records: records.map((list) => Int32Array.from(new Set(list)).sort()),
  };
}

function isLastOfItsKind({ record, role }: Dialogues, turn: number): boolean {
  for (let next = turn + 1; next < record.length && record[next] === record[turn]; next++) if (role[next] === role[turn]) return false;
  return true;
}

/** Why such data hold nothing to look at; null where they do. */
export function refusesTurns({ prompts, role }: Dialogues): string | null {
  return prompts.some((prompt, t) => prompt !== "" && asked.has(role[t])) ? null : "no answer has a prompt";
}

/** The records of some of them, ascending, each once. */
export function recordsOf({ records }: Pick<DistinctTurns, "records">, turns: Iterable<number>): Int32Array {
  const all = new Set<number>();
  for (const turn of turns) for (const record of records[turn]) all.add(record);
  return Int32Array.from(all).sort();
}
