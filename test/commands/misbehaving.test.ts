import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TrialRecord } from "../../src/study/record.ts";
import { inFolder, theriac } from "../cli/command.ts";
import { isLinux, keptProcesses, writeRows } from "./rows.ts";

const script = fileURLToPath(new URL("misbehaving.mjs", import.meta.url));
const { ways } = (await import(script as string)) as { ways: readonly (readonly [string, RegExp, unknown])[] };

afterEach(() => vi.unstubAllEnvs());

describe("training commands that go wrong", () => {
  it.runIf(isLinux)(
    "fail each of their trials with a reason, and the run is whole, nothing is left, and the exit code is 3",
    () =>
      inFolder(async (folder) => {
        writeRows(folder);
        vi.stubEnv("THERIAC_TEST_FOLDER", folder);
        const limits = "command:seconds=5:memoryMiB=300:diskMiB=20:outputMiB=8";
        const asked = ["--attack", "label-flip", "--budget", "10%", "--repair", "none", "--detector", "none"];
        const seeds = ["--seeds", String(ways.length), "--seed", "1", "--jobs", "4", "--out", "run", "--quiet", "--json"];
        const { exitCode, stdout, stderr } = await theriac(
          folder,
          ...["audit", "rows.csv", "--label", "kind", "--learner", limits, ...asked, ...seeds],
          ...["--", process.execPath, script],
        );
        expect(exitCode, stderr).toBe(3);
        const { trials, failures } = JSON.parse(stdout) as { trials: TrialRecord[]; failures: unknown[] };
        expect(failures).toHaveLength(2 * ways.length);
        for (const [k, [name, reason]] of ways.entries()) {
          const own = trials.filter(({ seed }) => seed === k + 1);
          expect(own, name).toHaveLength(2);
          for (const { status, error, metrics } of own) {
            expect(status, name).toBe("failed");
            expect(error, name).toMatch(reason);
            expect(metrics, name).toEqual({});
          }
        }
        expect(readFileSync(join(folder, "run", "manifest.json"), "utf8")).toContain('"finished"');
        // Error output may quote a row, and a report may be mailed.
        for (const file of ["report.html", "junit.xml"]) expect(readFileSync(join(folder, "run", file), "utf8")).not.toContain("no such");
        expect((await theriac(folder, "check", "run")).exitCode).toBe(3);
        await expect.poll(() => keptProcesses(folder), { timeout: 5000 }).toEqual([]);
      }),
    180_000,
  );
});
