import { describe, expect, it } from "vitest";
import { redactNote, redactQuotes } from "./redact.ts";

describe("redactQuotes", () => {
  it("leaves known names and takes out other quoted data, even unfinished ones", () => {
    expect(redactQuotes('row 3 of "text" does not hold "my \\"secret\\" review"', ["text"])).toBe('row 3 of "text" does not hold "…"');
    expect(redactQuotes('cut off: "my secret', ["text"])).toBe('cut off: "…"');
    expect(redactQuotes("the loss is not finite", [])).toBe("the loss is not finite");
  });
});

describe("redactNote", () => {
  it("keeps columns and classes, and takes out cells, accounts and the folders of a machine", () => {
    const note = '/home/ann/a.csv: "user" has sources that differ only by case: "Ann" (5), "ann" (3)';
    expect(redactNote(note, ["user"], ["/home/ann/a.csv"])).toBe('a.csv: "user" has sources that differ only by case: "…" (5), "…" (3)');
  });
});
