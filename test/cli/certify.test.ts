import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "./command.ts";

/** Two numbers that tell the class well, by accounts of four rows each. */
function writeRows(folder: string, rows = 600): void {
  const rng = makeRng(4);
  const lines = Array.from({ length: rows }, (_, i) => {
    const spam = rng.uniform() < 0.5;
    const [a, b] = [rng.normal() + (spam ? 1.5 : -1.5), rng.normal()];
    return `${spam ? "spam" : "ham"},${a.toFixed(4)},${b.toFixed(4)},${(2 * a + rng.normal()).toFixed(4)},u${Math.floor(i / 4)}`;
  });
  writeFileSync(join(folder, "rows.csv"), `${["label,a,b,price,account", ...lines].join("\n")}\n`);
}
const command = ["certify", "rows.csv", "--label", "label", "--features", "a,b"];

describe.concurrent("theriac certify", () => {
  it("prints a bound in one sentence and one JSON document of the promised shape, the same again", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      const { exitCode, stdout } = await theriac(folder, ...command, "--source", "none");
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/Whoever adds up to \d+ rows changes no more than [\d.]+ % of the answers, whatever is in them\./);
      expect(stdout).toMatch(/No attack was tried/);
      const json = await theriac(folder, ...command, "--source", "none", "--json");
      const document = JSON.parse(json.stdout);
      const [first] = document.certificates;
      expect(document).toMatchObject({ schema: 2, verdict: { outcome: "not-judged" }, totals: { rows: 480 }, testRows: 120 });
      expect(first).toMatchObject({ id: "deep-partition-aggregation", unit: "insertions", costs: { insertions: 1, edits: 2 } });
      const values: number[] = first.curve.map((step: { certifiedAccuracy: { value: number } }) => step.certifiedAccuracy.value);
      expect(first.curve[0]).toMatchObject({ radius: 0, certifiedAccuracy: { low: expect.any(Number), high: expect.any(Number) } });
      expect(values[0]).toBeGreaterThan(0.8);
      for (let k = 1; k < values.length; k++) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
      expect((await theriac(folder, ...command, "--source", "none", "--json")).stdout).toBe(json.stdout);
    }));

  it("judges limits in rows, shares and accounts, and says where no certificate speaks of them", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      const limited = (...rest: string[]) => theriac(folder, ...command, "--source", "account", "--quiet", ...rest);
      expect((await limited("--limit", "certifiedAccuracy@1rows >= 0.5")).exitCode).toBe(0);
      const broken = await limited("--limit", "certifiedAccuracy@20% >= 0.5");
      expect(broken.exitCode).toBe(1);
      expect(broken.stdout).toMatch(/is broken/);
      const ofOneAccount = ["--limit", "certifiedAccuracy@1accounts >= 0.5"];
      expect((await limited(...ofOneAccount, "--certificate", "deep-partition-aggregation")).exitCode).toBe(3);
      const bySource = await limited(...ofOneAccount);
      expect(bySource.exitCode).toBe(0);
      expect(bySource.stdout).toMatch(/Whoever posts or edits through/);
    }));

  it("sends every attack on the certified models to between the certificate and the clean answers, and certifies numbers", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      const attacked = await theriac(folder, ...command, "--source", "none", "--attack", "label-flip,flipped-copies", "--json");
      const [{ sandwich }] = JSON.parse(attacked.stdout).certificates;
      expect(sandwich.steps.length).toBeGreaterThan(0);
      for (const step of sandwich.steps) expect(step.attacked).toBeGreaterThanOrEqual(step.certified);
      const priced = ["certify", "rows.csv", "--label", "price", "--features", "a,b", "--json"];
      const numbers = JSON.parse((await theriac(folder, ...priced)).stdout).certificates[0];
      expect(numbers.curve[0].certifiedRmse.value).toBeCloseTo(numbers.clean.rmse.value, 9);
      expect(numbers.curve.at(-1).certifiedRmse).toBe(null);
      const raised = await theriac(folder, ...priced, "--source", "none", "--attack", "label-flip,flipped-copies");
      const between = JSON.parse(raised.stdout).certificates[0];
      expect(between.sandwich.steps.length).toBeGreaterThan(0);
      for (const step of between.sandwich.steps) expect(step.attacked).toBeLessThanOrEqual(step.certified);
    }));

  it("writes the radius of each answer, and refuses what it cannot do by name", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      const { exitCode, stdout } = await theriac(folder, ...command, "--source", "account", "--out", "proof", "--quiet");
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/deep-partition-aggregation:by=source: 11 models/);
      const lines = readFileSync(join(folder, "proof", "radii.csv"), "utf8")
        .trim()
        .split("\n");
      expect(lines[0]).toBe("row,deep-partition-aggregation,deep-partition-aggregation:by=source");
      expect(lines.length).toBeGreaterThan(100);
      const refusals: [string[], RegExp][] = [
        [["--out", "proof"], /holds certificates already/],
        [["--certificate", "no-such"], /there is no certificate "no-such"/],
        [["--certificate", "deep-partition-aggregation:parts=3"], /no parameter "parts".*partitions/],
        [["--certificate", "run-off-election"], /cannot be had here: with two classes/],
        [["--certificate", "bagging,run-off-election"], /^theriac: certificate "run-off-election" cannot be had here/m],
        [["--limit", "certified >= x"], /must look like/],
        [["--limit", "certifiedAcuracy@1% >= 0.4"], /no certificate has "certifiedAcuracy" \(did you mean "certifiedAccuracy"\?\)/],
        [["--limit", "certifiedAccuracy@1% <= 0.4"], /the rule needs >=/],
        [["--certificate", "none"], /leaves nothing to certify/],
        [
          ["--certificate", "deep-partition-aggregation", "--learner", "logistic"],
          /--learner logistic: certificates of base=pipeline alone train it/,
        ],
        [["--attack", "label-backdoor"], /it does something else/],
        [["--source", "none", "--certificate", "deep-partition-aggregation:by=source"], /name it with --source/],
      ];
      for (const [given, message] of refusals) {
        const refused = await theriac(folder, ...command, ...given);
        expect(refused.stderr).toMatch(message);
        expect(refused.exitCode).toBe(2);
      }
    }));

  it("stands in audits: quick certificates, limits on them, and again once their file is gone", () =>
    inFolder(async (folder) => {
      writeRows(folder, 300);
      const audit = ["audit", "rows.csv", "--label", "label", "--features", "a,b", "--source", "none", "--attack", "label-flip"];
      const small = [...audit, "--detector", "none", "--repair", "none", "--seeds", "1", "--quiet"];
      const limit = ["--limit", "certifiedAccuracy@1rows >= 0.5"];
      const first = await theriac(folder, ...small, ...limit, "--out", "run");
      expect(first.exitCode).toBe(0);
      expect(first.stdout).toMatch(/What is certain\n- Whoever adds/);
      expect(first.stdout).toMatch(/certifiedAccuracy@1rows >= 0.5 holds: deep-partition-aggregation certifies/);
      const json = JSON.parse((await theriac(folder, "check", "run", "--json")).stdout);
      expect(json.certificates[0].sandwich.steps.length).toBeGreaterThan(0);
      expect(readFileSync(join(folder, "run", "report.html"), "utf8")).toContain("What is certain");
      const proven = join(folder, "run", "certificates.json");
      writeFileSync(proven, readFileSync(proven, "utf8").replace('"certified"', '"certified" '));
      const edited = await theriac(folder, "check", "run");
      expect([edited.exitCode, edited.stderr]).toEqual([
        2,
        expect.stringMatching(/certificates\.json was changed after the run had ended/),
      ]);
      rmSync(proven);
      expect((await theriac(folder, "check", "run")).exitCode).toBe(3);
      const again = await theriac(folder, "audit", "--resume", "run");
      expect(again.exitCode).toBe(0);
      expect(again.stdout).toMatch(/What is certain\n- Whoever adds/);
      const none = await theriac(folder, ...small, "--certificate", "none", "--out", "none");
      expect(none.stdout).not.toMatch(/What is certain/);
      const wrong = await theriac(folder, ...small, "--certificate", "none", ...limit);
      expect(wrong.exitCode).toBe(2);
      expect(wrong.stderr).toMatch(/nothing is certified here/);
      const refused = await theriac(folder, ...small, "--certificate", "run-off-election", "--out", "refused");
      expect(refused.stdout).toMatch(/Nothing was certified: run-off-election \(with two classes/);
    }));
});
