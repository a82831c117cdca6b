import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type SparseCell, cellOf, columnOf } from "../../../core/table.ts";
import { parseImageSize } from "./read-images.ts";
import { readTable } from "../read-table.ts";
import type { ReadRequest, ReadResult } from "../request.ts";

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
    await expect(read(folder, { labelFile: "x" })).rejects.toThrow("there is no file x");
    await expect(read(write("table.csv", Buffer.from("a,label\n1,x\n2,y\n")), { imageSize: "3" })).rejects.toThrow(
      "--image-size goes with",
    );
    write("one/only/a.png", await plain(2, 2).png().toBuffer());
    await expect(read(join(root, "one"))).rejects.toThrow('holds images of one class, "only"');
    mkdirSync(join(root, "nothing"));
    await expect(read(join(root, "nothing"), { format: "images" })).rejects.toThrow("holds no images");
  });
});

/** Six images of each class in these folders. */
async function layout(name: string, folders: readonly string[], image = plain(4, 4)): Promise<string> {
  const bytes = await image.png().toBuffer();
  for (const folder of folders) for (let i = 0; i < 6; i++) write(`${name}/${folder}/${i}.png`, bytes);
  return join(root, name);
}

const said = ({ notes }: ReadResult, level?: string): string[] =>
  notes.filter((note) => level === undefined || note.level === level).map(({ text }) => text);
const labelsOf = ({ table }: ReadResult): Record<string, unknown> =>
  Object.fromEntries(
    Array.from({ length: table.rows }, (_, row) => [cellOf(columnOf(table, "file"), row), cellOf(columnOf(table, "label"), row)]),
  );

