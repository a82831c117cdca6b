import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, reviewLines, theriac, writeReviews } from "./command.ts";

const few = "--label stars --text review --attack label-flip --repair none --detector none --certificate none --quiet".split(" ");
const audit = (folder: string, out: string, ...more: string[]): ReturnType<typeof theriac> =>
  theriac(folder, "audit", "reviews.csv", ...few, "--seeds", "2", "--budget", "20%", "--out", out, ...more);

describe.concurrent("theriac compare", () => {
  it("tells a run from itself in nothing, and a crippled one in what is worse", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      await audit(folder, "a");
      await audit(folder, "b", "--learner", "linear-svm", "--limit", "accuracy <= 0.3");
      await audit(folder, "c", "--limit", "accuracy <= 0.3", "--limit", "accuracy <= 0.2");
      const same = await theriac(folder, "compare", "a", "a", "--strict");
      expect([same.exitCode, same.stderr]).toEqual([0, ""]);
      expect(same.stdout).toContain("What changed: nothing: all 2 figures are the same");
      const other = await theriac(folder, "compare", "a", "b", "--json");
      const document = JSON.parse(other.stdout) as Record<string, any>;
      expect(document).toMatchObject({ schema: 2, before: "a", after: "b", incomplete: [] });
      expect(document.asked).toBe(2);
      // A limit of one run alone is neither new nor fixed, however it fared.
      const limitsIn = (list: { id?: string; what?: string }[]): number =>
        list.filter(({ id = "", what = "" }) => /\["limit"|^the limit accuracy <= /.test(id + what)).length;
      expect([limitsIn(document.findings.new), limitsIn(document.notCompared)]).toEqual([0, 1]);
      const dropped = JSON.parse((await theriac(folder, "compare", "c", "a", "--json")).stdout) as Record<string, any>;
      expect([dropped.outcome, dropped.findings.fixed, limitsIn(dropped.notCompared)]).toEqual(["no-change-told", [], 2]);
      expect((await theriac(folder, "compare", "a", "c")).exitCode).toBe(0);
      // Of a limit of both, it is told who breaks it.
      const both = JSON.parse((await theriac(folder, "compare", "b", "c", "--json")).stdout) as Record<string, any>;
      expect([limitsIn(both.findings.unchanged), limitsIn(both.notCompared)]).toEqual([1, 1]);
      expect(document.differs.map(({ setting }: { setting: string }) => setting)).toContain("study.learner.id");
    }));

  it("refuses in words what cannot be compared, and says when trials are missing", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      await audit(folder, "a");
      await audit(folder, "split", "--test-fraction", "0.4");
      await audit(folder, "seeds", "--seed", "50");
      writeFileSync(join(folder, "reviews.csv"), `${reviewLines(160).join("\n")}\n`);
      await audit(folder, "data");
      await theriac(folder, "scan", "reviews.csv", "--label", "stars", "--text", "review", "--out", "scan", "--quiet");
      for (const [other, why] of [
        ["split", /share of the rows that is tested on \(0\.3 before, 0\.4 after\)/],
        ["seeds", /they share no seed \(0, 1 before, 50, 51 after\)/],
        ["data", /they are of other data, so no test row is the same \(sha256 [0-9a-f]{12} before, [0-9a-f]{12} after\)/],
        ["scan", /the second is a scan and the other is a run/],
        ["none", /none is neither a run nor a scan: it has no manifest\.json/],
      ] as const) {
        const { exitCode, stdout, stderr } = await theriac(folder, "compare", "a", other);
        expect([exitCode, stdout]).toEqual([2, ""]);
        expect(stderr).toMatch(why);
      }
    }));

  it("knows rows of two scans again by what they say", () =>
    inFolder(async (folder) => {
      const [header, ...lines] = reviewLines();
      const flood = Array.from({ length: 20 }, () => "bad,great fine lovely sturdy great lamp fine lovely box great,21.00,red");
      const scan = ["--label", "stars", "--text", "review", "--quiet"];
      writeFileSync(join(folder, "old.csv"), `${[header, ...lines].join("\n")}\n`);
      writeFileSync(join(folder, "new.csv"), `${[header, ...flood, ...lines.toReversed()].join("\n")}\n`);
      for (const name of ["old", "new"]) await theriac(folder, "scan", `${name}.csv`, ...scan, "--out", name);
      const { exitCode, stdout } = await theriac(folder, "compare", "old", "new", "--json");
      const { rows, findings } = JSON.parse(stdout) as Record<string, any>;
      expect(exitCode).toBe(0);
      const cameIn = rows.new.filter(({ wasThere }: { wasThere: boolean }) => !wasThere).map(({ row }: { row: number }) => row);
      expect(cameIn.length).toBeGreaterThan(6);
      expect(Math.max(...cameIn)).toBeLessThanOrEqual(20);
      expect(findings.new.length).toBeGreaterThan(0);
      expect((await theriac(folder, "compare", "old", "new", "--strict")).exitCode).toBe(1);
      expect((await theriac(folder, "compare", "old", "new")).stdout).not.toContain("asked for otherwise");
      await theriac(folder, "scan", "old.csv", ...scan, "--seed", "1", "--detector", "loss:folds=4", "--out", "otherwise");
      expect((await theriac(folder, "compare", "old", "otherwise")).stdout).toContain("asked for otherwise (seed, loss)");
      await theriac(folder, "scan", "new.csv", "--against", "old.csv", ...scan, "--out", "addition");
      const refused = await theriac(folder, "compare", "new", "addition");
      expect([refused.exitCode, refused.stderr]).toEqual([
        2,
        expect.stringMatching(/one judged the whole and the other an addition alone/),
      ]);
    }));
});
