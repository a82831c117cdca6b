import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import type { Attack } from "../../src/core/attack.ts";
import { type Attempt, holdAttempt, holdProgress, suits, suitsAccounts, triedFractions } from "../../src/node/contract/check-attack.ts";
import { isRaw } from "../../src/core/poison.ts";
import { checkInfo } from "../../src/node/contract/contract.ts";
import { makeTable } from "../../src/node/contract/small-tables.ts";
import { missingRuntime } from "../../src/node/onnx/runtime.ts";
import { refusesAccounts } from "../../src/study/table/poison-within.ts";
import { oddShapes } from "./arbitrary-table.ts";

/** THERIAC_PROPERTY_RUNS=1000 tries each attack on so many data sets. */
const runs = Number(process.env["THERIAC_PROPERTY_RUNS"] ?? 60);

const anyAttempts: fc.Arbitrary<Attempt> = fc.record({
  shape: oddShapes,
  fraction: fc.constantFrom(...triedFractions),
  seed: fc.nat(),
  oneTask: fc.boolean(),
});

/** Some attacks take nothing but numbers, and would wait for such a table for ever. */
const attempts = fc.oneof(
  { weight: 3, arbitrary: anyAttempts },
  { weight: 1, arbitrary: anyAttempts.map((one): Attempt => ({ ...one, shape: { ...one.shape, numbersOnly: true } })) },
);

/** Attacks that go on for long search in so many steps, rounds or draws. */
const isLong = ({ params }: Attack): boolean => ["steps", "rounds", "draws"].some((name) => name in params);

/** What only works on a base model has no learner where the native runtime is not installed. */
const tried = catalog.attacks.filter(({ threat }) => threat.access !== "upstream" || missingRuntime() === null);

/** Of tables whose accounts are no tasks. */
const spendsAccounts = ({ threat }: Attack): boolean =>
  refusesAccounts(threat, makeTable({ rows: 12, target: "real", text: false, tasks: false, sources: true, seed: 1 })) === null;

describe.each(tried.map((attack) => [attack.id, attack] as const))("attack %s", (_, attack) => {
  it("says what it is and where it comes from", () => {
    checkInfo(attack);
    expect(attack.source.cite).toMatch(/(19|20)\d\d/);
  });

  it("keeps to its threat, its budget and its reach, leaves the clean data alone, and makes the same poison from the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(
        attempts.filter((attempt) => suits(attack, attempt)),
        async (attempt) => {
          const patch = await holdAttempt(attack, attempt);
          // Patom alone stays with features without a word: it needs a learner that no command is.
          if (patch?.kind === "data" && !isRaw(patch)) expect(attack.movesFeatures === true || attack.id === "patom").toBe(true);
        },
      ),
      { numRuns: runs },
    );
  });

  it.runIf(spendsAccounts(attack))("enters through few enough accounts where its budget is in accounts", async () => {
    const inAccounts = attempts
      .chain((attempt) => fc.integer({ min: 1, max: 3 }).map((accounts): Attempt => ({ ...attempt, accounts })))
      .filter((attempt) => suitsAccounts(attack, attempt));
    await fc.assert(
      fc.asyncProperty(inAccounts, async (attempt) => void (await holdAttempt(attack, attempt))),
      { numRuns: runs / 2 },
    );
  });

  it.runIf(isLong(attack))("says how far it is, never going back, and stops when it is told to", async () => {
    const [attempt] = fc.sample(
      attempts.filter((each) => suits(attack, each)),
      { numRuns: 1, seed: 7 },
    );
    await holdProgress(attack, attempt);
  });
});
