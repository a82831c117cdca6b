import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ownFileCases } from "../../fuzz/own-files.mjs";

it("are used as they were written before the fuzzer changes them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "theriac-fuzz-"));
  try {
    const cases = await ownFileCases(folder);
    expect(cases.length).toBeGreaterThan(20);
    for (const { name, text, use } of cases)
      // Nobody signed the one, and the data of the others are not there.
      if (name !== "attestation" && !name.startsWith("configuration"))
        await use(text).catch((error: unknown) => {
          throw new Error(`${name}: ${String(error)}`, { cause: error });
        });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
