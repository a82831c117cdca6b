import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, start, theriac } from "../cli/command.ts";
import { writeRows } from "./rows.ts";

// It leaves a mark wherever it is run, and never answers.
const marking = `
import { writeFileSync } from "node:fs";
writeFileSync(process.argv[2], "");
setInterval(() => {}, 1000);
`;

describe("the training command of a run", () => {
  it("is started by --resume only where it is named again, word by word, and means the same files", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      writeFileSync(join(folder, "train.mjs"), marking);
      const mark = join(folder, "mark");
      const words = ["node", "train.mjs", mark];
      const asked = ["audit", "rows.csv", "--label", "kind", "--learner", "command:seconds=1", "--attack", "label-flip", "--seeds", "2"];
      const { child, outcome } = start(folder, ...asked, "--out", "run", "--quiet", "--", ...words);
      await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true);
      child.kill("SIGINT");
      expect((await outcome).stderr).toContain(`go on with: theriac audit --resume run -- ${words.join(" ")}`);

      rmSync(mark);
      mkdirSync(join(folder, "below"));
      const refusals: [string, readonly string[], RegExp][] = [
        ["run", [], /name it again, if you trust it: theriac audit --resume run -- node train\.mjs \S+mark/],
        ["run", ["--", "python", ...words.slice(1)], /another was named, if you trust it/],
        ["run", ["--", "node", "train.mjs"], /another was named/],
        [join("..", "run"), ["--", "node", "train.mjs", mark], /is not this folder: .* cd /],
      ];
      for (const [run, behind, message] of refusals) {
        const where = run === "run" ? folder : join(folder, "below");
        const { exitCode, stderr } = await theriac(where, "audit", "--resume", run, "--quiet", ...behind);
        expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
      }
      expect((await theriac(folder, "tasks", "--resume", "run", "--quiet")).exitCode).toBe(2);
      expect(existsSync(mark)).toBe(false);
    }));

  it("is not named where a run has none", () =>
    inFolder(async (folder) => {
      writeRows(folder);
      await theriac(
        folder,
        ...["audit", "rows.csv", "--label", "kind", "--attack", "label-flip", "--shard", "1/2", "--seeds", "2", "--out", "run"],
      );
      const file = join(folder, "run", "manifest.json");
      writeFileSync(file, readFileSync(file, "utf8").replace('"finished"', '"cancelled"'));
      writeFileSync(join(folder, "run", "records.jsonl"), "");
      const { exitCode, stderr } = await theriac(folder, "audit", "--resume", "run", "--", "node", "train.mjs");
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/runs no training command/)]);
    }));
});
