import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { clean } from "../clean.ts";
import { type Scan, scan } from "../scan.ts";

let folder: string;
let found: Scan;
const sources = ["=cmd|'/C calc'!A0", "\u001b[2Jclear", "+1", "plain"];
/** A blank line and a cell over two lines: lines of the file are not numbers of rows. */
const lines = Array.from({ length: 80 }, (_, i) => {
  const label = i % 2 === 0 ? "good" : "bad";
  const words = i % 16 === 5 ? "great fine" : label === "good" ? "great fine" : "awful poor";
  return `${label},${JSON.stringify(sources[i % 4])
    .slice(1, -1)
    .replace("\\u001b", "\u001b")},"${words}${i === 0 ? "\n" : " "}box ${i}"${i === 1 ? "\n" : ""}`;
});
const data = (): string => join(folder, "reviews.csv");
const request = () => ({ data: { path: data(), labels: ["label"], text: ["text"], source: "account" }, detectors: ["loss"] });
const path = (name: string): string => join(folder, "found", name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-scan-"));
  writeFileSync(data(), `label,account,text\n${lines.join("\n")}\n`);
  found = await scan({ ...request(), out: join(folder, "found") });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).not.toContain("\n");
  return (error as UsageError).message;
}

/** With other content in a file of the scan, for as long as it is looked at. */
async function withFile(name: string, text: string, look: () => Promise<void>): Promise<void> {
  const before = readFileSync(path(name));
  writeFileSync(path(name), text);
  try {
    await look();
  } finally {
    writeFileSync(path(name), before);
  }
}

const cleaned = (more: object = {}) => clean({ data: data(), scan: join(folder, "found"), out: join(folder, "parts"), ...more });
async function reviewed(text: string, more: object = {}) {
  writeFileSync(join(folder, "review.csv"), text);
  return cleaned({ review: join(folder, "review.csv"), out: mkdtempSync(join(folder, "parts-")), ...more });
}

