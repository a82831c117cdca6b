import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { cellsOf, readScratch } from "../../../../test/read-scratch.ts";
import { cellOf, columnOf } from "../../../core/table.ts";
import { openSource } from "../../poison/source-file.ts";
import { readRatings } from "../ratings/read-ratings.ts";

const { folder, write, read, refusal } = readScratch();

/** As numpy.lib.format writes version 1: the header padded with blanks to a multiple of 64 bytes, and a newline at its end. */
function npy(descr: string, shape: readonly number[], values: Uint8Array, isFortran = false): Buffer {
  const comma = shape.length === 1 ? "," : "";
  const words = `{'descr': ${descr}, 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': (${shape.join(", ")}${comma}), }`;
  const header = Buffer.from(`${words.padEnd(Math.ceil((words.length + 11) / 64) * 64 - 11)}\n`);
  const head = Buffer.from("\x93NUMPY\x01\x00\0\0", "latin1");
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, header, values]);
}

const bytesOf = (array: { readonly buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(array.buffer);
const rows = 12;
const numbers = Float64Array.from({ length: rows * 2 }, (_, p) => (p % 5) / 2);
const x = npy("'<f8'", [rows, 2], bytesOf(numbers));
const y = npy(
  "'|u1'",
  [rows],
  Uint8Array.from({ length: rows }, (_, row) => row % 3),
);
const words = npy(
  "'<U3'",
  [rows],
  bytesOf(
    Uint32Array.from(
      Array.from({ length: rows }, (_, row) => [...(row % 2 ? "né\0" : "pos")].map((letter) => letter.codePointAt(0)!)).flat(),
    ),
  ),
);
const archive = (arrays: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));

describe("arrays of NumPy", () => {
  it("are read of an archive that holds features and labels, which the usual names tell", async () => {
    const { table, files, dialect } = await read(write(archive({ x, y }), "npz"));
    expect(table.roles).toMatchObject({ labels: ["y"], features: ["x"] });
    expect(cellOf(columnOf(table, "x"), 0)).toEqual({ indices: [1], values: [0.5] });
    expect(cellOf(columnOf(table, "x"), 1)).toEqual({ indices: [0, 1], values: [1, 1.5] });
    expect(cellsOf(table, "y").slice(0, 4)).toEqual(["0", "1", "2", "0"]);
    expect(files).toMatchObject([{ rows }]);
    expect(files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(dialect).toMatchObject({ format: "npy", columns: ["y", "x"] });
  });

  it("are read of two files, by the name beside them or by --label-file", async () => {
    writeFileSync(join(folder, "X_train.npy"), x);
    writeFileSync(join(folder, "y_train.npy"), words);
    const beside = await read(join(folder, "X_train.npy"));
    expect(beside.notes.map(({ text }) => text)).toContain(`labels from ${join(folder, "y_train.npy")} (override with --label-file)`);
    expect(cellsOf(beside.table, "label").slice(0, 2)).toEqual(["pos", "né"]);
    expect(beside.files.map((file) => file.rows)).toEqual([rows, 0]);
    const named = await read(write(x, "npy"), { labelFile: write(y, "npy") });
    expect(cellsOf(named.table, "label").slice(0, 3)).toEqual(["0", "1", "2"]);
  });

  it("are named where their names do not tell, and the rest is said to be left out", async () => {
    const path = write(archive({ first: x, second: x, truth: y }), "npz");
    const { table, notes } = await read(path, { labels: ["truth"], features: ["second"] });
    expect(table.roles).toMatchObject({ labels: ["truth"], features: ["second"] });
    expect(notes[0].text).toBe(`${path}: the arrays first are left out (--features and --label name others)`);
    expect(await refusal(path)).toBe(
      `${path}: no array is named like the labels: name it with --label, or the file of the labels with --label-file; there are: first, second, truth`,
    );
    expect(await refusal(path, { labels: ["truht"] })).toContain('there is no array "truht" (did you mean "truth"?)');
    expect(await refusal(path, { labels: ["truth"] })).toContain("no array is named like the features: name it with --features");
    expect(await refusal(write(archive({ x, y }), "npz"), { task: "x" })).toContain("has a label and features and no other roles");
  });

  it.each([
    ["'<f4'", Float32Array, 0.5],
    ["'<i2'", Int16Array, -3],
    ["'<u2'", Uint16Array, 65535],
    ["'<i4'", Int32Array, -70000],
    ["'<u4'", Uint32Array, 4294967295],
    ["'|i1'", Int8Array, -7],
    ["'|b1'", Uint8Array, 1],
  ])("hold numbers of the type %s", async (descr, make, value) => {
    const { table } = await read(write(archive({ x: npy(descr, [rows, 1], bytesOf(new make(rows).fill(value))), y }), "npz"));
    expect(cellOf(columnOf(table, "x"), 5)).toEqual({ indices: [0], values: [value] });
  });

  it("may be big-endian, halves, long, or in the order of columns", async () => {
    const big = Buffer.alloc(rows * 8);
    for (let row = 0; row < rows; row++) big.writeDoubleBE(row + 0.25, row * 8);
    const columns = Float64Array.from({ length: rows * 2 }, (_, p) => (p < rows ? 10 + p : 50 + p - rows));
    // 0x3555 is 0.333251953125, the nearest half to a third (IEEE 754).
    const half = Uint16Array.from({ length: rows }, () => 0x3555);
    const cases: [Buffer, number, number[]][] = [
      [npy("'>f8'", [rows, 1], big), 3, [3.25]],
      [npy("'<f2'", [rows, 1], bytesOf(half)), 0, [0.333251953125]],
      [npy("'<i8'", [rows, 1], bytesOf(BigInt64Array.from({ length: rows }, () => -5n))), 0, [-5]],
      [npy("'<f8'", [rows, 2], bytesOf(columns), true), 2, [12, 52]],
      [npy("'<f8'", [rows, 1, 2], bytesOf(numbers)), 1, [1, 1.5]],
    ];
    for (const [array, row, values] of cases) {
      const { table } = await read(write(archive({ x: array, y }), "npz"));
      expect((cellOf(columnOf(table, "x"), row) as { readonly values: readonly number[] }).values).toEqual(values);
    }
  });

  it("are known by their content, whatever they are called", async () => {
    const { notes } = await read(write(archive({ x, y }), "data"));
    expect(notes[0].text).toContain("by its content it is read as NumPy arrays");
    expect(await refusal(write(x, "csv"))).toContain("is NumPy arrays: say --format npy");
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    [
      "objects",
      () => archive({ x: npy("'|O'", [rows, 1], Buffer.alloc(96)), y }),
      /array "x" holds Python objects, and nothing is run that a file holds/,
    ],
    ["records", () => archive({ x: npy("[('a', '<f8')]", [rows], Buffer.alloc(96)), y }), /values of the type a record/],
    ["complex numbers", () => archive({ x: npy("'<c16'", [rows, 1], Buffer.alloc(192)), y }), /values of the type <c16: .*astype\(float\)/],
    [
      "texts as features",
      () => archive({ x: npy("'|S2'", [rows, 1], Buffer.alloc(24, "a")), y }),
      /holds texts, and features must be numbers/,
    ],
    ["a list as features", () => archive({ x: npy("'<f8'", [rows], Buffer.alloc(96)), y }), /reshape it to \(-1, 1\)/],
    [
      "what is not finite",
      () => archive({ x: npy("'<f8'", [rows, 1], bytesOf(new Float64Array(rows).fill(NaN))), y }),
      /row 1, value 1 is not finite/,
    ],
    [
      "labels of other rows",
      () => archive({ x, y: npy("'|u1'", [5], Buffer.alloc(5)) }),
      /one label for each of the 12 rows, and its shape is 5$/,
    ],
    ["labels as columns", () => archive({ x, y: npy("'|u1'", [rows, 3], Buffer.alloc(36)) }), /of one column for each class take argmax/],
    ["a file that is cut off", () => archive({ x: x.subarray(0, -3), y }), /192 are? .*|it is cut off/],
    ["an archive that is cut off", () => archive({ x, y }).subarray(0, 300), /cannot be unpacked/],
  ])("are refused in a line that says what to do: %s", async (_, make, message) => {
    expect(await refusal(write(make(), "npz"))).toMatch(message);
  });

  it("are no ratings, need labels, and no changed copy of them is written", async () => {
    const alone = write(x, "npy");
    expect(await refusal(alone)).toBeTypeOf("string");
    const path = write(archive({ x, y }), "npz");
    await expect(readRatings({ data: path })).rejects.toThrow("npy data have no users and items");
    expect(await refusal(path, { delimiter: ";" })).toContain("--delimiter goes with");
    const result = await read(path);
    expect(() => openSource(result)).toThrow(`${path}: a changed copy of NumPy arrays is not written`);
  });
});
