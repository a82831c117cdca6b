import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type SparseCell, cellOf, columnOf } from "../../core/table.ts";
import { parseImageSize } from "./read-images.ts";
import { readTable } from "./read-table.ts";
import type { ReadRequest } from "./request.ts";

interface Writer {
  png(options?: object): Writer;
  jpeg(options?: object): Writer;
  toBuffer(): Promise<Buffer>;
}
type MakeImage = (input: Uint8Array | object, options?: object) => Writer;

function loadMaker(): MakeImage | null {
  try {
    return createRequire(import.meta.url)("sharp") as MakeImage;
  } catch {
    return null;
  }
}
const sharp = loadMaker();

const root = mkdtempSync(join(tmpdir(), "theriac-images-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, bytes: Buffer): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, bytes);
  return whole;
}

const make = sharp as MakeImage;
const grey = (pixels: readonly number[], width: number): Writer =>
  make(Uint8Array.from(pixels), { raw: { width, height: pixels.length / width, channels: 1 } });
const coloured = (pixels: readonly number[], width: number, channels = 3): Writer =>
  make(Uint8Array.from(pixels), { raw: { width, height: pixels.length / width / channels, channels } });
const plain = (width: number, height: number): Writer =>
  make({ create: { width, height, channels: 3, background: { r: 90, g: 90, b: 90 } } });

/** Six images of each of two classes, in a folder of its own. */
async function folderOf(name: string, image: Writer): Promise<string> {
  for (const label of ["cat", "dog"]) for (let i = 0; i < 6; i++) write(`${name}/${label}/${i}.png`, await image.png().toBuffer());
  return join(root, name);
}

const read = (data: string, more: Partial<ReadRequest> = {}) => readTable({ data, labels: [], text: [], features: [], drop: [], ...more });
const pixelsOf = (cell: SparseCell): (readonly [number, number])[] => cell.indices.map((j, p) => [j, Math.round(255 * cell.values[p])]);

describe.skipIf(sharp === null)("images in folders", () => {
  it("are read by class, pixel for pixel, with their names and what was decided", async () => {
    const folder = await folderOf("plain", grey([0, 255, 51, 0, 7, 0], 3));
    write("plain/cat/read.me", Buffer.from("nothing"));
    write("plain/.hidden/x.png", Buffer.from("nothing"));
    const { table, notes, files } = await read(folder);
    expect(table.rows).toBe(12);
    expect(table.roles).toEqual({ labels: ["label"], features: ["image"], task: null, source: null, id: "file" });
    expect(cellOf(columnOf(table, "image"), 0)).toEqual({ indices: [1, 2, 4], values: [1, 0.2, 7 / 255] });
    expect([0, 6].map((row) => [cellOf(columnOf(table, "label"), row), cellOf(columnOf(table, "file"), row)])).toEqual([
      ["cat", join("cat", "0.png")],
      ["dog", join("dog", "0.png")],
    ]);
    expect(notes.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        "images by the names of their folders: cat 6, dog 6",
        "1 entry that end in none of .png .jpg .jpeg left out",
        "images of 3 × 2 pixels, in grey (override with --colour)",
      ]),
    );
    expect(files.map(({ path, rows }) => [path, rows])).toEqual([
      [join(folder, "cat"), 6],
      [join(folder, "dog"), 6],
    ]);
    const before = files.map(({ sha256 }) => sha256);
    write("plain/dog/3.png", await grey([1, 1, 1, 1, 1, 1], 3).png().toBuffer());
    const after = (await read(folder)).files.map(({ sha256 }) => sha256);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("are grey or in colour as said, and lie on black where they are transparent", async () => {
    const folder = await folderOf("colours", coloured([10, 20, 30, 255, 0, 0], 2));
    const { table } = await read(folder, { colour: true });
    expect(pixelsOf(cellOf(columnOf(table, "image"), 0) as SparseCell)).toEqual([
      [0, 10],
      [1, 20],
      [2, 30],
      [3, 255],
    ]);
    const [[, first], [, red]] = pixelsOf(cellOf(columnOf((await read(folder)).table, "image"), 0) as SparseCell);
    // Rec. 709 luminance of linear light: about a fifth of red's light, back in sRGB.
    expect(first).toBeGreaterThan(15);
    expect(first).toBeLessThan(25);
    expect(red).toBeGreaterThan(100);
    expect(red).toBeLessThan(140);
    const clear = await folderOf("clear", coloured([200, 200, 200, 0, 200, 200, 200, 255], 2, 4));
    expect(pixelsOf(cellOf(columnOf((await read(clear)).table, "image"), 0) as SparseCell)).toEqual([[1, 200]]);
  });

  it("are resized where a size is asked for, JPEG and PNG alike, and refused by name where sizes differ and none is", async () => {
    const folder = await folderOf("sizes", plain(8, 6));
    write("sizes/dog/wide.jpg", await plain(20, 10).jpeg({ quality: 100 }).toBuffer());
    await expect(read(folder)).rejects.toThrow(
      `${join(folder, "dog", "wide.jpg")} is 20x10 and ${join(folder, "cat", "0.png")} is 8x6: images of one size are needed, or --image-size 8x6`,
    );
    const { table, notes } = await read(folder, { imageSize: "4x5" });
    expect(notes.map(({ text }) => text)).toContain("images of 4 × 5 pixels, to which they were resized, in grey (override with --colour)");
    for (const row of [0, 12])
      expect(pixelsOf(cellOf(columnOf(table, "image"), row) as SparseCell)).toEqual(Array.from({ length: 20 }, (_, j) => [j, 90]));
  });

  it("are refused by name where they are damaged, of another kind, or too large", async () => {
    const folder = await folderOf("bad", plain(8, 6));
    const noise = make(
      Uint8Array.from({ length: 4800 }, (_, p) => (p * 7919) % 256),
      { raw: { width: 40, height: 40, channels: 3 } },
    );
    const [png, jpeg] = [await noise.png().toBuffer(), await noise.jpeg().toBuffer()];
    const huge = await plain(5000, 5000).png().toBuffer();
    for (const [name, bytes, message] of [
      ["cut.png", png.subarray(0, png.length / 2), "cannot be read as an image"],
      ["cut.jpg", jpeg.subarray(0, jpeg.length / 2), "cannot be read as an image"],
      ["empty.png", Buffer.alloc(0), "cannot be read as an image"],
      ["text.png", Buffer.from("a,b\n1,2\n"), "cannot be read as an image"],
      [
        "drawing.png",
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"/>'),
        "holds svg, and images are read from PNG and JPEG",
      ],
      ["huge.png", huge, "pixel"],
      ["large.png", await plain(400, 400).png().toBuffer(), "too many to learn from one by one"],
    ] as const) {
      const path = write(`bad/dog/${name}`, bytes);
      const error = await read(folder).then(
        () => "no error",
        (reason: unknown) => (reason as Error).message,
      );
      expect(error).toContain(`${path} `);
      expect(error).toContain(message);
      expect(error).not.toContain("\n");
      rmSync(path);
    }
    expect((await read(folder)).table.rows).toBe(12);
    await expect(read(folder, { memoryLimitBytes: 3000 })).rejects.toThrow("12 images of 8x6 would need about");
  });

  it("need two classes that hold some, and take no roles and options of other formats", async () => {
    const folder = await folderOf("roles", plain(4, 4));
    mkdirSync(join(root, "roles", "empty"));
    await expect(read(folder)).rejects.toThrow(`${join(folder, "empty")} holds no image`);
    rmSync(join(root, "roles", "empty"), { recursive: true });
    await expect(read(folder, { predict: "number" })).rejects.toThrow("the name of its folder, which is no number");
    await expect(read(folder, { task: "file" })).rejects.toThrow("no other roles");
    await expect(read(folder, { labelFile: "x" })).rejects.toThrow("--label-file goes with images in IDX files");
    await expect(read(write("table.csv", Buffer.from("a,label\n1,x\n2,y\n")), { imageSize: "3" })).rejects.toThrow(
      "--image-size goes with",
    );
    write("one/only/a.png", await plain(2, 2).png().toBuffer());
    await expect(read(join(root, "one"))).rejects.toThrow('holds images of one class, "only"');
    mkdirSync(join(root, "nothing"));
    await expect(read(join(root, "nothing"), { format: "images" })).rejects.toThrow("holds no images");
  });
});

describe("a size of images", () => {
  it("is a width and a height, or one for both", () => {
    expect(parseImageSize("28")).toEqual({ width: 28, height: 28 });
    expect(parseImageSize(" 32x24 ")).toEqual({ width: 32, height: 24 });
    for (const text of ["", "0", "28x", "x28", "28x0", "-3", "2.5", "1000x1000", "28x28x3"])
      expect(() => parseImageSize(text)).toThrow("--image-size must be a width and a height");
  });
});
