import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { filesIn, inFolder, theriac } from "./command.ts";

const words = {
  good: ["great", "fine", "lovely", "sturdy"],
  bad: ["awful", "poor", "broken", "ugly"],
  any: ["box", "chair", "lamp", "shelf"],
};

/** 400 reviews, told apart by their words, of which a few carry the wrong label: their rows. */
function writeWithWrongLabels(folder: string, wrong = 12): number[] {
  const rng = makeRng(3);
  const rows: number[] = [];
  const lines = Array.from({ length: 400 }, (_, i) => {
    const kind = i % 2 === 0 ? "good" : "bad";
    const text = Array.from({ length: 8 }, () => {
      const from = rng.uniform() < 0.6 ? words[kind] : words.any;
      return from[rng.integer(from.length)];
    });
    const isWrong = i % 25 === 3 && rows.length < wrong;
    if (isWrong) rows.push(i);
    return `${isWrong ? (kind === "good" ? "bad" : "good") : kind},${text.join(" ")} ${i}`;
  });
  writeFileSync(join(folder, "reviews.csv"), `${["stars,review", ...lines].join("\r\n")}\r\n`);
  return rows;
}

const options = ["--label", "stars", "--text", "review", "--detector", "loss"];
const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");

describe.concurrent("theriac scan", () => {
  it("ranks wrong labels first, says why in words, and writes one JSON document of the promised shape", () =>
    inFolder(async (folder) => {
      const rows = writeWithWrongLabels(folder);
      const { exitCode, stdout } = await theriac(folder, "scan", "reviews.csv", ...options, "--json", "--out", "found");
      expect(exitCode).toBe(0);
      const document = JSON.parse(stdout);
      expect(document).toMatchObject({ schema: 2, sources: [], tasks: [], run: "found", expectedFalseAlarms: expect.any(Number) });
      expect(document.rows).toHaveLength(400);
      const scores = document.rows.map(({ score }: { score: number }) => score);
      expect(scores).toEqual([...scores].sort((a: number, b: number) => b - a));
      const first = document.rows.slice(0, 24).map(({ row }: { row: number }) => row - 1);
      expect(rows.filter((row) => first.includes(row)).length).toBeGreaterThanOrEqual(8);
      for (const { flagged, reasons, scores: by } of document.rows) {
        expect(Object.keys(by)).toEqual(["loss"]);
        if (flagged) expect(reasons.join()).toMatch(/^labelled "(good|bad)", [01]\.\d\d "(good|bad)" by models that never saw it$/);
        else expect(reasons).toEqual([]);
      }
      expect(filesIn(join(folder, "found"))).toEqual(["findings.jsonl", "manifest.json", "report.html", "review.csv"]);
      const again = await theriac(folder, "scan", "reviews.csv", ...options, "--json", "--out", "again");
      expect(JSON.parse(again.stdout)).toEqual({ ...document, run: "again" });
    }));

  it("names the lines of a JSON document, whose cleaned and poisoned copies are JSON lines", () =>
    inFolder(async (folder) => {
      writeWithWrongLabels(folder);
      const rows = read(folder, "reviews.csv").trim().split("\r\n").slice(1);
      const records = rows.map((row) => ({ stars: row.split(",")[0], review: row.split(",")[1], at: { none: null } }));
      writeFileSync(join(folder, "reviews.json"), `\ufeff\r\n${JSON.stringify(records, null, 2).replaceAll("\n", "\r\n")}`);
      const asked = ["reviews.json", "--label", "stars", "--text", "review"];
      const { exitCode, stderr } = await theriac(folder, "scan", ...asked, "--detector", "loss", "--out", "found");
      expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/at/)]);
      const findings = read(folder, "found/findings.jsonl").trim().split("\n");
      for (const { row, line } of findings.map((one) => JSON.parse(one) as { row: number; line: number }))
        expect(line).toBe(3 + 7 * (row - 1));
      expect((await theriac(folder, "clean", "reviews.json", "--scan", "found", "--top", "9")).stderr).toMatch(
        /391 rows kept, 9 .*JSON lines/,
      );
      const parts = ["cleaned", "quarantined"].map((name) => read(folder, `found/reviews.${name}.jsonl`).trim().split("\n"));
      expect(parts.map(({ length }) => length)).toEqual([391, 9]);
      const sorted = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort();
      expect(sorted(parts.flat().map((line) => JSON.parse(line) as unknown))).toEqual(sorted(records));
      const attack = await theriac(folder, "attack", ...asked, "--attack", "label-flip", "--budget", "5%", "--out", "dosed");
      expect([attack.exitCode, attack.stderr]).toEqual([0, expect.stringMatching(/its poisoned copy is JSON lines/)]);
      const [patch] = filesIn(join(folder, "dosed")).filter((name) => name.endsWith(".patch.json"));
      expect((await theriac(folder, "undo", `dosed/${patch}`)).exitCode).toBe(0);
      const restored = read(folder, "dosed/reviews.restored.jsonl").trim().split("\n");
      expect(restored.map((line) => JSON.parse(line) as unknown)).toEqual(records);
    }));

  it("refuses a folder that holds another run, and a trusted file that is none", () =>
    inFolder(async (folder) => {
      writeWithWrongLabels(folder);
      writeFileSync(join(folder, "trusted.json"), "{}");
      const trusted = await theriac(folder, "scan", "reviews.csv", ...options, "--trusted", "trusted.json");
      expect([trusted.exitCode, trusted.stderr]).toEqual([
        2,
        expect.stringMatching(
          /trusted\.json is not a relation of tasks: the document needs the key "tasks", a list; theriac tasks --json writes such a file/,
        ),
      ]);
      await theriac(folder, "scan", "reviews.csv", ...options, "--out", "found");
      const second = await theriac(folder, "scan", "reviews.csv", ...options, "--out", "found");
      expect([second.exitCode, second.stderr]).toEqual([2, expect.stringMatching(/--out found holds another run/)]);
    }));
});

