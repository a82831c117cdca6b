import type { Dialogues } from "../../core/dialogues.ts";

/** These records alone, in this order of theirs (ascending), numbered anew. */
export function selectRecords(all: Dialogues, records: Int32Array): Dialogues {
  const place = new Int32Array(all.records).fill(-1);
  records.forEach((record, k) => (place[record] = k));
  const turns: number[] = [];
  for (let turn = 0; turn < all.record.length; turn++) if (place[all.record[turn]] >= 0) turns.push(turn);
  const faults = new Map<number, string>();
  for (const [record, fault] of all.faults) if (place[record] >= 0) faults.set(place[record], fault);
  return {
    prompts: turns.map((turn) => all.prompts[turn]),
    answers: turns.map((turn) => all.answers[turn]),
    contexts: turns.map((turn) => all.contexts[turn]),
    role: Uint8Array.from(turns, (turn) => all.role[turn]),
    record: Int32Array.from(turns, (turn) => place[all.record[turn]]),
    records: records.length,
    source: Int32Array.from(records, (record) => all.source[record]),
    sources: all.sources,
    document: all.document === null ? null : Int32Array.from(records, (record) => all.document![record]),
    faults,
  };
}
