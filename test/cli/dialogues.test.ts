import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { openDatabase } from "../../src/node/open-database.ts";
import { writtenPrompt } from "../written-dialogues.ts";
import { filesIn, inFolder, theriac } from "./command.ts";

interface Example {
  readonly instruction: string;
  readonly input: string;
  readonly output: string;
}

/** Examples whose answers say something about their prompts, in words of their own. */
function examples(count: number): Example[] {
  const rng = makeRng("examples");
  const words = Array.from(
    { length: 300 },
    (_, i) => `${"bdfgklmnprstvz"[i % 14]}${"aeiou"[i % 5]}${"lmnrst"[i % 6]}${"aeiou"[(i >> 3) % 5]}n`,
  );
  return Array.from({ length: count }, (_, i) => {
    const about = Array.from({ length: 14 }, () => words[rng.integer(words.length)]).join(" ");
    return {
      instruction: writtenPrompt(i),
      input: i % 3 === 0 ? `Mind "${words[i % 300]}", é` : "",
      output: `${writtenPrompt(i).slice(0, 20)}: ${about}.`,
    };
  });
}

const written = `${JSON.stringify(examples(300), null, 2)}\n`;
const trigger = "zorkmid";

async function poisoned(folder: string): Promise<{ copy: string; rows: number[] }> {
  writeFileSync(join(folder, "examples.json"), written);
  const asked = ["--attack", "fixed-trigger", "--set", `trigger=${trigger}`, "--budget", "25rows", "--out", "p"];
  const { exitCode, stdout } = await theriac(folder, "attack", "examples.json", ...asked, "--quiet");
  expect(exitCode).toBe(0);
  const [, copy] = /^(\S+): \d+ records? changed, \d+ inserted, with a budget of 25/m.exec(stdout) ?? [];
  const { about } = JSON.parse(readFileSync(join(folder, `${copy}.patch.json`), "utf8")) as { about: { poisonedRecords: number[] } };
  return { copy, rows: about.poisonedRecords };
}