/** The records behind the header, each with its newline. */
function recordsIn(text: string): string[] {
  return text.split(/(?<=\n)/).slice(1);
}

describe.concurrent("theriac clean", () => {
  it("splits the file so that both parts together are the input, byte for byte and in its order", () =>
    inFolder(async (folder) => {
      writeWithWrongLabels(folder);
      await theriac(folder, "scan", "reviews.csv", ...options, "--out", "found");
      const { exitCode, stdout } = await theriac(
        folder,
        "clean",
        "reviews.csv",
        "--scan",
        "found",
        "--top",
        "15",
        "--out",
        "parts",
        "--json",
      );
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ schema: 2, kept: 385, quarantined: 15, overruled: 0 });
      const [source, cleaned, quarantined] = ["reviews.csv", "parts/reviews.cleaned.csv", "parts/reviews.quarantined.csv"].map((name) =>
        read(folder, name),
      );
      const header = source.slice(0, source.indexOf("\n") + 1);
      for (const part of [cleaned, quarantined]) expect(part.startsWith(header)).toBe(true);
      const top = read(folder, "found/findings.jsonl")
        .split("\n")
        .slice(0, 15)
        .map((line) => (JSON.parse(line).row as number) - 1);
      const records = recordsIn(source);
      expect(recordsIn(quarantined)).toEqual(top.sort((a, b) => a - b).map((row) => records[row]));
      expect(recordsIn(cleaned)).toEqual(records.filter((_, row) => !top.includes(row)));
      const twice = await theriac(folder, "clean", "reviews.csv", "--scan", "found", "--out", "parts");
      expect([twice.exitCode, twice.stderr]).toEqual([2, expect.stringMatching(/exists already/)]);
    }));

  it("keeps what stands in JSON lines as it stands", () =>
    inFolder(async (folder) => {
      writeWithWrongLabels(folder);
      const lines = recordsIn(read(folder, "reviews.csv")).map((record, i) => {
        const [stars, review] = record.split(",");
        return `{"review" : ${JSON.stringify(review)}, "stars":"${stars}"${i % 3 === 0 ? "  " : ""}}${i % 7 === 0 ? "\n\n" : "\n"}`;
      });
      writeFileSync(join(folder, "reviews.jsonl"), lines.join("").trimEnd());
      await theriac(folder, "scan", "reviews.jsonl", ...options, "--out", "found");
      await theriac(folder, "clean", "reviews.jsonl", "--scan", "found", "--top", "1");
      const [cleaned, quarantined] = ["cleaned", "quarantined"].map((part) => read(folder, `found/reviews.${part}.jsonl`));
      const row = JSON.parse(read(folder, "found/findings.jsonl").split("\n")[0]).row - 1;
      const source = read(folder, "reviews.jsonl");
      const at = source.indexOf(quarantined);
      expect(JSON.parse(quarantined)).toMatchObject(JSON.parse(lines[row]));
      expect(cleaned).toBe(source.slice(0, at) + source.slice(at + quarantined.length));
    }));

  it("lets a moderator overrule the scan, and says what a decision must be", () =>
    inFolder(async (folder) => {
      writeWithWrongLabels(folder);
      await theriac(folder, "scan", "reviews.csv", ...options, "--out", "found");
      const flagged = read(folder, "found/findings.jsonl")
        .split("\n")
        .filter((line) => line.includes('"flagged":true'))
        .map((line) => JSON.parse(line).row as number);
      expect(flagged.length).toBeGreaterThan(3);
      const unflagged = [...Array(400).keys()].map((i) => i + 1).find((row) => !flagged.includes(row)) as number;
      writeFileSync(
        join(folder, "decided.csv"),
        `row,decision,why\n${flagged[0]},keep,"fine, really"\n${flagged[1]},,\n${unflagged},remove,\n${unflagged},Remove,again\n`,
      );
      const { stdout } = await theriac(folder, "clean", "reviews.csv", "--scan", "found", "--review", "decided.csv", "--json");
      expect(JSON.parse(stdout)).toMatchObject({ quarantined: flagged.length, overruled: 2 });
      writeFileSync(join(folder, "wrong.csv"), "row,decision\n3,perhaps\n");
      const wrong = await theriac(folder, "clean", "reviews.csv", "--scan", "found", "--review", "wrong.csv", "--out", "other");
      expect([wrong.exitCode, wrong.stderr]).toEqual([
        2,
        'theriac: --review wrong.csv, line 2, column decision: must be keep, remove or empty, got "perhaps"\n',
      ]);
    }));

  it("refuses data that are not those that were scanned", () =>
    inFolder(async (folder) => {
      writeWithWrongLabels(folder);
      await theriac(folder, "scan", "reviews.csv", ...options, "--out", "found");
      writeWithWrongLabels(folder, 5);
      const { exitCode, stderr } = await theriac(folder, "clean", "reviews.csv", "--scan", "found");
      expect([exitCode, stderr]).toEqual([2, "theriac: reviews.csv is not what found scanned: its content differs; scan it again\n"]);
    }));
});