describe("the folder of a scan", () => {
  it("counts rows from 1 and says on which line of the file each begins", () => {
    const written = readFileSync(path("findings.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { row: number; line: number });
    expect(written.map(({ row }) => row)).toEqual(found.rows.map(({ row }) => row + 1));
    const lineOf = new Map(written.map(({ row, line }) => [row, line]));
    // The header is line 1; row 1 takes two lines, and a blank line stands behind row 2.
    expect([1, 2, 3, 80].map((row) => lineOf.get(row))).toEqual([2, 4, 6, 83]);
  });

  it("holds a review that no spreadsheet runs and no terminal obeys", () => {
    const review = readFileSync(path("review.csv"), "utf8");
    expect(review.split("\n")[0]).toBe("row,group,decision,flagged,score,reasons,account,label,text,line,scan");
    expect(review).not.toContain("\u001b");
    expect(review).not.toMatch(/(^|,|")[=@＝]/m);
    expect(review).toContain(",'=cmd|'/C calc'!A0,");
    expect(review).toContain("\\u001b[2Jclear");
  });

  it("is scanned into by one process at a time, and a lock whose process is gone is taken over", async () => {
    const out = join(folder, "held");
    mkdirSync(out);
    writeFileSync(join(out, "lock.json"), JSON.stringify({ host: hostname(), pid: process.ppid, began: null }));
    expect(await refusal(scan({ ...request(), out }))).toMatch(/held is being written by process/);
    writeFileSync(join(out, "lock.json"), JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, began: null }));
    const [one, other] = await Promise.allSettled([scan({ ...request(), out }), scan({ ...request(), out })]);
    expect([one.status, other.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(readdirSync(out).sort()).toEqual(["findings.jsonl", "manifest.json", "report.html", "review.csv"]);
  });

  it("is refused at once where a name is taken, by a link to nowhere too", async () => {
    const out = mkdtempSync(join(folder, "taken-"));
    symlinkSync(join(folder, "nowhere"), join(out, "review.csv"));
    // Were the data read first, it would be said that they are not there.
    const nothing = { data: { path: join(folder, "nothing.csv") }, out };
    expect(await refusal(scan(nothing))).toMatch(/review\.csv exists already, and nothing is written over/);
    expect(readdirSync(out)).toEqual(["review.csv"]);
  });

  it("is not made where the scan cannot be", async () => {
    await refusal(scan({ ...request(), data: { path: join(folder, "nothing.csv") }, out: join(folder, "new", "deep") }));
    expect(readdirSync(folder)).not.toContain("new");
  });
});

describe("clean", () => {
  it("refuses findings that were cut, emptied, edited or added to", async () => {
    const whole = readFileSync(path("findings.jsonl"), "utf8");
    const first = whole.slice(0, whole.indexOf("\n") + 1);
    const others = [whole.split("\n").slice(0, 5).join("\n") + "\n", "", whole.replace('"row":', '"row":9'), whole + first, first + whole];
    for (const text of others)
      await withFile("findings.jsonl", text, async () =>
        expect(await refusal(cleaned())).toMatch(/findings\.jsonl is not what the scan wrote: it has \d+ lines of 80/),
      );
  });

  it("refuses a scan of an earlier version, whose rows counted otherwise", async () => {
    const old = readFileSync(path("manifest.json"), "utf8").replace('"schema": 2', '"schema": 1');
    await withFile("manifest.json", old, async () =>
      expect(await refusal(cleaned())).toMatch(/has schema 1 there; this version reads 2; scan the data again/),
    );
  });

  it("refuses a scan whose manifest reads the data as other rows than were scanned", async () => {
    const manifest = JSON.parse(readFileSync(path("manifest.json"), "utf8")) as { read: object; rows: number };
    const other = { ...manifest, read: { ...manifest.read, header: false, labels: ["c1"], source: "c2", text: ["c3"] } };
    await withFile("manifest.json", JSON.stringify(other), async () =>
      expect(await refusal(cleaned())).toMatch(/made of 80 rows, and read as its manifest says the data have 81/),
    );
  });

  it("refuses the review of another scan, and takes its own back as it is", async () => {
    const other = await scan({ ...request(), seed: 7, detectors: ["near-duplicates"], out: join(folder, "other") });
    expect(other.rows).toHaveLength(80);
    const strange = readFileSync(join(folder, "other", "review.csv"), "utf8");
    expect(await refusal(reviewed(strange))).toMatch(
      /line 2, column scan: these are decisions on another scan \(scan-[0-9a-f]{12}; this one is/,
    );
    const flagged = found.rows.filter((row) => row.flagged).length;
    expect(await reviewed(readFileSync(path("review.csv"), "utf8"))).toMatchObject({
      quarantined: flagged,
      overruled: 0,
      isReviewMarked: true,
    });
  });

  it("refuses a review of an earlier version, which lacks the mark of its scan", async () => {
    expect(await refusal(reviewed("row,decision,flagged,score,reasons,label\n0,remove,yes,1,x,bad\n"))).toMatch(
      /does not say of which scan it is/,
    );
  });

  it("takes whole numbers from 1 for rows and nothing else", async () => {
    for (const row of ["0", "81", "1e1", "0x10", "1.0", "-1", "", "+3", "03", "1_0", "٣", "NaN"])
      expect(await refusal(reviewed(`row,decision\n${row},remove\n`))).toMatch(
        `line 2, column row: must be a data row from 1 to 80 (the first row after the header is 1), got "${row}"`,
      );
  });

  it("counts a row that is decided twice once, and refuses it where the decisions differ", async () => {
    const flagged = new Set(found.rows.filter((row) => row.flagged).map(({ row }) => row));
    const row = [...Array(80).keys()].find((i) => !flagged.has(i)) ?? 0;
    const twice = await reviewed(`row,decision\n${row + 1},remove\n${row + 1},REMOVE\n`);
    expect(twice).toMatchObject({ quarantined: flagged.size + 1, kept: 79 - flagged.size, overruled: 1, isReviewMarked: false });
    expect(await refusal(reviewed(`row,decision\n${row + 1},remove\n\n${row + 1},keep\n`))).toMatch(
      `line 4: row ${row + 1} is to keep, and line 2 says remove; decide once`,
    );
  });

  it("of the same scan twice at once writes one result", async () => {
    const out = join(folder, "race");
    const results = await Promise.allSettled([cleaned({ out }), cleaned({ out })]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(readdirSync(out).sort()).toEqual(["reviews.cleaned.csv", "reviews.quarantined.csv"]);
  });
});
