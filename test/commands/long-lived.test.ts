import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TrialRecord } from "../../src/study/record.ts";
import { inFolder, theriac } from "../cli/command.ts";
import { isLinux, keptProcesses, writeRows } from "./rows.ts";

const script = fileURLToPath(new URL("serving.mjs", import.meta.url));
const { ways } = (await import(script as string)) as { ways: readonly (readonly [string, RegExp | null, unknown])[] };
// Of seed 1 the command does nothing wrong.
const asked = [
  "--seed",
  "1",
  "--attack",
  "label-flip,trigger-injection",
  "--budget",
  "10%",
  "--repair",
  "drop",
  "--detector",
  "loss",
  "--quiet",
  "--json",
];

async function trialsOf(folder: string, learner: string, ...more: readonly string[]): Promise<{ trials: TrialRecord[]; exitCode: number }> {
  const given = ["audit", "rows.csv", "--label", "kind", "--learner", learner, ...asked, ...more, "--", process.execPath, script];
  const { stdout, stderr, exitCode } = await theriac(folder, ...given);
  expect(stdout, stderr).toContain("{");
  return { trials: (JSON.parse(stdout) as { trials: TrialRecord[] }).trials, exitCode };
}

afterEach(() => vi.unstubAllEnvs());

describe("a training command that is started once", () => {
  it("gives the records of one that is started for every trial, on any number of threads", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      const shown = (trials: readonly TrialRecord[]): unknown =>
        trials
          .map(({ id: _, times: __, learnerParams: ___, ...record }) => record)
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      const [each, served, alone] = await Promise.all([
        trialsOf(folder, "command", "--seeds", "1", "--jobs", "2"),
        trialsOf(folder, "command:mode=long-lived", "--seeds", "1", "--jobs", "2"),
        trialsOf(folder, "command:mode=long-lived", "--seeds", "1", "--jobs", "1"),
      ]);
      expect(each.trials.length).toBeGreaterThan(4);
      expect(each.trials.every(({ status }) => status === "ok")).toBe(true);
      expect(shown(served.trials)).toEqual(shown(each.trials));
      expect(shown(alone.trials)).toEqual(shown(each.trials));
    }));

  it.runIf(isLinux)("fails the trials that it goes wrong in, each with its reason, and answers the others", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      vi.stubEnv("THERIAC_TEST_FOLDER", folder);
      const { trials, exitCode } = await trialsOf(folder, "command:mode=long-lived:seconds=5", "--seeds", String(ways.length));
      expect(exitCode).toBe(3);
      for (const [k, [name, reason]] of ways.entries()) {
        const own = trials.filter(({ seed }) => seed === k + 1);
        expect(own.length, name).toBeGreaterThan(4);
        for (const { status, error } of own) {
          expect(status, `${name}: ${error}`).toBe(reason === null ? "ok" : "failed");
          if (reason !== null) expect(error, name).toMatch(reason);
        }
      }
      await expect.poll(() => keptProcesses(folder), { timeout: 5000 }).toEqual([]);
    }),
  );
});
