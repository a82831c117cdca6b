import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NumericalError, UsageError } from "../../src/core/errors.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { type OwnFileCase, ownFileCases } from "./own-files.ts";

/** Replay one with FUZZ_FROM=seed FUZZ_COUNT=1. */
const from = Number(process.env.FUZZ_FROM ?? 0);
const count = Number(process.env.FUZZ_COUNT ?? 20);

let folder: string;
let cases: OwnFileCase[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-fuzz-"));
  cases = await ownFileCases(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a file of Theriac's own that was changed somewhere", () => {
  it("can be used as it was written", async () => {
    for (const one of cases)
      if (one.name !== "attestation" && !one.name.startsWith("configuration"))
        await one.use(one.text).catch((error: unknown) => {
          throw new Error(`${one.name}: ${String(error)}`, { cause: error });
        });
  });

  it("is used or refused in one line, and never crashes", async () => {
    const crashes: string[] = [];
    let refused = 0;
    for (const one of cases)
      for (let seed = from; seed < from + count; seed++) {
        const text = one.mutate(one.text, makeRng("own-files").fork(one.name).fork(seed));
        const error = await one.use(text).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error === null) continue;
        refused++;
        if (!(error instanceof UsageError || error instanceof NumericalError))
          crashes.push(`${one.name}, seed ${seed}: ${(error as Error).stack?.split("\n").slice(0, 4).join(" | ")}`);
        else if (error.message.length > 5000 || /\n/.test(error.message))
          crashes.push(`${one.name}, seed ${seed}: no line: ${error.message.slice(0, 200)}`);
      }
    expect(crashes).toEqual([]);
    if (count >= 20) expect(refused).toBeGreaterThan(cases.length * count * 0.5);
  }, 60_000 + 4_000 * count);
});