describe.skipIf(sharp === null)("folders of images as data sets come", () => {
  it.each([
    ["train", "test"],
    ["Training", "validation"],
    ["seg_train", "seg_test"],
    ["val", "train"],
  ])("are read by their part for training where they have parts %s and %s, which is said", async (one, other) => {
    const [train, rest] = /train/i.test(one) ? [one, other] : [other, one];
    const name = `parts-${one}-${other}`;
    const folder = await layout(name, [`${train}/cat`, `${train}/dog`, `${rest}/cat`, `${rest}/dog`]);
    const result = await read(folder);
    expect(result.table.rows).toBe(12);
    expect(new Set(Object.values(labelsOf(result)))).toEqual(new Set(["cat", "dog"]));
    expect(Object.keys(labelsOf(result))[0]).toBe(join(train, "cat", "0.png"));
    expect(said(result)).toContain(
      `${train} of ${folder} is read (12 images), and ${rest} (12) left out; an audit draws its test rows from it (name another folder to read that)`,
    );
    expect((await read(join(folder, rest))).table.rows).toBe(12);
  });

  it("are classes whatever their folders are called", async () => {
    const result = await read(await layout("countries", ["NA", "EU", "null"]));
    expect(new Set(Object.values(labelsOf(result)))).toEqual(new Set(["NA", "EU", "null"]));
    expect(labelsOf(result)[join("NA", "0.png")]).toBe("NA");
  });

  it("are refused where no part is for training, or parts of other names hold the same classes", async () => {
    const none = await layout("untrained", ["val/cat", "val/dog", "test/cat", "test/dog"]);
    await expect(read(none)).rejects.toThrow(`the folders test, val in ${none} are parts of a data set, and none is for training`);
    const third = await layout("third", ["train/cat", "train/dog", "test/cat", "extra/dog"]);
    await expect(read(third)).rejects.toThrow("look like parts of a data set and extra does not: name the one to read");
    const folds = await layout("folds", ["a/cat", "a/dog", "b/cat", "b/dog"]);
    await expect(read(folds)).rejects.toThrow(
      `the folders a, b in ${folds} hold the same folders, cat, dog: these are the classes, it seems`,
    );
  });

  it("take what lies deeper for the class above it, and go through folders that hold one alone", async () => {
    const deep = await layout("deep", ["cat/persian", "cat/siamese", "dog"]);
    const result = await read(deep);
    expect(Object.values(labelsOf(result)).filter((label) => label === "cat")).toHaveLength(12);
    expect(said(result).join("\n")).toContain(`cat 12, dog 6; 12 of them lie deeper, as ${join(deep, "cat", "persian", "0.png")}`);
    const wrapped = await layout("wrapped", ["data/images/cat", "data/images/dog"]);
    expect((await read(wrapped)).table.rows).toBe(12);
  });

  it("take labels from a table that lies there and names them, by whole names, paths or names without ending", async () => {
    for (const [n, nameOf] of [
      (i: number) => `${i}.png`,
      (i: number) => `images/${i}.png`,
      (i: number) => `C:\\data\\images\\${i}.png`,
      (i: number) => String(i),
    ].entries()) {
      const folder = await layout(`flat${n}`, ["images"]);
      const extra = await layout(`flat${n}/images`, ["more"]);
      rmSync(join(extra, "more"), { recursive: true });
      for (let i = 6; i < 13; i++) write(`flat${n}/images/${i}.png`, await plain(4, 4).png().toBuffer());
      const lines = Array.from({ length: 12 }, (_, i) => `${nameOf(i)},${i % 2 ? "cat" : "dog"}\n`).join("");
      write(`flat${n}/labels.csv`, Buffer.from(`id,breed\n${lines}${n === 3 ? "" : "gone.png,dog\n"}`));
      const result = await read(folder);
      expect(labelsOf(result)[join("images", "3.png")]).toBe("cat");
      expect(result.table.rows).toBe(12);
      expect(said(result)).toContain(
        `labels: column "breed" of ${join(folder, "labels.csv")}, by the names in column "id" (override with --label-file, --label)`,
      );
      const warnings = said(result, "warning").join("\n");
      expect(warnings).toContain(
        `1 of 13 images have no label in ${join(folder, "labels.csv")} and are left out (the first: images/12.png)`,
      );
      if (n < 3) expect(warnings).toMatch(/1 of 13 rows of .* name no image in .*row 13 \(line 14\), "gone.png"/);
      expect(result.files.map(({ path }) => path)).toContain(join(folder, "labels.csv"));
    }
  });

  it("take labels from the table and the column that are named, refuse what disagrees, and need one where nothing says what they show", async () => {
    const folder = await layout("named", ["."]);
    for (let i = 6; i < 12; i++) write(`named/${i}.png`, await plain(4, 4).png().toBuffer());
    await expect(read(folder)).rejects.toThrow("12 images and nothing that says what they show: put those of a class into a subfolder");
    const rows = (labelOf: (i: number) => string): string => Array.from({ length: 12 }, (_, i) => `${i}.png,${labelOf(i)}\n`).join("");
    const table = write("tables/them.csv", Buffer.from(`image,age,sex\n${rows((i) => `${20 + i},${"mf"[i % 2]}`)}`));
    await expect(read(folder, { labelFile: table })).rejects.toThrow("is named like a label: say which one with --label");
    expect(labelsOf(await read(folder, { labelFile: table, labels: ["sex"] }))["1.png"]).toBe("f");
    expect(labelsOf(await read(folder, { labelFile: table, labels: ["age"], predict: "number" }))["1.png"]).toBe(21);
    const two = write("tables/two.csv", Buffer.from(`image,label\n${rows((i) => "mf"[i % 2])}3.png,m\n`));
    await expect(read(folder, { labelFile: two })).rejects.toThrow(`${two}: row 13 (line 14) says "m" of 3.png, of which row 4 says "f"`);
    const other = write("tables/other.csv", Buffer.from(`image,label\n${rows((i) => "mf"[i % 2]).replaceAll(".png", ".bmp")}`));
    await expect(read(folder, { labelFile: other })).rejects.toThrow(`no column of ${other} names images of ${folder}`);
  });

  it("take a table of labels that covers all parts for the part that is read, and tables without labels for none", async () => {
    const folder = await layout("kaggle", ["train", "test"]);
    for (let i = 6; i < 12; i++) write(`kaggle/train/${i}.png`, await plain(4, 4).png().toBuffer());
    const rows = Array.from({ length: 12 }, (_, i) => `train/${i}.png,${i % 2 ? "cat" : "dog"}\n`);
    write("kaggle/all.csv", Buffer.from(`file,label\n${rows.join("")}test/0.png,cat\ntest/77.png,cat\n`));
    const result = await read(folder);
    expect(result.table.rows).toBe(12);
    expect(labelsOf(result)[join("train", "0.png")]).toBe("dog");
    expect(said(result).join("\n")).toContain(`1 of 14 rows of ${join(folder, "all.csv")} name images that are left out`);
    expect(said(result, "warning").join("\n")).toMatch(/1 of 14 rows .* name no image in .*"test\/77.png"/);
    const captions = await layout("captions", ["cat", "dog"]);
    write("captions/metadata.csv", Buffer.from("file_name,caption\ncat/0.png,a cat\ndog/0.png,a dog\n"));
    expect(new Set(Object.values(labelsOf(await read(captions))))).toEqual(new Set(["cat", "dog"]));
  });

  it("of other kinds of images are refused with what is there and how to convert it, or left out with a warning", async () => {
    for (const label of ["cat", "dog"]) for (let i = 0; i < 3; i++) write(`gifs/${label}/${i}.gif`, Buffer.from("GIF89a"));
    write("gifs/cat/x.webp", Buffer.from("RIFF"));
    await expect(read(join(root, "gifs"))).rejects.toThrow(
      "holds 6 images in .gif and 1 in .webp and none in PNG or JPEG, which are read: convert",
    );
    const mixed = await layout("mixed", ["cat", "dog"]);
    write("mixed/cat/x.bmp", Buffer.from("BM"));
    expect(said(await read(mixed), "warning")).toContain("1 image in .bmp is left out: PNG and JPEG are read, so convert them first");
    write("mixed/bird/x.gif", Buffer.from("GIF89a"));
    await expect(read(mixed)).rejects.toThrow("holds no image, only 1 image in .gif, which must be converted");
    await expect(read(join(mixed, "cat", "0.png"))).rejects.toThrow(/image: name the folder/);
  });

  it("beside which a table lies that names none of them are not the data", async () => {
    const folder = join(root, "beside");
    write("beside/plots/a/one.png", await plain(2, 2).png().toBuffer());
    write("beside/rows.csv", Buffer.from(`x,label\n${Array.from({ length: 12 }, (_, i) => `${i * i},${"ab"[i % 2]}\n`).join("")}`));
    expect((await read(folder)).table.roles.features).toEqual(["x"]);
  });
});

