import * as arrow from "apache-arrow";
import { describe, expect, it } from "vitest";
import { cellsOf, readScratch } from "../../../../test/read-scratch.ts";
import { cellOf, columnOf } from "../../../core/table.ts";
import { openSource } from "../../poison/source-file.ts";
import { readRatings } from "../ratings/read-ratings.ts";

const { write, read, refusal } = readScratch();
const rows = 24;
const each = <T>(of: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => of(i));

function tableOf(): arrow.Table {
  return new arrow.Table({
    x: arrow.vectorFromArray(
      each((i) => (i === 3 ? null : i / 4)),
      new arrow.Float64(),
    ),
    n: arrow.vectorFromArray(
      each((i) => (i * 7) % 5),
      new arrow.Int16(),
    ),
    account: arrow.vectorFromArray(
      each((i) => 9007199254740993n + BigInt(i % 4)),
      new arrow.Int64(),
    ),
    when: arrow.vectorFromArray(
      each((i) => new Date(Date.UTC(2026, 0, 1 + i))),
      new arrow.DateDay(),
    ),
    word: arrow.vectorFromArray(
      each((i) => ["good", "né", "😀"][i % 3]),
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
    ),
    list: arrow.vectorFromArray(
      each((i) => [i % 3, 0, 1.5]),
      new arrow.List(new arrow.Field("item", new arrow.Float64())),
    ),
    hold: arrow.vectorFromArray(
      each(() => new Uint8Array([1])),
      new arrow.Binary(),
    ),
    label: arrow.vectorFromArray(
      each((i) => (i % 2 === 0 ? "a" : "b")),
      new arrow.Utf8(),
    ),
  });
}

const file = arrow.tableToIPC(tableOf(), "file");
const stream = arrow.tableToIPC(tableOf(), "stream");

describe("Arrow IPC", () => {
  it.each([
    ["feather", file],
    ["arrow", stream],
  ])("is read as it is typed: a file that ends in %s", async (ending, bytes) => {
    const path = write(bytes, ending);
    const { table, notes, files, dialect } = await read(path, { source: "account", drop: ["when"] });
    expect(table.rows).toBe(rows);
    expect(cellsOf(table, "x").slice(0, 5)).toEqual([0, 0.25, 0.5, null, 1]);
    expect(cellsOf(table, "n").slice(0, 4)).toEqual([0, 2, 4, 1]);
    // Whole numbers beyond 2^53 stay what they are.
    expect(new Set(cellsOf(table, "account"))).toEqual(
      new Set(["9007199254740993", "9007199254740994", "9007199254740995", "9007199254740996"]),
    );
    expect(cellsOf(table, "word").slice(0, 3)).toEqual(["good", "né", "😀"]);
    expect(cellOf(columnOf(table, "list"), 2)).toEqual({ indices: [0, 2], values: [2, 1.5] });
    expect(table.roles.labels).toEqual(["label"]);
    expect(notes.map(({ text }) => text).join("\n")).toMatch(/column "hold" is left out.*its type is Binary/);
    expect(files).toMatchObject([{ path, bytes: bytes.length, rows }]);
    expect(dialect).toMatchObject({ format: "arrow", newline: "\n" });
  });

  it.each([arrow.CompressionType.LZ4_FRAME, arrow.CompressionType.ZSTD])(
    "may be packed inside with LZ4, and is refused with Zstandard: %s",
    async (type) => {
      // A frame of one block that is as it was, which is a frame all the same.
      const encode = (data: Uint8Array): Uint8Array => {
        const sized = Buffer.alloc(4);
        sized.writeUInt32LE((data.length | 0x80000000) >>> 0);
        return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]), sized, data, Buffer.alloc(4)]);
      };
      const validator =
        arrow.CompressionType[type] === "LZ4_FRAME"
          ? encode
          : (data: Uint8Array) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), encode(data)]);
      arrow.compressionRegistry.set(type, { encode: validator });
      const packed = arrow.RecordBatchFileWriter.writeAll(tableOf(), { compressionType: type } as never).toUint8Array(true);
      arrow.compressionRegistry.set(type, null as never);
      const path = write(packed, "feather");
      if (type === arrow.CompressionType.LZ4_FRAME)
        expect(cellsOf((await read(path, { drop: ["when"] })).table, "word").slice(0, 3)).toEqual(["good", "né", "😀"]);
      else
        expect(await refusal(path)).toContain(
          "is packed inside with Zstandard: write it with LZ4 or plain, in pandas with to_feather(path)",
        );
    },
  );

  it("is read of several files with the same columns, and by its content", async () => {
    const [a, b] = [write(file, "feather"), write(file, "feather")];
    expect(
      (await read(a.replace(/file\d+/, `file{${/file(\d+)/.exec(a)![1]},${/file(\d+)/.exec(b)![1]}}`), { drop: ["when"] })).table.rows,
    ).toBe(2 * rows);
    const { notes } = await read(write(file, "data"), { drop: ["when"] });
    expect(notes[0].text).toContain("by its content it is read as Arrow IPC (Feather)");
    expect(await refusal(write(file, "csv"))).toContain("is Arrow IPC (Feather): say --format arrow");
  });

  it("gives dates, ratings, and copies as CSV", async () => {
    const { table } = await read(write(file, "feather"), { features: ["x", "when"] });
    expect(String(cellsOf(table, "when")[1])).toMatch(/^(2026-01-02|\d+)/);
    const rated = new arrow.Table({
      user: arrow.vectorFromArray(
        each((i) => `u${i % 6}`),
        new arrow.Utf8(),
      ),
      item: arrow.vectorFromArray(
        each((i) => `i${Math.floor(i / 6)}`),
        new arrow.Utf8(),
      ),
      rating: arrow.vectorFromArray(
        each((i) => 1 + (i % 5)),
        new arrow.Int32(),
      ),
    });
    expect((await readRatings({ data: write(arrow.tableToIPC(rated, "file"), "arrow") })).ratings.value.length).toBe(rows);
    const { list: _, ...plain } = { list: 0, label: "a" };
    expect(plain).toEqual({ label: "a" });
    const path = write(arrow.tableToIPC(tableOf().select(["x", "word", "label"]), "file"), "feather");
    const { source, isConverted } = openSource(await read(path));
    expect(isConverted).toBe(true);
    expect(source.path).toMatch(/\.csv$/);
    expect(source.bytes.toString().split("\n").slice(0, 3)).toEqual(["x,word,label", "0,good,a", "0.25,né,b"]);
  });

  it("is refused where it is damaged, empty, of no plain columns or asked for what it has not", async () => {
    const path = write(file.subarray(0, file.length / 2), "arrow");
    expect(await refusal(path)).toContain("cannot be read as Arrow: it is cut off or damaged");
    expect(await refusal(write("", "arrow"))).toContain("is empty");
    expect(await refusal(write("a,b\n1,2\n", "arrow"))).toContain("cannot be read as Arrow");
    expect(await refusal(write("PAR1xxxx", "arrow"))).toContain("is no Arrow file; it is Parquet: say --format parquet");
    expect(await refusal(write(arrow.tableToIPC(tableOf().select(["hold"]), "file"), "arrow"))).toContain(
      'holds no column of plain values ("hold": ',
    );
    expect(await refusal(write(file, "arrow"), { header: true })).toContain("--header goes with");
  });
});
