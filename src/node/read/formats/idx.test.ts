import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { cellOf, columnOf } from "../../../core/table.ts";
import type { ReadRequest } from "../request.ts";
import { readIdx } from "./idx.ts";
import { readTable } from "../read-table.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

function idx(type: number, shape: readonly number[], numbers: Buffer): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = type;
  head[3] = shape.length;
  shape.forEach((side, d) => head.writeUInt32BE(side, 4 + 4 * d));
  return Buffer.concat([head, numbers]);
}

const four = <T>(values: readonly T[]): T[] => [values, values, values, values].flat();
const images = idx(0x08, [12, 2, 2], Buffer.from(four([0, 255, 51, 0, 0, 0, 0, 0, 1, 2, 3, 4])));
const labels = idx(0x08, [12], Buffer.from(four([1, 0, 1])));

function write(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const read = (data: string, more: Partial<ReadRequest> = {}) => readTable({ data, labels: [], text: [], features: [], drop: [], ...more });

describe("images in an IDX file", () => {
  it("are read with the labels beside them, bytes as numbers up to 1, packed or not", async () => {
    write("t10k-labels-idx1-ubyte", labels);
    for (const path of [write("t10k-images-idx3-ubyte", images), write("t10k-images-idx3-ubyte.gz", gzipSync(images))]) {
      const { table, notes, files } = await read(path);
      expect(table.roles).toMatchObject({ labels: ["label"], features: ["image"] });
      expect(cellOf(columnOf(table, "image"), 0)).toEqual({ indices: [1, 2], values: [1, 0.2] });
      expect(cellOf(columnOf(table, "image"), 1)).toEqual({ indices: [], values: [] });
      expect([0, 1, 2].map((row) => cellOf(columnOf(table, "label"), row))).toEqual(["1", "0", "1"]);
      expect(notes[0].text).toMatch(/^labels from .*t10k-labels-idx1-ubyte/);
      expect(files.map(({ rows }) => rows)).toEqual([12, 0]);
    }
  });

  it("are found in a folder, where the file of labels is no data of its own", async () => {
    mkdirSync(join(folder, "set"));
    write("set/a-images.idx3-ubyte", images);
    write("set/a-labels.idx1-ubyte", labels);
    expect((await read(join(folder, "set"))).table.rows).toBe(12);
  });

  it("may hold numbers of any type, and have their labels anywhere", () => {
    const numbers = Buffer.alloc(16);
    [-1.5, 0, 2, 7].forEach((value, p) => numbers.writeFloatBE(value, 4 * p));
    const path = write("floats.idx", idx(0x0d, [2, 2], numbers));
    const labelFile = write("answers.bin", idx(0x0c, [2], Buffer.from([0, 0, 0, 5, 0, 0, 0, 6])));
    const { matrix, labels: found } = readIdx([path], labelFile, 1e6);
    expect([...matrix.indptr, ...matrix.indices, ...matrix.values]).toEqual([0, 1, 3, 0, 0, 1, -1.5, 2, 7]);
    expect([...found]).toEqual([5, 6]);
  });

  it("are refused in one sentence where they are cut off, of another kind, or without labels that fit", async () => {
    const good = write("x-images-idx3-ubyte", images);
    await expect(read(good)).rejects.toThrow("needs the labels of its images: name their IDX file with --label-file");
    const fits = write("fits.idx", labels);
    const short = write("short.idx", idx(0x08, [2], Buffer.from([1, 0])));
    await expect(read(good, { labelFile: short })).rejects.toThrow("must hold one label for each of the 12 images, and its shape is 2");
    await expect(read(good, { labelFile: good })).rejects.toThrow("and its shape is 12 × 2 × 2: it holds images itself");
    const column = write("column.idx", idx(0x08, [12, 1], Buffer.from(four([1, 0, 1]))));
    expect((await read(good, { labelFile: column })).table.rows).toBe(12);
    const flat = write("flat.idx", idx(0x08, [12, 0, 2], Buffer.alloc(0)));
    await expect(read(flat, { labelFile: fits })).rejects.toThrow("holds 12 images of 0 × 2 pixels, which is none");
    await expect(read(good, { labelFile: join(folder, "nowhere") })).rejects.toThrow("cannot be read");
    await expect(read(fits, { labelFile: fits })).rejects.toThrow("no images");
    for (const [name, bytes, message] of [
      ["cut.idx", images.subarray(0, 20), "it is cut off or damaged"],
      ["head.idx", images.subarray(0, 9), "is no IDX file"],
      ["huge.idx", idx(0x08, [0xffffffff, 0xffffffff], Buffer.alloc(8)), "it is cut off or damaged"],
      ["kind.idx", Buffer.from("a,b\n1,2\n"), "is no IDX file"],
      ["none.idx", Buffer.alloc(0), "is no IDX file"],
      ["nan.idx", idx(0x0d, [12, 1], Buffer.from(four([0x7f, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))), "is not finite"],
      ["packed.idx.gz", Buffer.from("not packed"), "cannot be unpacked"],
    ] as const)
      await expect(read(write(name, bytes), { labelFile: fits })).rejects.toThrow(message);
    const bomb = write("bomb.idx.gz", gzipSync(Buffer.alloc(30_000_000)));
    await expect(read(bomb, { labelFile: fits, memoryLimitBytes: 10_000_000 })).rejects.toThrow("unpacks to more than");
    await expect(read(write("table.csv", Buffer.from("a,label\n1,x\n2,y\n")), { labelFile: fits })).rejects.toThrow(
      "--label-file goes with",
    );
  });
});
