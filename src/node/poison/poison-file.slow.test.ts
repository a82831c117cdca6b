import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { applyToTable } from "../../core/apply/apply.ts";
import { UsageError } from "../../core/errors.ts";
import type { CellChange, DataPoison, RawRow } from "../../core/poison.ts";
import { type Cell, type Table, cellOf, columnOf, rowCells } from "../../core/table.ts";
import { checkPoisonedCopy, undoPatch, writePoisonedCopy } from "./poison-file.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadRequest, ReadResult } from "../read/request.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-poison-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly request: ReadRequest;
  readonly read: ReadResult;
  readonly folder: string;
}

async function given(content: string | Buffer, name: string, more: Partial<ReadRequest> = {}): Promise<Case> {
  const own = mkdtempSync(join(folder, "case-"));
  const data = join(own, name);
  writeFileSync(data, content);
  const request: ReadRequest = { data, labels: ["label"], text: [], features: [], drop: [], ...more };
  return { request, read: await readTable(request), folder: own };
}

const about = { attack: "label-flip", budgetFraction: 0.05, seed: 1 };

function write(one: Case, poison: Partial<DataPoison>, more: Record<string, unknown> = {}) {
  const whole: DataPoison = { kind: "data", relabel: [], edit: [], insert: [], ...poison };
  return writePoisonedCopy({ request: one.request, read: one.read, poison: whole, outFolder: one.folder, about: { ...about, ...more } });
}

function change(table: Table, row: number, column: string, after: Cell): CellChange {
  return { row, column, before: cellOf(columnOf(table, column), row), after };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).not.toContain("\n");
  return (error as UsageError).message;
}

const cellsOf = (table: Table): unknown[] => Array.from({ length: table.rows }, (_, row) => rowCells(table, row));

const small = `name,x,label\n${Array.from({ length: 12 }, (_, i) => `"n, ${i}",${i % 4}.50,${i % 2}\n`).join("")}`;

