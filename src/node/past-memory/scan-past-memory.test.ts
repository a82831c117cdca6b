import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { scanPastMemory } from "./scan-past-memory.ts";

const folder = mkdtempSync(join(tmpdir(), "past-memory-"));
const path = join(folder, "reviews.csv");
const spill = join(folder, "spill");
writeFileSync(
  path,
  `account,posted,label,review\n${Array.from({ length: 50 }, (_, row) => `a${row},2024-01-01,${row % 2 === 0 ? "bad" : "good"},this is review number ${row}`).join("\n")}\n`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const data = { path, labels: ["label"], text: ["review"], source: "account" };

test.each([
  [{ data: { ...data, text: [] } }, /needs --text/],
  [{ data: { ...data, labels: ["label", "posted"] } }, /needs one --label/],
  [{ data: { path, text: ["review"], labels: ["account"] } }, /a label of 2 to 20 classes, and account has more/],
  [{ data: { ...data, task: "posted" } }, /knows no --task/],
  [{ data, effort: "full" as const }, /--effort full does not go with --memory/],
  [{ data, against: "old.csv" }, /--against does not go with --memory/],
])("%# what it does not cover is refused in words, and nothing is left", async (config, words) => {
  await expect(scanPastMemory(config, { memory: "1GB", spill })).rejects.toThrow(words);
  expect(readdirSync(spill, { recursive: true })).toEqual([]);
});

test("reviews without accounts and dates are read, and only what is flagged of them is listed", async () => {
  const plain = join(folder, "plain.csv");
  const rng = makeRng(5);
  const lines = Array.from({ length: 300 }, (_, row) => {
    const isGood = row % 2 === 0;
    const text = Array.from({ length: 12 }, (_, k) => (k % 4 === 0 ? (isGood ? "lovely" : "awful") : `word${rng.integer(400)}`));
    return `${row % 40 === 1 || isGood ? "good" : "bad"},${text.join(" ")}`;
  });
  writeFileSync(plain, `label,review\n${lines.join("\n")}\n`);
  const found = await scanPastMemory({ data: { path: plain, labels: ["label"], text: ["review"] }, seed: 1 }, { memory: "1GB", spill });
  expect(found.totalRows).toBe(300);
  expect(found.rows.every(({ flagged }) => flagged)).toBe(true);
  expect(found.rows.length).toBeLessThan(300);
  expect(readdirSync(spill)).toEqual([]);
});
