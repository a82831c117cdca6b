import { describe, expect, it } from "vitest";
import type { Table } from "./table.ts";
import { parseTriggerRules } from "./trigger-rules.ts";

const table: Table = {
  rows: 2,
  columns: [
    { kind: "number", name: "amount", values: Float64Array.of(1, 5) },
    { kind: "category", name: "verdict", codes: Int32Array.of(0, 1), names: ["no; never", "yes"] },
  ],
  roles: { labels: ["verdict"], features: ["amount"], task: null, source: null, id: null },
};
const parse = (text: string) => parseTriggerRules(text, table, "trigger-rules.rules");

describe("trigger rules", () => {
  it("are read one by one, whatever stands in quotes", () => {
    expect(parse("amount > 3 then yes; amount <= 3 and verdict = 'no; never' then 'no; never';")).toEqual([
      { when: [{ column: "amount", op: ">", value: 3 }], then: 1 },
      {
        when: [
          { column: "amount", op: "<=", value: 3 },
          { column: "verdict", op: "=", value: "no; never" },
        ],
        then: 0,
      },
    ]);
    expect(parse("")).toEqual([]);
  });

  it("are refused in words", () => {
    expect(() => parse("amount > 3")).toThrow(/a rule looks like: column = 'value' then label, got "amount > 3"/);
    expect(() => parse("amount > 3 then yess")).toThrow(/no class "yess".*"yes"/);
  });
});
