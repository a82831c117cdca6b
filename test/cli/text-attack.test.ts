import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wordsOf } from "../../src/core/text/words.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "./command.ts";

function writePosts(folder: string): void {
  const rng = makeRng(3);
  const word = (isGood: boolean): string =>
    rng.uniform() < 0.3 ? (isGood ? ["great", "fine", "“lovely”"] : ["awful", "poor", "don't"])[rng.integer(3)] : `thing${rng.integer(40)}`;
  const lines = Array.from({ length: 160 }, (_, i) => {
    const text = Array.from({ length: 3 + rng.integer(10) }, () => word(i % 2 === 0)).join(", ");
    return `${i},u${i % 30},${i % 2 === 0 ? "good" : "bad"},"${text}!"`;
  });
  writeFileSync(join(folder, "posts.csv"), `${["id,account,label,text", ...lines].join("\r\n")}\r\n`);
}

const data = ["posts.csv", "--label", "label", "--text", "text", "--source", "account", "--id", "id"];

describe.concurrent("texts that are written to harm", () => {
  it("stand in a poisoned copy as rows of nobody's, in the file's own words, and undo takes them back", () =>
    inFolder(async (folder) => {
      writePosts(folder);
      const asked = ["attack", ...data, "--attack", "text-injection", "--budget", "10%", "--out", "out", "--quiet"];
      expect(await theriac(folder, ...asked)).toMatchObject({ exitCode: 0, stderr: "" });
      const [copy, patch] = readdirSync(join(folder, "out")).sort();
      const clean = readFileSync(join(folder, "posts.csv"), "utf8");
      const poisoned = readFileSync(join(folder, "out", copy), "utf8");
      expect(poisoned.startsWith(clean)).toBe(true);
      const known = new Set([...clean.matchAll(/"(.+)"/g)].flatMap(([, text]) => wordsOf(text)));
      const added = poisoned.slice(clean.length).trim().split("\r\n");
      expect(added).toHaveLength(16);
      for (const line of added) {
        const [, label, text] = /^,,(good|bad),"?(.+?)"?$/.exec(line) ?? expect.fail(line);
        expect(["good", "bad"]).toContain(label);
        expect(wordsOf(text).filter((word) => !known.has(word))).toEqual([]);
      }
      expect(await theriac(folder, "undo", join("out", patch), "--out", "again.csv")).toMatchObject({ exitCode: 0 });
      expect(readFileSync(join(folder, "again.csv"), "utf8")).toBe(clean);
    }));

  it("are told in an audit from features that nobody could post", () =>
    inFolder(async (folder) => {
      writePosts(folder);
      const asked = ["--attack", "gradient-injection,text-injection", "--seeds", "1", "--budget", "10%", "--repair", "none", "--jobs", "1"];
      const audit = await theriac(folder, "audit", ...data, ...asked, "--out", "run", "--quiet", "--tables");
      expect(audit.exitCode).toBe(0);
      expect(audit.stdout).toMatch(/gradient-injection +inject \(bound\)/);
      expect(audit.stdout).toMatch(/text-injection +inject +[-\d]/);
      expect(audit.stdout).toContain("(bound): ");
      expect(readFileSync(join(folder, "run", "report.html"), "utf8")).toContain("a bound: made of features");
      const { summary, trials } = JSON.parse((await theriac(folder, "check", "run", "--json")).stdout) as Record<
        "summary" | "trials",
        { attack: string | null; inFeatureSpace?: boolean }[]
      >;
      for (const list of [summary, trials])
        for (const { attack, inFeatureSpace } of list) expect(inFeatureSpace === true).toBe(attack === "gradient-injection");
    }));
});
