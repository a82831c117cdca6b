import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, inFolder, start, theriac, writeReviews } from "./command.ts";

const request = ["audit", "reviews.csv", "--label", "stars", "--text", "review", "--budget", "5%,10%", "--seeds", "3", "--quiet"];

/** Records without their times, and without the digest that covers them. */
function recordsOf(folder: string, run: string): unknown[] {
  const lines = readFileSync(join(folder, run, "records.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => ({ ...JSON.parse(line), times: null, check: null }));
}

async function untilRecorded(folder: string, run: string): Promise<void> {
  const file = join(folder, run, "records.jsonl");
  while (!existsSync(file) || statSync(file).size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("the records of a run", () => {
  it("are the same for 1, 2 and 5 worker threads, times aside, and so is the poison", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      for (const jobs of ["1", "2", "5"]) expect((await theriac(folder, ...request, "--jobs", jobs, "--out", jobs)).exitCode).toBe(0);
      const poison = (run: string): string[] =>
        filesIn(join(folder, run, "poison")).map((name) => name + readFileSync(join(folder, run, "poison", name), "utf8"));
      for (const jobs of ["2", "5"]) {
        expect(recordsOf(folder, jobs)).toEqual(recordsOf(folder, "1"));
        expect(poison(jobs)).toEqual(poison("1"));
      }
    }));
});

describe.concurrent("theriac audit --resume", () => {
  it("judges a finished run again and trains nothing", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const first = await theriac(folder, ...request, "--out", "run");
      const before = readFileSync(join(folder, "run", "records.jsonl"), "utf8");
      expect(await theriac(folder, "audit", "--resume", "run", "--quiet")).toEqual(first);
      expect(readFileSync(join(folder, "run", "records.jsonl"), "utf8")).toBe(before);
    }));

  it("writes the report of a run that was killed before it, and follows no link on the way", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      await theriac(folder, ...request, "--seeds", "1", "--out", "run");
      const report = join(folder, "run", "report.html");
      const page = readFileSync(report, "utf8");
      writeFileSync(join(folder, "precious"), "precious");
      rmSync(join(folder, "run", "junit.xml"));
      rmSync(report);
      for (const name of ["report.html", "report.html.part", "junit.xml.part"])
        symlinkSync(join(folder, "precious"), join(folder, "run", name));
      expect((await theriac(folder, "audit", "--resume", "run", "--quiet")).exitCode).toBe(0);
      expect(readFileSync(report, "utf8")).toBe(page);
      expect(lstatSync(report).isFile()).toBe(true);
      expect(existsSync(join(folder, "run", "junit.xml"))).toBe(true);
      expect(readFileSync(join(folder, "precious"), "utf8")).toBe("precious");
    }));

  it.each([
    [
      "a record was edited",
      (folder: string) => edit(join(folder, "run", "records.jsonl"), '"seed":0', '"seed":7'),
      /records\.jsonl: line 1 was changed after it was written/,
    ],
    ["a patch was edited", (folder: string) => editFirst(join(folder, "run", "poison")), /poison.*was changed after trial/],
    [
      "the manifest was edited",
      (folder: string) => edit(join(folder, "run", "manifest.json"), '"firstSeed": 0', '"firstSeed": 1'),
      /manifest\.json was changed after the run began: its study is not the one that its plan was made for/,
    ],
  ])("refuses with its reason when %s, and touches nothing", (_, damage, reason) =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { child, outcome } = start(folder, ...request, "--jobs", "1", "--out", "run");
      await untilRecorded(folder, "run");
      while (readdirSync(join(folder, "run", "poison")).filter((name) => name.endsWith(".json")).length < 2)
        await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill("SIGINT");
      await outcome;
      damage(folder);
      const before = readFileSync(join(folder, "run", "records.jsonl"), "utf8");
      const { exitCode, stderr } = await theriac(folder, "audit", "--resume", "run");
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(reason)]);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(readFileSync(join(folder, "run", "records.jsonl"), "utf8")).toBe(before);
    }),
  );

  it("refuses while another process writes the run", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { child, outcome } = start(folder, ...request, "--seeds", "500", "--out", "run");
      await untilRecorded(folder, "run");
      const second = await theriac(folder, "audit", "--resume", "run");
      child.kill("SIGINT");
      await outcome;
      expect([second.exitCode, second.stderr]).toEqual([2, expect.stringMatching(/run is being written by process \d+ on/)]);
    }));

  it("takes no other options", () =>
    inFolder(async (folder) => {
      expect(await theriac(folder, "audit", "--resume", "run", "--budget", "1%")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("got --budget"),
      });
    }));
});

describe.concurrent("a run whose machine gives out", () => {
  it("stops when its folder is removed, and says so", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { outcome } = start(folder, ...request, "--seeds", "500", "--out", "run");
      await untilRecorded(folder, "run");
      rmSync(join(folder, "run"), { recursive: true, force: true, maxRetries: 5 });
      const { exitCode, stderr } = await outcome;
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/records\.jsonl is gone: the run folder was removed/);
    }));

  it.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
    "keeps what it recorded when the disk is full, and goes on when there is room",
    () =>
      inFolder(async (folder) => {
        writeReviews(folder);
        mkdirSync(join(folder, "small"));
        const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=192k", "tmpfs", join(folder, "small")]);
        if (mounted.status !== 0) return console.log("skipped: a small file system cannot be mounted here");
        try {
          const full = await theriac(folder, ...request, "--seeds", "40", "--out", "small/run");
          expect([full.exitCode, full.stderr]).toEqual([3, expect.stringMatching(/the disk is full; what was recorded is kept/)]);
          const kept = readFileSync(join(folder, "small", "run", "records.jsonl"), "utf8")
            .split("\n")
            .slice(0, -1);
          expect(kept.length).toBeGreaterThan(0);
          spawnSync("mount", ["-o", "remount,size=16m", join(folder, "small")]);
          expect((await theriac(folder, "audit", "--resume", "small/run", "--quiet")).exitCode).toBe(0);
          const lines = new Set(readFileSync(join(folder, "small", "run", "records.jsonl"), "utf8").split("\n"));
          expect(kept.every((line) => lines.has(line))).toBe(true);
        } finally {
          spawnSync("umount", [join(folder, "small")]);
        }
      }),
  );
});

function edit(file: string, before: string, after: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toContain(before);
  writeFileSync(file, text.replace(before, after));
}

function editFirst(folder: string): void {
  const [name] = readdirSync(folder).filter((candidate) => candidate.endsWith(".json"));
  edit(join(folder, name), '"schema":1', '"schema":1,"touched":true');
}
