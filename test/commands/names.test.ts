import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Table } from "../../src/core/table.ts";
import type { answerOf as compiled } from "../../src/node/command/answer.ts";
import { digestOfCommand } from "../../src/node/command/command-files.ts";
import { filesIn, inFolder } from "../cli/command.ts";

// The keeper of commands starts from a compiled file.
const { answerOf } = (await import("../../dist/node/command/answer.js" as string)) as { answerOf: typeof compiled };
const parrot = fileURLToPath(new URL("parrot.mjs", import.meta.url));

/** Whatever a shell, a path, a table or a program might take for more than a name. */
const odd = fc.oneof(
  fc.constantFrom(
    ..."$(touch canary)|`touch canary`|; touch canary;|&& touch canary|\ntouch canary\n|> canary|../canary|/tmp/canary|~/canary|..\\canary".split(
      "|",
    ),
    ...'a,b|"|""|\'|a"b|\r\n| leading|trailing |__proto__|constructor|row_id|prediction|-rf *|--help|%PATH%|${HOME}|\u202egnp|\ufeffbom|😀'.split(
      "|",
    ),
    ...["=cmd()", "train.csv", "request.json", "null", "true", "0", "NaN", "\t", "\u001b[2J", "a\u0000b"],
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
);
/** Cells that are text once more when they are read: an empty one would be none, and half a pair no text. */
const name = odd.filter((text) => text !== "" && Buffer.from(text).toString() === text);

const cases = fc.record({
  names: fc.uniqueArray(name, { minLength: 2, maxLength: 4 }),
  classes: fc.uniqueArray(name, { minLength: 2, maxLength: 3 }),
  cells: fc.array(fc.array(fc.option(name), { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 6 }),
  words: fc.array(
    name.filter((text) => !text.includes("\0")),
    { maxLength: 3 },
  ),
  format: fc.constantFrom("csv" as const, "jsonl" as const),
  isSame: fc.integer({ min: 0, max: 14 }).map((drawn) => drawn > 0),
});

afterEach(() => vi.unstubAllEnvs());

describe("what is named by the data", () => {
  it("reaches a training command as it is, and neither a shell nor a file outside of the folder of the trial", () =>
    inFolder(async (folder) => {
      const [here, temporary] = ["here", "temporary"].map((sub) => join(folder, sub));
      for (const sub of [here, temporary]) mkdirSync(sub);
      vi.stubEnv("TMPDIR", temporary);
      vi.stubEnv("PARROT_EXPECTS", join(folder, "expected.json"));
      const before = filesIn(folder).filter((path) => !path.startsWith("temporary/"));
      let words: readonly string[] = [];
      await fc.assert(
        fc.asyncProperty(cases, async ({ names, classes, cells, words: drawn, format, isSame }) => {
          // A command that is started once takes a while to start; now and then with other words.
          if (!isSame) words = drawn;
          const [label, ...others] = names;
          const y = Float64Array.from(cells, (_, k) => k % classes.length);
          const columnOf = (column: string, j: number): Table["columns"][number] => {
            const distinct = [...new Set(cells.flatMap((row) => (row[j] === null ? [] : [row[j]])))];
            return {
              kind: "category",
              name: column,
              names: distinct,
              codes: Int32Array.from(cells, (row) => (row[j] === null ? -1 : distinct.indexOf(row[j]))),
            };
          };
          const table: Table = {
            rows: cells.length,
            columns: [{ kind: "category", name: label, names: classes, codes: Int32Array.from(y) }, ...others.map(columnOf)],
            roles: { labels: [label], features: others, task: null, source: null, id: null },
          };
          const test = cells.map((row) => Object.fromEntries(others.map((column, j) => [column, row[j]])));
          const train = test.map((row, k) => ({ ...Object.fromEntries([[label, classes[y[k]]]]), ...row }));
          writeFileSync(join(folder, "expected.json"), JSON.stringify({ words, train: keyed(train, names), test: keyed(test, others) }));
          const run = [process.execPath, parrot, ...words];
          const rows = Int32Array.from(cells, (_, k) => k);
          const settings = {
            run,
            format,
            mode: "long-lived",
            startIn: "own-folder",
            from: here,
            cache: "",
            digest: digestOfCommand(run, here),
          } as const;
          const limits = { seconds: 30, memoryMiB: 2048, diskMiB: 64, outputMiB: 8 };
          const answers = await answerOf({ ...settings, ...limits }, { table, train: { rows, y }, test: [{ table, rows }], seed: 1 }, {});
          const said = Array.from(rows, (k) => {
            if (answers.outputs === 1) return answers.scores[k] > 0 ? 1 : 0;
            const own = answers.scores.subarray(k * answers.outputs, (k + 1) * answers.outputs);
            return own.indexOf(1);
          });
          expect(said).toEqual(Array.from(y));
          expect(filesIn(folder).filter((path) => !path.startsWith("temporary/") && path !== "expected.json")).toEqual(before);
          // Of a trial nothing stays.
          expect(readdirSync(temporary).flatMap((base) => readdirSync(join(temporary, base)))).toEqual([]);
        }),
        { numRuns: 30 },
      );
    }));
});

/** Objects with their keys in the order in which integers among names come first, as everywhere in JavaScript. */
function keyed(rows: readonly Readonly<Record<string, unknown>>[], names: readonly string[]): unknown[] {
  return rows.map((row) => Object.fromEntries(names.map((key) => [key, row[key]])));
}
