import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchesIn, recordsIn } from "../run-contents.ts";
import type { AuditConfig } from "../../src/node/config/audit-config.ts";
import type { audit as compiledAudit } from "../../src/node/audit.ts";
import type { mergeRuns as compiledMerge } from "../../src/node/merge.ts";
import { inFolder, theriac, writeReviews } from "./command.ts";

// Workers start from compiled files.
const { audit, mergeRuns } = (await import("../../dist/index.js" as string)) as {
  audit: typeof compiledAudit;
  mergeRuns: typeof compiledMerge;
};

const study = ["--label", "stars", "--text", "review", "--attack", "label-flip", "--budget", "5%,10%", "--seeds", "2", "--quiet"];
const request = ["audit", "reviews.csv", ...study];

describe.concurrent("shards of a study", () => {
  it("are joined into the run that one machine would have made", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const alone = await theriac(folder, ...request, "--out", "alone");
      for (const index of [1, 2, 3]) {
        const { exitCode, stdout } = await theriac(folder, ...request, "--shard", `${index}/3`, "--out", `part-${index}`);
        expect([exitCode, stdout]).toEqual([0, `part-${index}\n`]);
        // A part says nothing of what the whole would find.
        expect(existsSync(join(folder, `part-${index}`, "report.html"))).toBe(false);
      }
      const sizes = [1, 2, 3].map((index) => recordsIn(join(folder, `part-${index}`)).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(6);
      const joined = await theriac(folder, "merge", "part-3", "part-1", "part-2", "--out", "whole", "--quiet");
      expect(joined.exitCode).toBe(alone.exitCode);
      expect(recordsIn(join(folder, "whole"))).toEqual(recordsIn(join(folder, "alone")));
      expect(patchesIn(join(folder, "whole"))).toEqual(patchesIn(join(folder, "alone")));
      // What is computed once all trials have ended is added by the one command that the user is told.
      const whole = await theriac(folder, "audit", "--resume", "whole", "--quiet");
      expect(whole.stdout.replaceAll("whole", "alone")).toBe(alone.stdout);
    }));

  it("leave to the joined run what waits for what all of them show", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const until = [...request, "--repair", "none", "--certificate", "none", "--until", "accuracyDrop >= 0.05"];
      await theriac(folder, ...until, "--jobs", "1", "--out", "alone");
      for (const index of [1, 2]) await theriac(folder, ...until, "--shard", `${index}/2`, "--out", `part-${index}`);
      const joined = await theriac(folder, "merge", "part-1", "part-2", "--out", "whole");
      expect(joined.exitCode).toBe(3);
      expect(joined.stderr).toMatch(/such as those that wait for what all the others show, are computed by: theriac audit --resume whole/);
      await theriac(folder, "audit", "--resume", "whole", "--quiet");
      expect(recordsIn(join(folder, "whole"))).toEqual(recordsIn(join(folder, "alone")));
    }));

  it("are refused in words where they are not of one plan, and say which are missing", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const at = (name: string): string => join(folder, name);
      const asked: AuditConfig = {
        data: { path: at("reviews.csv"), labels: ["stars"], text: ["review"] },
        ...{ attacks: ["label-flip"], repairs: [], certificates: [], budgets: ["5%"], seeds: 1 },
      };
      const shard = (index: number, out: string, more: AuditConfig = {}): Promise<unknown> =>
        audit({ ...asked, out: at(out), ...more }, { shard: { index, of: 3 }, jobs: 1 });
      await shard(1, "part-1");
      await shard(3, "part-3");
      await shard(2, "other-study", { testFraction: 0.4 });
      appendFileSync(at("reviews.csv"), "good,fine lamp,22.0,red\n");
      await shard(2, "other-data");
      cpSync(at("part-3"), at("other-version"), { recursive: true });
      const manifest = join(folder, "other-version", "manifest.json");
      writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"theriac": "[^"]*"/, '"theriac": "9.9.9"'));
      for (const [other, why] of [
        ["other-study", "their studies differ in testFraction"],
        ["other-data", "reviews.csv has other content)"],
        ["other-version", "was begun by Theriac 9.9.9"],
      ]) {
        await expect(mergeRuns([at("part-1"), at(other)], { out: at("whole") })).rejects.toThrow(why);
        expect(existsSync(at("whole"))).toBe(false);
      }
      const notes: string[] = [];
      await mergeRuns([at("part-3"), at("part-1"), at("part-1")], { out: at("whole"), onNote: ({ text }) => notes.push(text) });
      expect(notes[0]).toBe("of 3 shards these are missing: 2");
      expect((await theriac(folder, ...request, "--shard", "4/3")).stderr).toContain("--shard must be a part and how many there are");
    }));
});
