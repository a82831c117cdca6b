import { expect, it } from "vitest";
import { NumericalError, StorageError, UsageError } from "./errors.ts";

it("keeps a message in one line, whatever names it holds", () => {
  for (const kind of [UsageError, NumericalError, StorageError])
    expect(new kind('unknown key "a\r\n b\n"; allowed: c').message).toBe('unknown key "a b "; allowed: c');
});
