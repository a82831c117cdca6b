import { describe, expect, it } from "vitest";
import { printJson } from "./output.ts";

describe("a long JSON document", () => {
  it.each([0, 1, 2, 4096, 4097, 9000])("of %i rows is what JSON.stringify writes", (count) => {
    const rows = Array.from({ length: count }, (_, row) => ({
      row,
      reasons: row % 2 === 0 ? [] : ['two\nlines, "quoted"'],
      scores: { loss: row / 3 },
    }));
    const document = { schema: 1, rows, tasks: [{ rows: [] }], run: "x" };
    const pieces: string[] = [];
    printJson(document, "rows", (text) => void pieces.push(text));
    expect(pieces.join("")).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });
});