describe("a poisoned copy", () => {
  it("is refused before the poison is made where it could not be written", async () => {
    const one = await given(small, "small.csv");
    const check = (read: ReadResult) => (): void => checkPoisonedCopy({ request: one.request, read, outFolder: one.folder, about });
    expect(check(one.read)).not.toThrow();
    expect(check({ ...one.read, files: [{ ...one.read.files[0], path: "-" }] })).toThrow(/came over standard input/);
    expect(check({ ...one.read, files: [...one.read.files, ...one.read.files] })).toThrow(/is 2 files/);
    expect(check({ ...one.read, dialect: { ...one.read.dialect, compression: "gzip" } })).toThrow(/is packed/);
    writeFileSync(join(one.folder, "small.poisoned-label-flip-5pct.csv.patch.json"), "");
    expect(check(one.read)).toThrow(/exists already/);
  });

  it("changes the cells that the poison names and leaves every other byte alone", async () => {
    const one = await given(small, "small.csv", { features: ["name", "x"] });
    const { table } = one.read;
    const row: RawRow = { kind: "raw", cells: { name: `say "no"`, x: 2.5, label: "1" } };
    const { copyPath, patchPath } = await write(one, {
      relabel: [change(table, 3, "label", "0")],
      edit: [change(table, 3, "name", null), change(table, 5, "x", 1e-7)],
      insert: [row],
    });
    expect(copyPath).toBe(join(one.folder, "small.poisoned-label-flip-5pct.csv"));
    expect(patchPath).toBe(`${copyPath}.patch.json`);
    const lines = small.split("\n");
    lines[4] = `"",3.50,0`;
    lines[6] = `"n, 5",1e-7,1`;
    lines[13] = `"say ""no""",2.5,1\n`;
    expect(readFileSync(copyPath, "utf8")).toBe(lines.join("\n"));
    expect(readFileSync(one.request.data, "utf8")).toBe(small);
    const { restoredPath } = await undoPatch(patchPath, {});
    expect(restoredPath).toBe(join(one.folder, "small.restored.csv"));
    expect(readFileSync(restoredPath, "utf8")).toBe(small);
    expect(readdirSync(one.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("is never written over anything, nor is a restored file", async () => {
    const one = await given(small, "small.csv", { features: ["name", "x"] });
    const { patchPath } = await write(one, {});
    expect(await refusal(write(one, {}))).toContain("exists already");
    expect(await refusal(undoPatch(patchPath, { out: one.request.data }))).toContain("exists already");
    const out = join(one.folder, "elsewhere.csv");
    expect((await undoPatch(patchPath, { out })).restoredPath).toBe(out);
  });

  it("is refused for feature space, several files, packed or changed sources", async () => {
    const one = await given(small, "small.csv", { features: ["name", "x"] });
    expect(await refusal(write(one, { insert: [{ kind: "features", x: [1], y: 0, task: 0 }] }))).toContain("feature space");
    const several = { ...one, read: { ...one.read, files: [one.read.files[0], one.read.files[0]] } };
    expect(await refusal(write(several, {}))).toContain("2 files");
    const packed = { ...one, read: { ...one.read, dialect: { ...one.read.dialect, compression: "gzip" as const } } };
    expect(await refusal(write(packed, {}))).toContain("unpack");
    writeFileSync(one.request.data, small + small);
    expect(await refusal(write(one, {}))).toContain("has changed since");
  });

  it("of an unquoted TSV refuses a cell that cannot be expressed, and leaves nothing behind", async () => {
    const one = await given(
      `name\tx\tlabel\n${small
        .split("\n")
        .slice(1, -1)
        .map((line) => line.replaceAll('"', "").replace(", ", " ").replaceAll(",", "\t"))
        .join("\n")}`,
      "a.tsv",
      {
        features: ["name", "x"],
      },
    );
    const bad: RawRow = { kind: "raw", cells: { name: "a\tb", x: 1, label: "1" } };
    expect(await refusal(write(one, { insert: [bad] }))).toContain(`column "name" holds a newline or the delimiter`);
    expect(readdirSync(one.folder)).toEqual(["a.tsv"]);
    const good: RawRow = { kind: "raw", cells: { name: `a "b`, x: 1, label: "1" } };
    const { copyPath } = await write(one, { insert: [good] });
    expect(readFileSync(copyPath, "utf8").endsWith(`\na "b\t1\t1`)).toBe(true);
  });

  it("of JSON lines keeps the type of each value and the blanks around it", async () => {
    const source = Array.from(
      { length: 12 },
      (_, i) => `{ "t" : "t${i}", "deep": {"a":[1,"}"]}, "x": ${i % 5} , "label":${i % 2 === 0}}\r\n`,
    ).join("");
    const one = await given(source, "a.jsonl", { features: ["t", "x"] });
    const { table } = one.read;
    const { copyPath, patchPath } = await write(one, {
      relabel: [change(table, 0, "label", "false")],
      edit: [change(table, 0, "t", `a "b"`), change(table, 1, "x", 2.5)],
      insert: [{ kind: "raw", cells: { t: "12", x: 7, label: "true" } }],
    });
    const lines = readFileSync(copyPath, "utf8").split("\r\n");
    expect(lines[0]).toBe(`{ "t" : "a \\"b\\"", "deep": {"a":[1,"}"]}, "x": 0 , "label":false}`);
    expect(lines[1]).toBe(`{ "t" : "t1", "deep": {"a":[1,"}"]}, "x": 2.5 , "label":false}`);
    expect(lines[12]).toBe(`{"t":"12","x":7,"label":true}`);
    expect(readFileSync((await undoPatch(patchPath, {})).restoredPath, "utf8")).toBe(source);
  });

  it("of svmlight changes labels and features and counts as the file does", async () => {
    const source = `# head\n${Array.from({ length: 12 }, (_, i) => `${i % 2 ? "+1" : "-1"} qid:1 1:${i} 3:2 # note\n`).join("")}`;
    const one = await given(source, "a.svm");
    const { table } = one.read;
    const poison: Partial<DataPoison> = {
      relabel: [change(table, 0, "label", "1")],
      edit: [change(table, 1, "features", { indices: [0, 1], values: [0.5, 4] })],
      insert: [{ kind: "raw", cells: { label: "-1", features: { indices: [2], values: [9] } } }],
    };
    const { copyPath, patchPath } = await write(one, poison);
    const lines = readFileSync(copyPath, "utf8").split("\n");
    expect([lines[1], lines[2], lines[13]]).toEqual(["1 qid:1 1:0 3:2 # note", "+1 qid:1 1:0.5 2:4 # note", "-1 3:9"]);
    const again = await readTable({ ...one.request, data: copyPath });
    const whole: DataPoison = { kind: "data", relabel: [], edit: [], insert: [], ...poison };
    expect(cellsOf(again.table)).toEqual(cellsOf(applyToTable(table, whole)));
    expect(readFileSync((await undoPatch(patchPath, {})).restoredPath, "utf8")).toBe(source);
  });

  it("of Parquet is CSV, says so, and undoes to the clean table", async () => {
    const own = mkdtempSync(join(folder, "case-"));
    const data = join(own, "p.parquet");
    const connection = await DuckDBConnection.create();
    await connection.run(
      `COPY (SELECT i / 4 AS x, 'a, "' || (i % 3) AS t, i % 2 = 0 AS label FROM range(20) t(i)) TO '${data}' (FORMAT parquet)`,
    );
    const request: ReadRequest = { data, labels: ["label"], text: [], features: [], drop: [] };
    const one: Case = { request, read: await readTable(request), folder: own };
    const { copyPath, patchPath, note } = await write(one, { relabel: [change(one.read.table, 0, "label", "false")] });
    expect(note).toContain("its poisoned copy is CSV");
    expect(copyPath.endsWith("p.poisoned-label-flip-5pct.csv")).toBe(true);
    const { restoredPath } = await undoPatch(patchPath, {});
    expect(cellsOf((await readTable({ ...request, data: restoredPath })).table)).toEqual(cellsOf(one.read.table));
  });
});

describe("undoing a patch", () => {
  it("refuses a copy that was edited, a copy that is gone, and a patch that is malformed", async () => {
    const one = await given(small, "small.csv", { features: ["name", "x"] });
    const { copyPath, patchPath } = await write(one, { relabel: [change(one.read.table, 0, "label", "1")] });
    const patch = JSON.parse(readFileSync(patchPath, "utf8")) as Record<string, unknown>;
    const faults: [unknown, string][] = [
      ["{", "not JSON"],
      [[], "must be an object, got []"],
      [{}, `its kind must be "theriac-patch", got nothing`],
      [{ ...patch, schema: 2 }, "written by a newer version of Theriac"],
      [{ ...patch, copy: { ...(patch.copy as object), name: "../small.csv" } }, "copy.name must be the name of a file without its folder"],
      [{ ...patch, touched: [{}] }, `touched[0] needs the key "row", a`],
      [{ ...patch, keptBytes: 3 }, "keptBytes"],
      [{ ...patch, touched: [] }, "changed by hand"],
    ];
    for (const [content, message] of faults) {
      const path = join(one.folder, "bad.json");
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      expect(await refusal(undoPatch(path, {}))).toContain(message);
    }
    expect(await refusal(undoPatch(join(one.folder, "none.json"), {}))).toContain("there is no file");
    writeFileSync(copyPath, `${readFileSync(copyPath, "utf8")}more,1,1\n`);
    expect(await refusal(undoPatch(patchPath, {}))).toContain("changed since");
    rmSync(copyPath);
    expect(await refusal(undoPatch(patchPath, {}))).toContain("not beside its patch");
    expect(existsSync(join(one.folder, "small.restored.csv"))).toBe(false);
  });
});

describe("copy and undo", () => {
  const text = fc
    .oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom(...' ,"\n\r\tb;é😀\\') }))
    .map((value) => `t${value.replaceAll("\0", "")}`);
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const label = fc.constantFrom("no", "yes");
  const row = fc.record({ t: text, x: number, label });
  const table = fc.array(row, { minLength: 10, maxLength: 20 });
  const changes = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.record({ t: text }), fc.record({ x: number }), fc.record({ label }))), {
    maxLength: 8,
  });

  async function check(
    content: string,
    name: string,
    picked: [number, Record<string, Cell>][],
    added: Record<string, Cell>[],
  ): Promise<void> {
    const one = await given(content, name, {
      text: ["t"],
      features: ["x"],
      predict: "classes",
      ...(name.endsWith("csv") ? { header: true, delimiter: "," } : {}),
    });
    const before = one.read.table;
    const all = picked.flatMap(([at, cells]) =>
      Object.entries(cells).map(([column, after]) => change(before, at % before.rows, column, after)),
    );
    const poison: DataPoison = {
      kind: "data",
      relabel: all.filter(({ column }) => column === "label"),
      edit: all.filter(({ column }) => column !== "label"),
      insert: added.map((cells) => ({ kind: "raw", cells })),
    };
    const { copyPath, patchPath } = await write(one, poison);
    const again = await readTable({ ...one.request, data: copyPath });
    expect(JSON.stringify(cellsOf(again.table))).toBe(JSON.stringify(cellsOf(applyToTable(before, poison))));
    const { restoredPath } = await undoPatch(patchPath, {});
    expect(readFileSync(restoredPath).equals(readFileSync(one.request.data))).toBe(true);
    rmSync(one.folder, { recursive: true });
  }

  // Both classes and two values of x and t stand in the first rows and in an unchangeable place: the guesses about columns are not what is tested here.
  const fixed = Array.from({ length: 10 }, (_, i) => ({ t: `fixed words are here ${i}`, x: i + 0.5, label: i % 2 ? "no" : "yes" }));
  const beyondFixed = (picked: [number, Record<string, Cell>][], rows: number): [number, Record<string, Cell>][] =>
    picked.map(([at, cells]) => [fixed.length + (at % rows), cells]);

  it("give the source back byte for byte for CSV, and the copy reads as the poisoned table", { timeout: 120_000 }, async () => {
    const options = fc.record({ newline: fc.constantFrom("\n", "\r\n"), mark: fc.boolean(), last: fc.boolean(), always: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        table,
        changes,
        fc.array(row, { maxLength: 3 }),
        options,
        async (rows, picked, added, { newline, mark, last, always }) => {
          const quote = (value: string): string => (always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
          const lines = [...fixed, ...rows].map((one) => `${quote(one.t)},${String(one.x)},${quote(one.label)}`);
          const content = (mark ? "\ufeff" : "") + ["t,x,label", ...lines].join(newline) + (last ? newline : "");
          await check(content, "a.csv", beyondFixed(picked, rows.length), added);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("give the source back byte for byte for JSON lines, and the copy reads as the poisoned table", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        changes,
        fc.array(row, { maxLength: 3 }),
        fc.boolean(),
        fc.nat(2),
        async (rows, picked, added, last, space) => {
          const lines = [...fixed, ...rows].map((one) => JSON.stringify(one, null, space).replaceAll("\n", ""));
          await check(lines.join("\n") + (last ? "\n" : ""), "a.jsonl", beyondFixed(picked, rows.length), added);
        },
      ),
      { numRuns: 40 },
    );
  });
});