describe.skipIf(sharp === null)("pixels", () => {
  const deep = (values: readonly number[], width: number, channels: number): Writer =>
    (
      make(Uint16Array.from(values), { raw: { width, height: values.length / width / channels, channels } }) as unknown as {
        toColourspace(space: string): Writer;
      }
    ).toColourspace(channels === 1 ? "grey16" : "rgb16");
  const first = (result: ReadResult): SparseCell => cellOf(columnOf(result.table, "image"), 0) as SparseCell;

  it("of 16 bits keep them all, in grey and in colour, resized or not", async () => {
    const folder = await layout("deep16", ["cat", "dog"], deep([0, 1, 255, 256, 40000, 65535], 3, 1));
    const result = await read(folder);
    expect(first(result)).toEqual({ indices: [1, 2, 3, 4, 5], values: [1, 255, 256, 40000, 65535].map((value) => value / 65535) });
    expect(said(result, "warning")).toEqual([]);
    expect(first(await read(folder, { colour: true })).values.slice(0, 3)).toEqual([1 / 65535, 1 / 65535, 1 / 65535]);
    const colours = await layout("deep48", ["cat", "dog"], deep([0, 1000, 65535, 7, 8, 9], 2, 3));
    expect(first(await read(colours, { colour: true })).values).toEqual([1000, 65535, 7, 8, 9].map((value) => value / 65535));
  });

  it("of 16 bits that use less than a hundredth of them are warned of", async () => {
    const folder = await layout(
      "dim",
      ["cat", "dog"],
      deep(
        Array.from({ length: 64 }, (_, p) => 4 * p),
        8,
        1,
      ),
    );
    const result = await read(folder);
    expect(first(result).values[0]).toBe(4 / 65535);
    expect(said(result, "warning").join()).toContain("pixels use only 0 to 252 of 0 to 65535 (0.38 %)");
  });

  it("of 8 bits that are 0 and 1 are warned of too, and images of one colour alone", async () => {
    const mask = await layout("mask", ["cat", "dog"], grey([0, 1, 1, 0], 2));
    expect(said(await read(mask), "warning").join()).toContain("pixels use only 0 to 1 of 0 to 255 (0.39 %)");
    const plainOnes = await layout("plainOnes", ["cat", "dog"], grey([51, 51, 51, 51], 2));
    expect(said(await read(plainOnes), "warning").join()).toContain("all pixels of all images are 0.2000: there is nothing to see");
  });

  it("that are transparent lie on black, with a warning that says how many and whether they vanish; opaque ones do not", async () => {
    const icon = await layout("icons", ["cat", "dog"], coloured([0, 0, 0, 0, 0, 0, 0, 255], 2, 4));
    expect(said(await read(icon), "warning").join()).toMatch(
      /12 of 12 images are transparent in places and lie on black, where 12 of them are of one colour \(the first: .*0\.png\)/,
    );
    const half = await layout("half", ["cat", "dog"], coloured([200, 128, 200, 255], 2, 2));
    const result = await read(half);
    expect(pixelsOf(first(result)).map(([, value]) => value)).toEqual([100, 200]);
    expect(said(result, "warning")).toHaveLength(1);
    const opaque = await layout("opaque", ["cat", "dog"], coloured([1, 2, 3, 255, 4, 5, 6, 255], 2, 4));
    expect(said(await read(opaque), "warning")).toEqual([]);
  });

  it("of palettes are their colours, and images lie as their camera says", async () => {
    const palette = await layout("palette", ["cat", "dog"]);
    const bytes = await coloured([255, 0, 0, 10, 20, 30], 2).png({ palette: true }).toBuffer();
    for (const label of ["cat", "dog"]) for (let i = 0; i < 6; i++) write(`palette/${label}/${i}.png`, bytes);
    expect(pixelsOf(first(await read(palette, { colour: true }))).map(([, value]) => value)).toEqual([255, 10, 20, 30]);
    const turned = await layout("turned", ["cat", "dog"]);
    const upright = make(Uint8Array.from([0, 60, 120, 180, 240, 250]), { raw: { width: 3, height: 2, channels: 1 } }) as unknown as {
      withMetadata(options: object): Writer;
    };
    const photo = await upright.withMetadata({ orientation: 6 }).png().toBuffer();
    for (const label of ["cat", "dog"]) for (let i = 0; i < 6; i++) write(`turned/${label}/${i}.png`, photo);
    const result = await read(turned);
    expect(said(result).join()).toContain("images of 2 × 3 pixels");
    // Turned clockwise: what was at the bottom left is at the top left.
    expect(pixelsOf(first(result)).map(([, value]) => value)).toEqual([180, 240, 60, 250, 120]);
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
