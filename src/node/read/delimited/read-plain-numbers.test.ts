import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRng } from "../../../numeric/random.ts";
import { textsOf } from "../duckdb.ts";
import { missingRules } from "../missing.ts";
import { profileColumns } from "../profile.ts";
import type { ReadRequest } from "../request.ts";
import { loadDelimited } from "./load-delimited.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "plain-numbers-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a column is made of, and what it may hold somewhere besides. */
const usual = ["1.5", "0.25", "-3", "12", "0", "1e-5", "0.12573022139488112", "1.234", "-0.5", "2.50"];
const odd = [
  "",
  "NA",
  "007",
  "00.5",
  "1_000",
  "inf",
  "nan",
  " 5",
  "5 ",
  "-0",
  "?",
  "1,5",
  "word",
  '"8"',
  '"08"',
  '""',
  "1e999",
  "+4",
  "1.",
  ".5",
  "1.234.567",
];

async function profilesOf(path: string, request: ReadRequest, numbersAs: "numbers" | "texts") {
  const raw = await loadDelimited({ paths: [path], format: "csv", notes: [] }, request, 2 ** 30, numbersAs);
  try {
    const profiles = await profileColumns(raw, missingRules(request.missing, request.notMissing));
    const texts = [];
    for (const j of raw.columns.keys()) texts.push(await textsOf(raw, j));
    return { profiles, texts, read: raw.columns.filter(({ values }) => values !== undefined).length };
  } finally {
    raw.connection.closeSync();
  }
}

describe("columns that are read as numbers alone", { timeout: 900_000 }, () => {
  it("say what they say where every cell is read as text first, odd cells anywhere", async () => {
    let [fast, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(30, 3000),
        fc.array(fc.tuple(fc.subarray(usual, { minLength: 1 }), fc.subarray(odd, { maxLength: 2 })), { minLength: 2, maxLength: 5 }),
        fc.constantFrom<Partial<ReadRequest>>({}, { missing: ["-3", "word"] }, { notMissing: ["NA"] }),
        async (seed, rows, made, said) => {
          const rng = makeRng(seed);
          const path = join(folder, `${seed}.csv`);
          const cells = made.map(([often, seldom]) => {
            const out = Array.from({ length: rows }, () => often[rng.integer(often.length)]);
            for (const cell of seldom) out[rng.integer(rows)] = cell.includes(",") ? `"${cell}"` : cell;
            return out;
          });
          const lines = Array.from({ length: rows }, (_, i) => cells.map((column) => column[i]).join(","));
          writeFileSync(path, `${made.map((_, j) => `column_${j}`).join(",")}\n${lines.join("\n")}\n`);
          const request: ReadRequest = { data: path, labels: ["column_0"], text: [], features: [], drop: [], ...said };
          const quick = await profilesOf(path, request, "numbers");
          const slow = await profilesOf(path, request, "texts");
          expect(quick.profiles).toEqual(slow.profiles);
          expect(quick.texts).toEqual(slow.texts);
          expect(slow.read).toBe(0);
          fast += quick.read;
          all += quick.profiles.length;
        },
      ),
      { numRuns: 25 },
    );
    expect(fast).toBeGreaterThan(0.2 * all);
  });

  it("keep the order of the rows of a file of many buffers", async () => {
    const rows = 500_000;
    const path = join(folder, "long.csv");
    const line = (i: number): string => `${i},${(i * 7919) % 1000003}.25,${"0.12573022139481125730221394".slice(0, 12 + (i % 15))}1`;
    writeFileSync(path, `a,b,c\n${Array.from({ length: rows }, (_, i) => line(i)).join("\n")}\n`);
    const { profiles, read } = await profilesOf(path, { data: path, labels: [], text: [], features: [], drop: [] }, "numbers");
    expect(read).toBe(3);
    const [a, b] = profiles.map((profile) => (profile.kind === "number" ? profile.values : new Float64Array()));
    for (let i = 0; i < rows; i++)
      if (a[i] !== i || b[i] !== ((i * 7919) % 1000003) + 0.25) throw new Error(`row ${i} holds ${a[i]}, ${b[i]}`);
  });
});
