import { type AnswerRole, type DialogueDetector, type DialogueGroup, type Dialogues, answerRoles } from "../src/core/dialogues.ts";

/** Records of one turn each. */
export function dialoguesOf(turns: readonly { prompt?: string; answer: string; role?: AnswerRole; source?: string }[]): Dialogues {
  const sources = [...new Set(turns.flatMap(({ source }) => (source === undefined ? [] : [source])))];
  return {
    prompts: turns.map(({ prompt = "" }) => prompt),
    answers: turns.map(({ answer }) => answer),
    contexts: turns.map(() => ""),
    role: Uint8Array.from(turns, ({ role = "answer" }) => answerRoles.indexOf(role)),
    record: Int32Array.from(turns.keys()),
    records: turns.length,
    source: Int32Array.from(turns, ({ source }) => (source === undefined ? -1 : sources.indexOf(source))),
    sources,
    document: null,
    faults: new Map(),
  };
}

export function groupOf(records: readonly number[], evidence: number, more: Partial<DialogueGroup> = {}): DialogueGroup {
  return { records: Int32Array.from(records), sentence: `${records.length} records`, marks: [], evidence, expectedFindings: null, ...more };
}

/** A detector that says what it is told to. */
export function tellingDetector(id: string, groups: readonly DialogueGroup[], notes: readonly string[] = []): DialogueDetector {
  return {
    kind: "detector",
    data: "dialogues",
    id,
    title: id,
    summary: id,
    source: { cite: "none", url: null },
    params: {},
    score({ records }) {
      const values = new Float64Array(records);
      for (const { records: own, evidence } of groups) for (const i of own) values[i] = Math.max(values[i], evidence);
      return Promise.resolve({ values, groups, notes });
    },
  };
}
