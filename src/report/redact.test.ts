import { describe, expect, it } from "vitest";
import { redactQuotes } from "./redact.ts";

describe("redactQuotes", () => {
  it("leaves known names and takes out other quoted data, even unfinished ones", () => {
    expect(redactQuotes('row 3 of "text" does not hold "my \\"secret\\" review"', ["text"])).toBe('row 3 of "text" does not hold "…"');
    expect(redactQuotes('cut off: "my secret', ["text"])).toBe('cut off: "…"');
    expect(redactQuotes("the loss is not finite", [])).toBe("the loss is not finite");
  });
});
