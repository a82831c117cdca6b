import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { clean } from "../clean.ts";
import type { CopiedReading } from "../kinds/attackable.ts";
import type { Scannable } from "../kinds/scannable.ts";
import { tableScan } from "../kinds/table-scan.ts";
import { readTable } from "../read/read-table.ts";
import { scanData } from "../scan.ts";

interface Asked {
  readonly path: string;
  readonly most: number;
  readonly out: string;
}

/** Sequences of numbers, one a row, of which long ones are flagged. */
const sequences: Scannable<
  Asked,
  { readonly data: string; readonly column: string },
  CopiedReading & { texts: readonly string[] },
  number
> = {
  id: "sequences",
  request: z.object({ data: z.string(), column: z.string() }),
  checkConfig({ most }) {
    if (most < 1) throw new UsageError("most must be at least 1");
  },
  requestOf: ({ path }) => ({ data: path, column: "steps" }),
  async read({ data, column }) {
    const read = await readTable({ data, labels: ["label"], text: [column], features: [], drop: [] });
    const cells = read.table.columns.find(({ name }) => name === column);
    if (cells?.kind !== "text") throw new UsageError(`${data} has no sequences`);
    return { ...read, texts: Array.from(cells.codes, (code) => cells.names[code]) };
  },
  resolve: ({ most }) => ({ asked: most, notes: [] }),
  look({ texts }, most) {
    const rows = texts
      .map((text, row) => ({ row, score: text.split(" ").length }))
      .map(({ row, score }) => ({
        row,
        flagged: score > most,
        score,
        reasons: score > most ? ["it is long"] : [],
        scores: { length: score },
      }))
      .sort((a, b) => b.score - a.score);
    const unknownRows = rows.filter(({ flagged }) => flagged).length;
    const falseAlarms = { statedRows: 0, expected: 0, unknownRows, unknownBy: ["length"] };
    const result = { rows, sources: [], tasks: [], expectedFalseAlarms: null, falseAlarms, detectors: [] };
    return Promise.resolve({ result, settings: { most }, notRun: [], cannotSee: ["short ones"] });
  },
  rowsOf: ({ texts }) => ({
    rows: texts.length,
    columns: [{ name: "first", cellOf: (row) => texts[row].split(" ")[0] }],
    nameOf: (row) => `sequence ${row + 1}`,
  }),
};

let folder: string;
const lines = Array.from(
  { length: 40 },
  (_, i) => `${i % 2 === 0 ? "a" : "b"},${Array.from({ length: i % 10 === 3 ? 9 : 4 }, (_, k) => i + k).join(" ")}\n`,
);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "theriac-scan-kinds-"));
  writeFileSync(join(folder, "s.csv"), ["label,steps\n", ...lines].join(""));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a kind of data of one's own", () => {
  it("is scanned and cleaned by the road of the others, which refuse what it left", async () => {
    const out = join(folder, "found");
    const found = await scanData(sequences, { path: join(folder, "s.csv"), most: 5, out });
    expect(found).toMatchObject({ cannotSee: ["short ones"], lines: { 0: 2, 39: 41 } });
    expect(readFileSync(join(out, "review.csv"), "utf8").split("\n")[0]).toBe("row,decision,flagged,score,reasons,first,line,scan");
    await expect(clean({ scan: out })).rejects.toThrow(/dataKind must be of a known dataKind, got "sequences"/);
    const { files, quarantined } = await clean({ scan: out }, [tableScan, sequences]);
    expect(quarantined).toBe(4);
    const long = lines.filter((_, i) => i % 10 === 3);
    expect(readFileSync(files[0].quarantined, "utf8")).toBe(["label,steps\n", ...long].join(""));
    expect(readFileSync(files[0].cleaned, "utf8")).toBe(["label,steps\n", ...lines.filter((line) => !long.includes(line))].join(""));
  });

  it("is checked before anything is read or written", async () => {
    const out = join(folder, "none");
    await expect(scanData(sequences, { path: join(folder, "nothing.csv"), most: 0, out })).rejects.toThrow("most must be at least 1");
  });
});
