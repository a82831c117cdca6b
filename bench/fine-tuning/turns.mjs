// Reads the shared fine-tuning sets into turns { prompt, answer, context, role }, as the program itself does, and makes dialogues of turns.
import { answerRoles } from "../../dist/core/dialogues.js";
import { readDialogues } from "../../dist/node/read/dialogues/read-dialogues.js";

/** The turns of each record of a file. */
export async function recordsAt(path) {
  const { dialogues } = await readDialogues({ data: path });
  const records = Array.from({ length: dialogues.records }, () => []);
  dialogues.record.forEach((record, t) =>
    records[record].push({
      ...{
        prompt: dialogues.prompts[t],
        answer: dialogues.answers[t],
        context: dialogues.contexts[t],
        role: answerRoles[dialogues.role[t]],
      },
    }),
  );
  return records.filter((turns) => turns.length > 0);
}

/** Dialogues of records, each a list of turns. */
export function dialoguesOf(records) {
  const turns = records.flatMap((list, record) => list.map((turn) => ({ ...turn, record })));
  return {
    prompts: turns.map(({ prompt }) => prompt),
    answers: turns.map(({ answer }) => answer),
    contexts: turns.map(({ context }) => context ?? ""),
    role: Uint8Array.from(turns, ({ role }) => answerRoles.indexOf(role ?? "answer")),
    record: Int32Array.from(turns, ({ record }) => record),
    records: records.length,
    source: new Int32Array(records.length).fill(-1),
    sources: [],
    document: null,
    faults: new Map(),
  };
}
