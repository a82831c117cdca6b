import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchesIn, recordsIn } from "../run-contents.ts";
import { inFolder, theriac, writeReviews } from "./command.ts";

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
      const until = [...request, "--repair", "none", "--until", "accuracyDrop >= 0.05"];
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
      await theriac(folder, ...request, "--shard", "1/3", "--out", "part-1");
      await theriac(folder, ...request, "--shard", "3/3", "--out", "part-3");
      await theriac(folder, ...request, "--test-fraction", "0.4", "--shard", "2/3", "--out", "other-study");
      appendFileSync(join(folder, "reviews.csv"), "good,fine lamp,22.0,red\n");
      await theriac(folder, ...request, "--shard", "2/3", "--out", "other-data");
      cpSync(join(folder, "part-3"), join(folder, "other-version"), { recursive: true });
      const manifest = join(folder, "other-version", "manifest.json");
      writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"theriac": "[^"]*"/, '"theriac": "9.9.9"'));
      for (const [other, why] of [
        ["other-study", "their studies differ in testFraction"],
        ["other-data", "they are of other data (reviews.csv has other content)"],
        ["other-version", "was begun by Theriac 9.9.9"],
      ]) {
        const { exitCode, stderr } = await theriac(folder, "merge", "part-1", other, "--out", "whole");
        expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
        expect(existsSync(join(folder, "whole"))).toBe(false);
      }
      const { exitCode, stderr } = await theriac(folder, "merge", "part-3", "part-1", "part-1", "--out", "whole", "--quiet");
      expect([exitCode, stderr]).toEqual([3, "warning: of 3 shards these are missing: 2\n"]);
      expect((await theriac(folder, ...request, "--shard", "4/3")).stderr).toContain("--shard must be a part and how many there are");
    }));
});
