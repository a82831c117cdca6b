import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import type { CampaignFinding } from "../../study/scan/scan-result.ts";
import { scan } from "../scan.ts";
import { scanPastMemory } from "./scan-past-memory.ts";

const folder = mkdtempSync(join(tmpdir(), "past-memory-"));
const path = join(folder, "reviews.csv");
const spill = join(folder, "spill");
const rows = 3000;
const planted = { flood: [] as number[], trigger: [] as number[], liar: [] as number[] };

beforeAll(() => writeFileSync(path, reviews()));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reviews whose mood is told by one word in four; a flood of 24 edited copies, a phrase in 40 rows that says otherwise, and an account that turns all of its 20 labels. */
function reviews(): string {
  const rng = makeRng(5);
  const word = (): string => `w${Math.floor(3000 * rng.uniform() ** 2)}`;
  const text = (mood: number): string[] =>
    Array.from({ length: 35 + rng.integer(20) }, () => (rng.uniform() < 0.25 ? `${["poor", "fine"][mood]}${rng.integer(20)}` : word()));
  const base = text(1);
  const lines = ["account,posted,label,review"];
  for (let row = 0; row < rows; row++) {
    let mood = rng.integer(2);
    let label = mood;
    let words = text(mood);
    let account = `a${rng.integer(300)}`;
    if (row % 125 === 7) {
      planted.flood.push(row);
      words = base.map((own) => (rng.uniform() < 0.08 ? word() : own));
      label = 1;
    } else if (row % 75 === 11) {
      planted.trigger.push(row);
      words = text((mood = 0));
      words.splice(5, 0, "old", "brass", "lamp");
      label = 1;
    } else if (row % 150 === 3) {
      planted.liar.push(row);
      account = "liar";
      label = 1 - mood;
    }
    lines.push(`${account},2024-0${1 + (row % 9)}-10,${["bad", "good"][label]},${words.join(" ")}`);
  }
  return `${lines.join("\n")}\n`;
}

const data = { path, labels: ["label"], text: ["review"], source: "account" };

function groupOf(campaigns: readonly CampaignFinding[], detector: string): readonly number[] {
  return campaigns.find(({ detectors }) => detectors.includes(detector))?.rows ?? [];
}

test("what is found piece by piece are the groups that are found in memory, in the same files, and the spill folder is empty at the end", async () => {
  const out = join(folder, "run");
  const past = await scanPastMemory({ data, out }, { memory: "1GB", spill });
  const detectors = past.detectors.map(({ id }) => ({ id }));
  const whole = await scan({ data, detectors });
  // Copies meet by chance, so that a few of a hundred are missed; nobody else is among them.
  expect(groupOf(whole.campaigns, "text-campaigns")).toEqual(planted.flood);
  expect(planted.flood).toEqual(expect.arrayContaining([...groupOf(past.campaigns, "text-campaigns")]));
  expect(groupOf(past.campaigns, "text-campaigns").length).toBeGreaterThan(0.9 * planted.flood.length);
  expect(groupOf(past.campaigns, "trigger-association")).toEqual(planted.trigger);
  expect(past.campaigns.find(({ detectors: [id] }) => id === "trigger-association")?.sentence).toMatch(
    /^40 rows hold the phrase "old brass lamp": 40 of 40 rows with it are labelled "good"/,
  );
  const flaggedIn = ({ rows: found }: typeof whole | typeof past): Set<number> =>
    new Set(found.filter(({ flagged }) => flagged).map(({ row }) => row));
  for (const row of planted.trigger) expect(flaggedIn(whole).has(row)).toBe(true);
  expect(groupOf(past.campaigns, "lying-accounts").filter((row) => planted.liar.includes(row)).length).toBeGreaterThan(
    0.7 * planted.liar.length,
  );
  expect(past.sources.map(({ name }) => name)).toEqual(["liar"]);
  expect(groupOf(past.campaigns, "lying-accounts").every((row) => planted.liar.includes(row))).toBe(true);
  expect(readdirSync(spill)).toEqual([]);
  expect(readdirSync(out).sort()).toEqual(["findings.jsonl", "manifest.json", "report.html", "review.csv"]);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  expect(manifest.rows).toBe(rows);
  expect(manifest.notRun.map(({ detector }: { detector: string }) => detector)).toContain("label-triggers");
  const [first] = readFileSync(join(out, "findings.jsonl"), "utf8")
    .split("\n")
    .map((line) => line && JSON.parse(line));
  expect(first.content).toMatch(/^[0-9a-f]{16}$/);
}, 240_000);
