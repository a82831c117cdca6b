import { expect, it } from "vitest";
import { NumericalError, StorageError, UsageError } from "./errors.ts";

it("keeps a message in one line, whatever names it holds", () => {
  for (const kind of [UsageError, NumericalError, StorageError])
    expect(new kind('unknown key "a\r\n b\n"; allowed: c').message).toBe('unknown key "a b "; allowed: c');
});

it("leaves out the middle of a message that nobody reads, and keeps its end, which says what is allowed", () => {
  const { message } = new UsageError(`unknown key "${"x".repeat(100_000)}"; allowed: c`);
  expect(message.length).toBeLessThan(4000);
  expect(message).toMatch(/^unknown key "x+ … \(\d+ characters left out\) … x+"; allowed: c$/);
});
