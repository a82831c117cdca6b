import { type DialoguePoison, type Dialogues, answerRoles } from "../dialogues.ts";

const [chosen, rejected] = [answerRoles.indexOf("chosen"), answerRoles.indexOf("rejected")];

/** The data as the patch leaves them: inserted records come last, with all turns of the record that they copy. Nobody is known to have contributed them. */
export function applyDialoguePoison(clean: Dialogues, { edit, insert, swap }: DialoguePoison): Dialogues {
  const prompts = [...clean.prompts];
  const answers = [...clean.answers];
  const contexts = [...clean.contexts];
  const role = [...clean.role];
  const record = [...clean.record];
  for (const { turn, prompt, answer } of edit) {
    if (prompt !== undefined) prompts[turn] = prompt;
    if (answer !== undefined) answers[turn] = answer;
  }
  const swapped = new Set(swap);
  for (let turn = 0; turn + 1 < clean.record.length; turn++) {
    if (!swapped.has(record[turn]) || record[turn + 1] !== record[turn] || role[turn] !== chosen || role[turn + 1] !== rejected) continue;
    [answers[turn], answers[turn + 1]] = [answers[turn + 1], answers[turn]];
  }
  const first = insert.length === 0 ? new Map<number, number>() : firstTurns(clean);
  const source = [...clean.source];
  const document = clean.document === null ? null : [...clean.document];
  insert.forEach(({ like, prompt, answer }, k) => {
    for (let turn = first.get(like)!; clean.record[turn] === like; turn++) {
      const isLast = clean.record[turn + 1] !== like;
      prompts.push(isLast && prompt !== undefined ? prompt : clean.prompts[turn]);
      answers.push(isLast && answer !== undefined ? answer : clean.answers[turn]);
      contexts.push(clean.contexts[turn]);
      role.push(clean.role[turn]);
      record.push(clean.records + k);
    }
    source.push(-1);
    document?.push(clean.document![like]);
  });
  return {
    prompts,
    answers,
    contexts,
    role: Uint8Array.from(role),
    record: Int32Array.from(record),
    records: clean.records + insert.length,
    source: Int32Array.from(source),
    sources: clean.sources,
    document: document === null ? null : Int32Array.from(document),
    faults: clean.faults,
  };
}

/** By record, its first turn. */
function firstTurns({ record }: Dialogues): Map<number, number> {
  const out = new Map<number, number>();
  record.forEach((own, turn) => {
    if (!out.has(own)) out.set(own, turn);
  });
  return out;
}
