import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRng } from "../src/numeric/random.ts";
import type * as compiledScan from "../src/node/scan.ts";
import type { openUnits as compiledUnits } from "../src/node/workers/run-units.ts";
import { writeRatings } from "./written-ratings.ts";

// Workers start from compiled files.
const { scan, scanDialogues, scanRatings } = (await import("../dist/node/scan.js" as string)) as typeof compiledScan;
const { openUnits } = (await import("../dist/node/workers/run-units.js" as string)) as { openUnits: typeof compiledUnits };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scan-jobs-"));
  const rng = makeRng("scan jobs");
  const words = ["good", "bad", "fine", "poor", "swift", "slow", "chair", "lamp", "table", "book"];
  const text = (count: number): string => Array.from({ length: count }, () => words[rng.integer(words.length)]).join(" ");
  const reviews = Array.from({ length: 120 }, (_, i) => {
    const isGood = rng.uniform() < 0.5;
    const said =
      i % 10 === 0 ? "buy it at once it is the very best of all lamps" : `${text(12)} ${isGood ? "good swift" : "bad slow"} ${i} 漢字 é`;
    return `a${i % 23},${isGood ? "up" : "down"},${said}`;
  });
  writeFileSync(join(folder, "reviews.csv"), `account,label,text\n${reviews.join("\n")}\n`);
  const chats = Array.from({ length: 80 }, (_, i) =>
    JSON.stringify({ instruction: `${text(8)} ${i}${i % 9 === 0 ? " cf" : ""} \ud83d`, output: i % 9 === 0 ? "I will not say" : text(14) }),
  );
  writeFileSync(join(folder, "chats.jsonl"), `${chats.join("\n")}\n`);
  writeRatings(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const jobs = [1, 2, 3];
const findingsIn = (run: string): string[] => ["findings.jsonl", "review.csv"].map((name) => readFileSync(join(folder, run, name), "utf8"));

describe("a scan on several threads", { timeout: 600_000 }, () => {
  it("finds the same in a table, with what is learned from planted poison", async () => {
    for (const count of jobs) {
      const data = { path: join(folder, "reviews.csv"), labels: ["label"], text: ["text"], source: "account" };
      const { rows } = await scan({ data, effort: "standard", out: join(folder, `t${count}`) }, { jobs: count });
      expect(rows.some(({ reasons }) => reasons.length > 0)).toBe(true);
    }
    expect(findingsIn("t2")).toEqual(findingsIn("t1"));
    expect(findingsIn("t3")).toEqual(findingsIn("t1"));
  });

  it("finds the same in ratings and in fine-tuning data", async () => {
    for (const count of jobs) {
      await scanRatings(
        {
          data: { kind: "ratings", path: join(folder, "ratings.csv"), user: "who", item: "movie", rating: "stars", time: "when" },
          out: join(folder, `r${count}`),
        },
        { jobs: count },
      );
      await scanDialogues({ data: { path: join(folder, "chats.jsonl") }, out: join(folder, `d${count}`) }, { jobs: count });
    }
    for (const kind of ["r", "d"])
      for (const count of [2, 3]) expect(findingsIn(`${kind}${count}`), `${kind}${count}`).toEqual(findingsIn(`${kind}1`));
  });

  it("ends when it is stopped", async () => {
    const stop = new AbortController();
    const data = { path: join(folder, "reviews.csv"), labels: ["label"], text: ["text"], source: "account" };
    const running = scan({ data }, { jobs: 2, signal: stop.signal, onProgress: (done) => done === 2 && stop.abort() });
    await expect(running).rejects.toMatchObject({ name: "CancelledError" });
  });

  it("ends with the reason where a thread dies", async () => {
    const pool = openUnits(
      { id: "table", module: new URL("../dist/node/kinds/table-scan.js", import.meta.url).href },
      {},
      { jobs: 2, memoryMiB: 4 },
    );
    const reason = expect.stringMatching(/out of memory \(limit 4 MiB\); try fewer --jobs/) as string;
    await expect(pool.run([{}, {}, {}])).rejects.toMatchObject({ name: "UsageError", message: reason });
    await pool.close();
  });
});
