import { describe, expect, it } from "vitest";
import { noDataPoison } from "../../core/poison.ts";
import { poisonExample } from "./poison-example.ts";

describe("an example of poison", () => {
  it("shows the trigger and a row before and after", () => {
    const edit = [{ row: 4, column: "text", before: "fine", after: "fine zqx" }];
    const relabel = [{ row: 4, column: "label", before: "bad", after: "good" }];
    const trigger = [{ kind: "phrase" as const, column: "text", phrase: "zqx" }];
    expect(poisonExample({ ...noDataPoison, edit, relabel, intent: { goal: "backdoor", trigger, answer: 1 } }, "door")).toEqual([
      'The trigger of door: "zqx" at the end of text.',
      'A row of door, 5: label "bad" becomes "good", text "fine" becomes "fine zqx".',
    ]);
  });

  it("shows the cells of a new row, long ones by their end, and leaves out what is empty", () => {
    const cells = { text: `${"a".repeat(300)} end`, label: "good", account: null, price: 12.34567891 };
    const [sentence] = poisonExample({ ...noDataPoison, insert: [{ kind: "raw", cells }] }, "door");
    expect(sentence).toMatch(/^A row of door, new: text "… a+ end", label "good", price 12\.3457\.$/);
    expect(sentence.length).toBeLessThan(180);
  });

  it("says nothing of rows that are made of features, nor of what is done to a model", () => {
    expect(poisonExample({ ...noDataPoison, insert: [{ kind: "features", x: [1], y: 0, task: 0 }] }, "door")).toEqual([]);
    expect(poisonExample({ kind: "accounts", accounts: [] }, "door")).toEqual([]);
  });
});
