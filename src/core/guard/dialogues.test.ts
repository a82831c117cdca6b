import { expect, it } from "vitest";
import { dialoguesOf } from "../../../test/written-dialogues.ts";
import { applyDialoguePoison } from "../apply/apply-dialogues.ts";
import type { DialoguePoison } from "../dialogues.ts";
import type { Access } from "../threat.ts";
import { findDialogueBreach } from "./dialogues.ts";

/** A chat of two turns, a pair of preferences, and a record without an answer behind them. */
const clean = {
  ...dialoguesOf([
    { prompt: "a", answer: "b", record: 0 },
    { prompt: "c", answer: "d", context: "a b", record: 0 },
    { prompt: "e", answer: "f", role: "chosen", record: 1 },
    { prompt: "e", answer: "g", role: "rejected", record: 1 },
  ]),
  records: 3,
  source: new Int32Array(3).fill(-1),
};
const poisonOf = (more: Partial<DialoguePoison>): DialoguePoison => ({ kind: "dialogues", edit: [], insert: [], swap: [], ...more });
const breachOf = (poison: Partial<DialoguePoison>, access: Access = "modify", budget = 2): string | null =>
  findDialogueBreach({ poison: poisonOf(poison), clean, threat: { access, goal: "backdoor", knowledge: "none" }, budget });

it.each<[string | null, Partial<DialoguePoison>, Access?, number?]>([
  [
    null,
    {
      edit: [
        { turn: 0, prompt: "x" },
        { turn: 1, answer: "y" },
      ],
      swap: [1],
    },
  ],
  [null, { insert: [{ like: 0, prompt: "x", answer: "y" }] }, "inject"],
  [null, { edit: [{ turn: 1, prompt: "x" }] }, "modify-inputs"],
  [null, { swap: [1] }, "modify-labels"],
  ["touches or adds 3 records where the budget is 2", { edit: [{ turn: 0, prompt: "x" }], swap: [1], insert: [{ like: 0 }] }],
  ["changes a prompt", { edit: [{ turn: 0, prompt: "x" }] }, "inject"],
  ["changes an answer", { swap: [1] }, "modify-inputs"],
  ["adds records", { insert: [{ like: 0 }] }, "modify-labels"],
  ["edits turn 5, and there are 4", { edit: [{ turn: 4, prompt: "x" }] }],
  [
    "edits turn 1 after turn 2",
    {
      edit: [
        { turn: 1, prompt: "x" },
        { turn: 0, prompt: "x" },
      ],
    },
  ],
  ["edits turn 1 and changes nothing", { edit: [{ turn: 0 }] }],
  ["swaps record 1, which is no pair", { swap: [0] }],
  ["swaps record 2 after record 2", { swap: [1, 1] }],
  ["copies record 4, and there are 3", { insert: [{ like: 3 }] }],
  ["copies record 3, which has no answer", { insert: [{ like: 2 }] }],
])("the guard says %j", (said, poison, access, budget) => {
  const breach = breachOf(poison, access, budget);
  if (said === null) expect(breach).toBeNull();
  else expect(breach).toContain(said);
});

it("poison changes texts, swaps answers, and copies whole records behind the others", () => {
  const poisoned = applyDialoguePoison(
    clean,
    poisonOf({ edit: [{ turn: 2, prompt: "x" }], swap: [1], insert: [{ like: 0, prompt: "y", answer: "z" }] }),
  );
  expect(poisoned.prompts).toEqual(["a", "c", "x", "e", "a", "y"]);
  expect(poisoned.answers).toEqual(["b", "d", "g", "f", "b", "z"]);
  expect(poisoned.contexts[5]).toBe("a b");
  expect([...poisoned.record]).toEqual([0, 0, 1, 1, 3, 3]);
  expect([poisoned.records, [...poisoned.source]]).toEqual([4, [-1, -1, -1, -1]]);
  expect(clean.prompts[2]).toBe("e");
});
