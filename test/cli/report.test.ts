import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf, stringsOf, tableOf } from "../page-document.ts";
import { parseXml } from "../parse-xml.ts";
import { inFolder, theriac, writeReviews } from "./command.ts";

describe("theriac report", () => {
  it("writes again what the audit wrote: a page without a word of the data, and JUnit XML", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const options = ["--label", "stars", "--text", "review", "--attack", "label-flip", "--budget", "5%", "--seeds", "2"];
      const audited = await theriac(folder, "audit", "reviews.csv", ...options, "--limit", "accuracy >= 0.01", "--out", "run", "--quiet");
      expect(audited.exitCode).toBe(0);
      const [page, junit] = ["report.html", "junit.xml"].map((name) => readFileSync(join(folder, "run", name), "utf8"));
      rmSync(join(folder, "run", "junit.xml"));
      writeFileSync(join(folder, "run", "report.html"), "old");

      const reported = await theriac(folder, "report", "run");
      expect(reported).toMatchObject({ exitCode: 0, stdout: `${join("run", "report.html")}\n` });
      expect(readFileSync(join(folder, "run", "report.html"), "utf8")).toBe(page);
      expect(readFileSync(join(folder, "run", "junit.xml"), "utf8")).toBe(junit);

      const told = documentOf(page);
      expect([told.title, told.kind]).toEqual(["reviews.csv", "audit-table"]);
      expect(stringsOf(told).some((text) => text.includes("the strongest attack found (label-flip"))).toBe(true);
      const trials = tableOf(told, "trials-table");
      const recorded = readFileSync(join(folder, "run", "records.jsonl"), "utf8")
        .trim()
        .split("\n");
      expect(trials.rows).toHaveLength(recorded.length);
      const alone = trials.columns.find(({ name }) => name === "Run it alone")?.template ?? "";
      expect(alone).toMatch(/^theriac audit reviews\.csv --label stars --text review .*\{\}$/);
      expect(alone).not.toMatch(/--(attack|budget|seeds|limit)/);
      for (const word of ["lovely", "awful", folder]) expect(page).not.toContain(word);
      expect(parseXml(junit).attributes).toMatchObject({ tests: "2", failures: "0", errors: "0" });
    }));

  it("refuses what is no run", () =>
    inFolder(async (folder) => {
      expect(await theriac(folder, "report", "nothing")).toMatchObject({ exitCode: 2, stderr: "theriac: there is no run nothing\n" });
      expect((await theriac(folder, "report", ".")).stderr).toBe("theriac: . is not a run: it has no manifest.json\n");
    }));
});
