import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import type { TrialRecord } from "../../src/study/record.ts";
import { inFolder, theriac } from "../cli/command.ts";

const script = fileURLToPath(new URL("misbehaving.mjs", import.meta.url));
const { ways } = (await import(script as string)) as { ways: readonly (readonly [string, RegExp, unknown])[] };

/** Rows of two numbers in two classes that overlap. */
export function writeRows(folder: string, rows = 240): void {
  const rng = makeRng(5);
  const lines = Array.from({ length: rows }, (_, i) => {
    const isYes = i % 2 === 0;
    return [rng.normal() + Number(isYes), rng.normal() - Number(isYes), Math.floor(10 * rng.uniform()), isYes ? "yes" : "no"].join();
  });
  writeFileSync(join(folder, "rows.csv"), `a,b,c,kind\n${lines.join("\n")}\n`);
}

/** Processes that carry what marks whatever a command started. */
export function keptProcesses(): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "latin1").includes("THERIAC_KEPT=") && !isDead(name);
    } catch {
      return false;
    }
  });
}

function isDead(pid: string): boolean {
  return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

const isLinux = process.platform === "linux";

describe("training commands that go wrong", () => {
  it.runIf(isLinux)(
    "fail each of their trials with a reason, and the run is whole, nothing is left, and the exit code is 3",
    () =>
      inFolder(async (folder) => {
        writeRows(folder);
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
        expect((await theriac(folder, "check", "run")).exitCode).toBe(3);
        await expect.poll(keptProcesses, { timeout: 5000 }).toEqual([]);
      }),
    180_000,
  );
});
