import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeInstructions } from "../written-instructions.ts";
import { inFolder, theriac } from "./command.ts";

describe("theriac audit of fine-tuning data", () => {
  it("doses a file that it knows by its form, judges, goes on, and keeps texts of records off the page", () =>
    inFolder(async (folder) => {
      writeInstructions(folder);
      const asked = ["--attack", "fixed-trigger", "--budget", "10%,4rows", "--seeds", "2", "--detector", "trigger-answers"];
      const limit = ["--limit", "attackSuccessRate@10% <= 0.1"];
      const first = await theriac(folder, "audit", "tuning.jsonl", ...asked, ...limit, "--quiet", "--json", "--out", "run");
      const document = JSON.parse(first.stdout);
      const success = document.summary.find(
        ({ metric, repair, budgetFraction }: { metric: string; repair: string; budgetFraction: number }) =>
          metric === "attackSuccessRate" && repair === "none" && budgetFraction === 0.1,
      );
      expect(success.figure.value).toBeGreaterThan(0.8);
      expect([first.exitCode, document.verdict.outcome]).toEqual([1, "fail"]);
      const cut = document.cuts.find(
        ({ detector, attack }: { detector: string; attack: string | null }) => detector === "all together" && attack !== null,
      );
      expect(cut.falseAlarmRate.value).toBeLessThan(0.1);
      const shown = await theriac(folder, "check", "run", "--tables");
      expect(shown.stdout).toMatch(/At 10 % of the records, fixed-trigger gets its answer to/);
      expect(shown.stdout).toMatch(/not how a language model would answer/);
      const again = await theriac(folder, "audit", "--resume", "run", "--json");
      expect(JSON.parse(again.stdout).summary).toEqual(document.summary);
      const page = readFileSync(join(folder, "run", "report.html"), "utf8");
      expect(page).toContain("Theriac audit of fine-tuning data");
      expect(page).not.toContain("and say what");
      const other = await theriac(folder, "audit", "tuning.jsonl", "--attack", "preference-swap");
      expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining("no record has a chosen and a rejected answer")]);
      const unknown = await theriac(folder, "audit", "tuning.jsonl", "--until", "accuracyDrop >= 0.1");
      expect(unknown.exitCode).toBe(2);
    }));
});