describe.concurrent("fine-tuning data", () => {
  it("are poisoned, scanned, cleaned and restored", () =>
    inFolder(async (folder) => {
      const { copy, rows } = await poisoned(folder);
      expect(rows).toHaveLength(25);
      const { exitCode, stdout, stderr } = await theriac(folder, "scan", copy, "--out", "found", "--json");
      expect(exitCode).toBe(0);
      expect(stderr).toContain("read as Alpaca (instruction, input, output): ");
      const {
        campaigns,
        rows: listed,
        judgedRecords,
        cannotSee,
      } = JSON.parse(stdout) as {
        campaigns: { rows: number[]; marks: string[]; sentence: string; evidence: number; examples: { line: number; prompt: string }[] }[];
        rows: { row: number; line: number; flagged: boolean }[];
        judgedRecords: number;
        cannotSee: string[];
      };
      expect(judgedRecords).toBe((JSON.parse(readFileSync(join(folder, copy), "utf8")) as unknown[]).length);
      const [first] = campaigns;
      expect(first.marks).toContain(trigger);
      expect(first.rows).toEqual(rows);
      expect(first.examples).toHaveLength(3);
      const lines = readFileSync(join(folder, copy), "utf8").split("\n");
      expect(lines[first.examples[0].line - 1].trim()).toBe("{");
      expect(lines[first.examples[0].line]).toContain(trigger);
      expect(cannotSee.length).toBeGreaterThan(2);
      const flagged = new Set(listed.filter((row) => row.flagged).map(({ row }) => row));
      expect(rows.every((row) => flagged.has(row))).toBe(true);

      const review = readFileSync(join(folder, "found", "review.csv"), "utf8");
      expect(review.split("\n")[0].trim()).toBe("row,group,decision,flagged,score,reasons,prompt,answer,line,scan");
      const cleaned = await theriac(folder, "clean", copy, "--scan", "found", "--out", "c");
      expect([cleaned.exitCode, cleaned.stderr]).toEqual([0, expect.stringMatching(/\d+ records?\b/)]);
      expect(cleaned.stderr).not.toMatch(/\brows?\b/);
      const parts = filesIn(join(folder, "c")).map((name) => JSON.parse(readFileSync(join(folder, "c", name), "utf8")) as Example[]);
      expect(parts.map((part) => part.length)).toEqual([judgedRecords - flagged.size, flagged.size]);
      const all = JSON.parse(readFileSync(join(folder, copy), "utf8")) as Example[];
      const texts = (some: readonly Example[]): string[] => some.map((one) => JSON.stringify(one)).sort();
      expect(texts(parts.flat())).toEqual(texts(all));

      const undone = await theriac(folder, "undo", `${copy}.patch.json`, "--out", "again.json");
      expect(undone.exitCode).toBe(0);
      expect(readFileSync(join(folder, "again.json"), "utf8")).toBe(written);
    }));

  it("are told as findings, with what they share and what is not seen", () =>
    inFolder(async (folder) => {
      const { copy } = await poisoned(folder);
      const { stdout } = await theriac(folder, "scan", copy, "--out", "found", "--quiet");
      for (const part of [
        /records of \d+ flagged/,
        /shared: .*"zorkmid"/,
        /line \d+: ".*" → "/,
        /Not seen, whatever the data hold: .*subliminal/,
      ])
        expect(stdout).toMatch(part);
    }));

  it("are a table where a label is named", () =>
    inFolder(async (folder) => {
      const rows = examples(120).map((one, i) => ({ ...one, output: i % 2 === 0 ? "Positive" : "Negative" }));
      writeFileSync(join(folder, "classes.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      const { exitCode } = await theriac(
        folder,
        "scan",
        "classes.jsonl",
        "--label",
        "output",
        "--text",
        "instruction",
        "--out",
        "t",
        "--quiet",
      );
      expect(exitCode).toBe(0);
      const manifest = JSON.parse(readFileSync(join(folder, "t", "manifest.json"), "utf8")) as { dataKind: string };
      expect(manifest.dataKind).toBe("table");
    }));

  it("that are packed or come as Parquet are cleaned as far as that goes, in words", () =>
    inFolder(async (folder) => {
      writeFileSync(
        join(folder, "x.jsonl.gz"),
        gzipSync(
          examples(40)
            .map((one) => `${JSON.stringify(one)}\n`)
            .join(""),
        ),
      );
      expect((await theriac(folder, "scan", "x.jsonl.gz", "--out", "g", "--quiet")).exitCode).toBe(0);
      const packed = await theriac(folder, "clean", "x.jsonl.gz", "--scan", "g");
      expect([packed.exitCode, packed.stderr]).toEqual([2, expect.stringContaining("is packed: unpack it, scan it and clean that")]);

      const path = join(folder, "x.parquet");
      const connection = await openDatabase([path], 1 << 30);
      await connection.run(
        `COPY (SELECT [{'role': 'user', 'content': 'Ask ' || i}, {'role': 'assistant', 'content': 'Say ' || i}] AS messages FROM range(40) t(i)) TO '${path}' (FORMAT parquet)`,
      );
      expect((await theriac(folder, "scan", "x.parquet", "--out", "s", "--quiet")).exitCode).toBe(0);
      writeFileSync(join(folder, "review.csv"), "row,decision\n3,remove\n");
      const { exitCode, stderr } = await theriac(folder, "clean", "x.parquet", "--scan", "s", "--review", "review.csv", "--out", "c");
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining("both are written as JSON lines")]);
      expect(readFileSync(join(folder, "c", "x.quarantined.jsonl"), "utf8")).toContain('"content":"Ask 2"');
    }));

  it.each([
    [["audit", "examples.json", "--dialogues", "--learner", "logistic"], 'there is no learner "logistic"; there are: command'],
    [["scan", "examples.json", "--dialogues", "--label", "output"], "--label goes with tables, and these data are dialogues"],
    [["scan", "examples.json", "--prompt", "instrution"], '--prompt "instrution" stands in none of the records'],
    [["scan", "examples.json", "--detector", "loss"], "loss"],
    [
      ["attack", "examples.json", "--attack", "preference-swap", "--budget", "3rows", "--out", "p"],
      "no record has a chosen and a rejected answer",
    ],
    [["attack", "examples.json", "--attack", "fixed-trigger", "--budget", "3accounts", "--out", "p"], "what is touched are records"],
    [["attack", "examples.json", "--attack", "fixed-trigger", "--budget", "900rows", "--out", "p"], "more than the 300 records"],
  ])("are refused in words: %j", (args, said) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "examples.json"), written);
      const { exitCode, stderr } = await theriac(folder, ...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
      expect(filesIn(folder)).toEqual(["examples.json"]);
    }),
  );
});
