import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, theriac, writeReviews } from "./command.ts";

const study = ["audit", "reviews.csv", "--label", "stars", "--seeds", "2", "--attack", "label-flip,flipped-copies", "--budget", "5%,20%"];
const asked = [...study, "--repair", "none", "--detector", "none", "--until", "accuracyDrop >= 0.1", "--json"];

describe.concurrent("theriac audit --until", () => {
  it("says how few rows are enough, of which attack, and what was tried, alike on any number of workers", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const runs = await Promise.all(["1", "2"].map((jobs) => theriac(folder, ...asked, "--jobs", jobs, "--out", `run${jobs}`)));
      const [one, two] = runs.map(({ stdout }) => JSON.parse(stdout));
      expect(one.until).toEqual(two.until);
      const { until, trials } = one;
      expect(until).toMatchObject({ metric: "accuracyDrop", operator: ">=", bound: 0.1, splits: 8, unit: "rows" });
      const searches = trials.filter((trial: { until?: unknown }) => trial.until !== undefined);
      expect(searches).toHaveLength(8);
      for (const { attack, until: found, budgetRows, touchedRows } of searches) {
        expect(attack).toBe(until.attack);
        expect(touchedRows).toBeLessThanOrEqual(budgetRows);
        const enough = found.tried.filter(({ value }: { value: number }) => value >= 0.1).map(({ rows }: { rows: number }) => rows);
        expect(found.rows === null).toBe(enough.length === 0);
        if (found.rows !== null) expect(budgetRows).toBe(Math.min(...enough));
      }
      // A search is none of the attacks that were asked for.
      expect(one.summary.every(({ budgetFraction }: { budgetFraction: number }) => [0, 0.05, 0.2].includes(budgetFraction))).toBe(true);
      const again = await theriac(folder, "check", "run1", "--json");
      expect(JSON.parse(again.stdout).until).toEqual(until);
      expect(readFileSync(join(folder, "run1", "report.html"), "utf8")).toContain("accuracyDrop >= 0.1");
    }));

  it("refuses a rule with a budget, and one of a figure that these data have not", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      for (const [rule, said] of [
        ["accuracyDrop@1% >= 0.1", "names none"],
        ["rmseRatio >= 1.2", 'no metric "rmseRatio"'],
        ["much", "must look like"],
      ]) {
        const { exitCode, stderr } = await theriac(folder, ...study, "--until", rule);
        expect([exitCode, stderr.includes(said)]).toEqual([2, true]);
      }
    }));
});
