import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeRatings } from "../written-ratings.ts";
import { inFolder, theriac, writeReviews } from "./command.ts";

const study = [
  "audit",
  "reviews.csv",
  "--label",
  "stars",
  "--seeds",
  "2",
  "--attack",
  "label-flip,flipped-copies",
  "--budget",
  "2%,5%,20%",
];
const asked = [...study, "--repair", "none", "--detector", "none", "--unnoticed"];

describe.concurrent("theriac audit --unnoticed", () => {
  it("says what gets past a scan at 5 %, beside the strongest attack, alike on any number of workers", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const runs = await Promise.all(["1", "2"].map((jobs) => theriac(folder, ...asked, "--json", "--jobs", jobs, "--out", `run${jobs}`)));
      const [one, two] = runs.map(({ stdout }) => JSON.parse(stdout));
      expect(one.unnoticed).toEqual(two.unnoticed);
      expect(one.unnoticed).toMatchObject({ budgetFraction: 0.05, metric: "accuracyDrop", seeds: 2 });
      const searches = one.trials.filter((trial: { unnoticed?: unknown }) => trial.unnoticed !== undefined);
      expect(searches).toHaveLength(2);
      for (const { unnoticed, touchedRows, budgetRows } of searches) {
        expect(unnoticed.blind.attack).toBe(one.unnoticed.blind.attack);
        expect(touchedRows).toBe(unnoticed.rows);
        expect(touchedRows).toBeLessThanOrEqual(budgetRows);
      }
      const told = await theriac(folder, "report", "run1");
      expect(told.exitCode).toBe(0);
      const page = readFileSync(join(folder, "run1", "report.html"), "utf8");
      expect(page).toContain("What nobody would notice");
      expect(page).toContain("--unnoticed");
    }));

  it("says of ratings what fake accounts get through of whom a scan flags none", () =>
    inFolder(async (folder) => {
      writeRatings(folder);
      const columns = ["--user", "who", "--item", "movie", "--rating", "stars", "--fillers", "5", "--target", "m1"];
      const few = [
        "--attack",
        "average-profiles",
        "--learner",
        "item-knn",
        "--budget",
        "5%,20%",
        "--repair",
        "none",
        "--certificate",
        "none",
      ];
      const args = ["audit", "ratings.csv", ...columns, ...few, "--seeds", "2", "--unnoticed"];
      const runs = await Promise.all(["1", "2"].map((jobs) => theriac(folder, ...args, "--json", "--jobs", jobs, "--out", `run${jobs}`)));
      const [one, two] = runs.map(({ stdout }) => JSON.parse(stdout));
      expect(one.unnoticed).toEqual(two.unnoticed);
      expect(one.unnoticed).toMatchObject({ budgetFraction: 0.05, metric: "hitRateAt10Rise", seeds: 2 });
      const searches = one.trials.filter((trial: { unnoticed?: unknown }) => trial.unnoticed !== undefined);
      expect(searches).toHaveLength(2);
      for (const { unnoticed, touchedRows, budgetRows } of searches) {
        expect(unnoticed.blind).toMatchObject({ attack: "average-profiles", rows: 2 });
        expect([touchedRows, budgetRows]).toEqual([unnoticed.rows, 2]);
      }
      expect(new Set(one.cuts.map(({ attack }: { attack: string | null }) => attack))).toEqual(new Set([null, "average-profiles"]));
      const told = await theriac(folder, "check", "run1");
      expect(told.stdout).toMatch(/\nUnnoticed at 5 %: /);
      await theriac(folder, "report", "run1");
      expect(readFileSync(join(folder, "run1", "report.html"), "utf8")).toContain("Unnoticed at 5 %: ");
    }));

  it("is told in sentences", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      expect((await theriac(folder, ...asked)).stdout).toMatch(/- Unnoticed at 5 %: /);
    }));
});
