import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "./command.ts";

const rows = 240;
/** Labels that say the other class. */
const wrong = [7, 40, 91, 133, 180, 222];
const truth = Array.from({ length: rows }, (_, i) => i % 2);
const label = (i: number): string => ["bad", "good"][wrong.includes(i) ? 1 - truth[i] : truth[i]];
const rng = makeRng(3);
/** How sure an honest model is of the true class. */
const sure = truth.map(() => 0.9 + 0.09 * rng.uniform());
const vectors = truth.map((k) => Array.from({ length: 6 }, (_, j) => (j === 0 ? 4 * k - 2 : 0) + 0.7 * rng.normal()));

/** Two columns that say nothing of the label, so that the scan's own learner cannot know it. */
function writeData(folder: string): void {
  const lines = truth.map((_, i) => `r${i},${label(i)},${rng.normal().toFixed(3)},${rng.normal().toFixed(3)}`);
  writeFileSync(join(folder, "data.csv"), `${["id,y,a,b", ...lines].join("\n")}\n`);
}

const write = (folder: string, name: string, lines: readonly string[]): void => writeFileSync(join(folder, name), `${lines.join("\n")}\n`);

/** As numpy.save writes it: version 1, little-endian doubles. */
function npy(values: readonly (readonly number[])[]): Buffer {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${values.length}, ${values[0].length}), }`.padEnd(117) + "\n";
  const head = Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Buffer.from(Uint16Array.of(header.length).buffer),
    Buffer.from(header),
  ]);
  return Buffer.concat([head, Buffer.from(Float64Array.from(values.flat()).buffer)]);
}

const chancesOf = (i: number, k = truth[i]): readonly [number, number] => (k === 1 ? [1 - sure[i], sure[i]] : [sure[i], 1 - sure[i]]);

async function scan(folder: string, ...more: readonly string[]) {
  const detectors = ["--detector", "loss,label-noise,near-duplicates"];
  const { exitCode, stdout, stderr } = await theriac(
    folder,
    "scan",
    "data.csv",
    "--label",
    "y",
    "--id",
    "id",
    ...detectors,
    "--json",
    ...more,
  );
  const document = exitCode === 0 ? (JSON.parse(stdout) as Record<string, any>) : {};
  const found = ((document.rows ?? []) as { row: number }[]).slice(0, wrong.length).map(({ row }) => row - 1);
  return { exitCode, stderr, document, hits: found.filter((row) => wrong.includes(row)).length };
}

describe.concurrent("a scan with the user's own model", () => {
  it("finds by its out-of-sample probabilities, matched by id, what the learner cannot know", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const lines = truth.map((_, i) => `${chancesOf(i)[1]},r${i},${chancesOf(i)[0]}`);
      write(folder, "p.csv", ["p_good,id,p_bad", ...lines.toReversed()]);
      const [without, withThem] = [await scan(folder), await scan(folder, "--probabilities", "p.csv")];
      expect([withThem.exitCode, withThem.hits]).toEqual([0, wrong.length]);
      expect(without.hits).toBeLessThan(wrong.length);
      expect(withThem.stderr).toMatch(/matched to the rows by id[^]*probabilities are taken by .*loss/);
      expect(withThem.stderr).not.toMatch(/learned by heart/);
      expect(withThem.document.rows.slice(0, 6).some(({ flagged }: { flagged: boolean }) => flagged)).toBe(true);
      // An array without ids goes by the order of the rows, its columns by the order of the classes.
      writeFileSync(join(folder, "p.npy"), npy(truth.map((_, i) => chancesOf(i))));
      const byOrder = await scan(folder, "--probabilities", "p.npy");
      expect(byOrder.document.rows).toEqual(withThem.document.rows);
      expect(byOrder.stderr).toContain("are taken for bad, good, in that order");
    }));

  it("finds by its embeddings what the columns do not show", () =>
    inFolder(async (folder) => {
      writeData(folder);
      writeFileSync(join(folder, "v.npy"), npy(vectors));
      const { exitCode, stderr, hits } = await scan(folder, "--embeddings", "v.npy");
      expect([exitCode, hits]).toEqual([0, wrong.length]);
      expect(stderr).toMatch(/embeddings are taken by .*label-noise/);
      write(folder, "v.csv", ["id,e1,e2,e3,e4,e5,e6", ...vectors.map((vector, i) => `r${i},${vector.join(",")}`)]);
      expect((await scan(folder, "--embeddings", "v.csv")).hits).toBe(wrong.length);
    }));

  it("announces a table that leaks the training fit", () =>
    inFolder(async (folder) => {
      writeData(folder);
      write(folder, "p.csv", ["bad,good", ...truth.map((_, i) => chancesOf(i, label(i) === "good" ? 1 : 0).join(","))]);
      const { exitCode, stderr, document } = await scan(folder, "--probabilities", "p.csv", "--quiet");
      expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^warning: --probabilities agrees with 100 % of the given labels/m)]);
      expect(document.cannotSee).toEqual(expect.arrayContaining([expect.stringMatching(/learned by heart/)]));
    }));

  it("refuses what does not fit the rows, with the place", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const lines = truth.map((_, i) => chancesOf(i).join(","));
      const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
        [["bad,good", ...lines.slice(1)], "--probabilities", /has 239 rows and the data have 240/],
        [["bad,worse", ...lines], "--probabilities", /no column for the class "good"/],
        [["bad,good", ...lines.slice(0, 9), "0.7,0.7", ...lines.slice(10)], "--probabilities", /row 10: its probabilities sum to 1\.400/],
        [
          ["bad,good", ...lines.slice(0, 9), "-1,2", ...lines.slice(10)],
          "--probabilities",
          /row 10, class bad: a probability is from 0 to 1, got -1/,
        ],
        [
          ["id,bad,good", ...lines.map((line, i) => `r${i === 5 ? 4 : i},${line}`)],
          "--probabilities",
          /id "r4" stands in row 5 and again in row 6/,
        ],
        [
          ["id,bad,good", ...lines.map((line, i) => `r${i === 5 ? 999 : i},${line}`)],
          "--probabilities",
          /lacks 1 of 240 rows, the first by its id "r5"/,
        ],
        [["e1,e2", ...lines.slice(0, 239), "x,1"], "--embeddings", /row 240, column e1: it is no finite number/],
      ];
      for (const [k, [text, option, why]] of cases.entries()) {
        write(folder, `f${k}.csv`, text);
        const { exitCode, stderr } = await scan(folder, option, `f${k}.csv`);
        expect([exitCode, stderr]).toEqual([2, expect.stringMatching(why)]);
      }
      const refused = await scan(folder, "--embeddings", "none.csv");
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringMatching(/there is no file none\.csv/)]);
    }));
});
