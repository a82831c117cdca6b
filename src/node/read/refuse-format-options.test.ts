import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readRatings } from "./ratings/read-ratings.ts";
import { readTable } from "./read-table.ts";
import type { ReadRequest } from "./request.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (of: (i: number) => string, rows = 30): string => Array.from({ length: rows }, (_, i) => `${of(i)}\n`).join("");
function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const jsonl = write(
  "a.jsonl",
  lines((i) => JSON.stringify({ x: i % 7, user: i, item: i % 4, rating: i % 5, label: "ab"[i % 2] })),
);
const svm = write(
  "a.svm",
  lines((i) => `${i % 2} qid:${i % 3} 1:${i % 7} 3:1`),
);
const csv = write("a.csv", `x,z,label\n${lines((i) => `${i === 3 ? "inf" : i % 7},${(i * 5) % 11},${"ab"[i % 2]}`)}`);

const read = (data: string, more: Partial<ReadRequest> = {}) => readTable({ data, labels: [], text: [], features: [], drop: [], ...more });

describe("an option that the format of the data does not have", () => {
  it.each<[string, Partial<ReadRequest>, string]>([
    [jsonl, { delimiter: ";" }, "--delimiter goes with"],
    [jsonl, { header: false }, "--no-header goes with"],
    [jsonl, { quoted: true }, "--quoted goes with"],
    [jsonl, { imageSize: "8" }, "--image-size goes with images"],
    [svm, { header: true }, "--header goes with"],
    [svm, { missing: ["0"] }, "--missing goes with files of columns"],
    [svm, { notMissing: ["0"] }, "--not-missing goes with files of columns"],
    [csv, { labelFile: "x" }, "--label-file goes with images"],
    [csv, { colour: true }, "--colour goes with images"],
  ])("is refused: %s %j", async (path, more, message) => {
    await expect(read(path, more)).rejects.toThrow(message);
  });

  it("is refused of ratings too", async () => {
    await expect(readRatings({ data: jsonl, delimiter: ";" })).rejects.toThrow("--delimiter goes with");
    await expect(readRatings({ data: jsonl })).resolves.toBeDefined();
  });
});

describe("words for what is missing", () => {
  it("may be infinities", async () => {
    await expect(read(csv)).rejects.toThrow("is infinite; numbers must be finite (--missing inf,-inf reads infinity as missing)");
    const { notes } = await read(csv, { missing: ["inf", "-inf"] });
    expect(notes.map(({ text }) => text)).toContain('missing cells: "x" (1)');
  });

  it("cannot be values too", async () => {
    await expect(read(csv, { missing: ["NA"], notMissing: ["NA"] })).rejects.toThrow('"NA" is named by --missing and by --not-missing');
  });
});

describe("a column that has a role", () => {
  it("is not guessed to be the label as well", async () => {
    await expect(read(csv, { task: "label" })).rejects.toThrow("no column is named like a label");
    await expect(read(csv, { drop: ["label"] })).rejects.toThrow("no column is named like a label");
  });
});

describe("a file without a column that is named like a label", () => {
  it("may be one of ratings, where its columns are named like users and items", async () => {
    const clicks = write("clicks.csv", "customer,sku,clicked_at\na,x,2025-01-01\nb,y,2025-01-02\n");
    await expect(read(clicks)).rejects.toThrow('if rows say who ("customer") chose or rated what ("sku"), use --ratings');
    await expect(read(write("plain.csv", "a,b\n1,2\n"))).rejects.toThrow(/the columns are "a", "b"$/);
  });

  it("may be one of ratings, where three or four columns have no names", async () => {
    await expect(read(write("u.csv", "1,7,5,881250949\n2,7,3,881250950\n"))).rejects.toThrow(/if rows say who rated what, use --ratings$/);
  });
});

describe("a file of users, items and ratings", () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 11},${i % 7},${1 + (i % 5)},${(i * i) % 13}\n`).join("");
  const ratings = (columns: string, request: Partial<ReadRequest> = {}) => read(write("stars.csv", `${columns}\n${rows}`), request);

  it("is not learned from as a table unasked", async () => {
    await expect(ratings("userId,movieId,rating,timestamp")).rejects.toThrow('use --ratings, or --label "rating"');
  });

  it("is a table where there is more to learn from, and where a label is named", async () => {
    expect((await ratings("userId,movieId,rating,helpful")).notes.map(({ text }) => text).join()).toContain('label: column "rating"');
    expect((await ratings("userId,movieId,rating,timestamp", { labels: ["rating"] })).table.rows).toBe(40);
  });
});

describe("svmlight", () => {
  it("says that queries are left out", async () => {
    expect((await read(svm)).notes).toContainEqual(
      expect.objectContaining({ level: "warning", text: expect.stringContaining("the qid of 30 of 30 rows is left out") as string }),
    );
  });

  it("is refused where an index asks for more features than memory can hold", async () => {
    const path = write(
      "wide.svm",
      lines((i) => `${i % 2} 1:1 2000000000:1`),
    );
    await expect(read(path, { memoryLimitBytes: 4e9 })).rejects.toThrow("line 1 has the index 2000000000");
  });
});
