import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { type Outcome, inFolder, theriac } from "./command.ts";

/** Clears the screen, sets a title, writes over the line, forges a line, turns the direction, hides a tag. */
const bad = "\x1b[2J\x1b]0;owned\x07\u009b31m\rFORGED\nFORGED\u2028FORGED\u202e\u200b\u{e0041}\x7f\b";
/** The same for names of files, which cannot hold everything. */
const badName = "r\x1b[31m\u202e\nFORGED.jsonl";

function expectSafe({ stdout, stderr }: Outcome): void {
  for (const text of [stdout, stderr]) {
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(text.split("\n").filter((line) => line.startsWith("FORGED"))).toEqual([]);
  }
}

/** Reviews in which every name is hostile: columns, classes, tasks, accounts, texts, the file itself. */
function writeHostileReviews(folder: string, name = badName): void {
  const rng = makeRng(1);
  const lines = Array.from({ length: 160 }, (_, i) => {
    const isGood = i % 2 === 0;
    const word = (): string => (rng.uniform() < 0.4 ? (isGood ? "great" : "awful") : ["box", "chair", "lamp"][rng.integer(3)]);
    return JSON.stringify({
      [`label${bad}`]: `${isGood ? "good" : "bad"}${bad}`,
      [`text${bad}`]:
        i < 12 ? `buy this ${bad} now it is the best of all things ${i % 2}` : `${Array.from({ length: 9 }, word).join(" ")} ${bad} ${i}`,
      [`task${bad}`]: `t${i % 3}${bad}`,
      [`source${bad}`]: `s${i % 20}${bad}`,
      [`same${bad}`]: bad,
      [`number${bad}`]: (isGood ? 1 : 0) + rng.uniform(),
    });
  });
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

const columns = ["--label", `label${bad}`, "--text", `text${bad}`, "--task", `task${bad}`, "--source", `source${bad}`];
const small = ["--seeds", "1", "--budget", "10%", "--attack", "flipped-copies,label-flip", "--repair", "none", "--jobs", "1"];

describe.concurrent("hostile names on the way to a terminal", () => {
  it("act on nothing in an audit, and come whole out of its JSON", () =>
    inFolder(async (folder) => {
      writeHostileReviews(folder);
      const audit = await theriac(folder, "audit", badName, ...columns, ...small, "--out", `run${bad.replaceAll("\0", "")}`);
      expect(audit.exitCode).toBe(0);
      expectSafe(audit);
      expect(audit.stderr).toContain("\\u001b");
      const check = await theriac(folder, "check", `run${bad}`, "--json");
      expectSafe(check);
      expect(JSON.parse(check.stdout).run).toBe(`run${bad}`);
      expectSafe(await theriac(folder, "report", `run${bad}`));
    }));

  it("act on nothing in a scan, and in what it leaves", () =>
    inFolder(async (folder) => {
      writeHostileReviews(folder);
      const scan = await theriac(folder, "scan", badName, ...columns, "--out", "found");
      expect(scan.exitCode).toBe(0);
      expectSafe(scan);
      expectSafe(await theriac(folder, "clean", badName, "--scan", "found"));
      const json = await theriac(folder, "scan", badName, ...columns, "--quiet", "--json", "--out", "again");
      expectSafe(json);
      expect(JSON.stringify(JSON.parse(json.stdout))).toContain(JSON.stringify(bad).slice(1, -1));
    }));

  it("act on nothing where tasks are compared", () =>
    inFolder(async (folder) => {
      writeHostileReviews(folder);
      const tasks = await theriac(folder, "tasks", badName, ...columns, "--seeds", "1", "--pairs", "1", "--no-price");
      expect(tasks.exitCode).toBe(0);
      expectSafe(tasks);
    }));

  it("act on nothing when poison is written and taken out again", () =>
    inFolder(async (folder) => {
      writeHostileReviews(folder);
      const attack = await theriac(folder, "attack", badName, ...columns, "--attack", "label-flip", "--budget", "10%", "--out", "poisoned");
      expectSafe(attack);
      expect(attack.exitCode).toBe(0);
      const undo = await theriac(folder, "undo", join("poisoned", `${badName.slice(0, -6)}.poisoned-label-flip-10pct.jsonl.patch.json`));
      expectSafe(undo);
      expect(readFileSync(join(folder, badName), "utf8").length).toBeGreaterThan(0);
    }));

  it("act on nothing in an audit of a recommender", () =>
    inFolder(async (folder) => {
      const rng = makeRng(2);
      const lines = Array.from({ length: 900 }, (_, i) =>
        JSON.stringify({ [`u${bad}`]: `u${i % 45}${bad}`, [`i${bad}`]: `i${rng.integer(30)}${bad}`, [`r${bad}`]: 1 + rng.integer(5) }),
      );
      writeFileSync(join(folder, badName), `${lines.join("\n")}\n`);
      const named = ["--user", `u${bad}`, "--item", `i${bad}`, "--rating", `r${bad}`];
      const audit = await theriac(
        folder,
        "audit",
        badName,
        ...named,
        "--seeds",
        "1",
        "--budget",
        "5%",
        "--learner",
        "item-knn",
        "--jobs",
        "1",
      );
      expect(audit.exitCode).toBe(0);
      expectSafe(audit);
    }));

  it.each([
    ["an option", ["audit", "x.csv", `--${bad}`]],
    ["a command", [bad]],
    ["a file", ["audit", `no${bad}.csv`]],
    ["a kind", ["list", bad]],
    ["a number", ["audit", "x.csv", "--seeds", bad]],
    ["a budget", ["audit", "x.csv", "--budget", bad]],
    ["a limit", ["audit", "x.csv", "--limit", bad]],
    ["an attack", ["audit", "x.csv", "--attack", bad]],
    ["a column", ["audit", "x.csv", "--label", bad]],
    ["a class", ["audit", "x.csv", "--label", "y", "--target", `y = ${JSON.stringify(bad)}`]],
    ["a run", ["check", bad]],
    ["a patch", ["undo", bad]],
    ["a configuration", ["audit", "--config", `${bad}.yaml`]],
    ["a key of a configuration", ["audit", "--config", "keys.json"]],
    ["a configuration that is none", ["audit", "--config", "broken.yaml"]],
  ])("act on nothing when %s is refused", (_what, args) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "x.csv"), `y,x${bad.replaceAll(/[\r\n]/g, "")}\n${"p,1\nq,2\n".repeat(20)}`);
      writeFileSync(join(folder, "keys.json"), JSON.stringify({ [bad]: 1 }));
      writeFileSync(join(folder, "broken.yaml"), `a: [${bad}\n b: }`);
      const outcome = await theriac(folder, ...args);
      expect(outcome.exitCode).toBe(2);
      expectSafe(outcome);
      expect(outcome.stderr.trimEnd().split("\n").at(-1)).toMatch(/^theriac: /);
    }),
  );
});
