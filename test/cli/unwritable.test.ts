import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesIn, theriac, writeReviews } from "./command.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const data = ["reviews.csv", "--label", "stars", "--text", "review"];
const attack = ["attack", ...data, "--attack", "label-flip", "--budget", "5%"];
const audit = [
  "audit",
  ...data,
  "--budget",
  "5%",
  "--seeds",
  "1",
  "--attack",
  "label-flip",
  "--repair",
  "none",
  "--detector",
  "none",
  "--quiet",
];
const patch = "poisoned/reviews.poisoned-label-flip-5pct.csv.patch.json";

/** Every command that writes, into a place. */
const commands: readonly (readonly [string, (place: string) => readonly string[]])[] = [
  ["audit", (place) => [...audit, "--out", place]],
  [
    "audit of ratings",
    (place) => [
      "audit",
      "ratings.csv",
      "--ratings",
      "--learner",
      "item-knn",
      "--attack",
      "random-profiles",
      "--seeds",
      "1",
      "--quiet",
      "--out",
      place,
    ],
  ],
  ["scan", (place) => ["scan", ...data, "--detector", "loss", "--quiet", "--out", place]],
  ["clean", (place) => ["clean", "reviews.csv", "--scan", "found", "--out", place]],
  ["attack", (place) => [...attack, "--quiet", "--out", place]],
  ["undo", (place) => ["undo", patch, "--out", join(place, "again.csv")]],
  [
    "tasks",
    (place) => [
      "tasks",
      ...data,
      "--task",
      "colour",
      "--pairs",
      "0",
      "--no-price",
      "--seeds",
      "1",
      "--quiet",
      "--out",
      join(place, "t.html"),
    ],
  ],
  ["attest", (place) => ["attest", ...data, "--quiet", "--out", place]],
  ["init", (place) => ["init", place]],
  ["demo", (place) => ["demo", "--data-only", "--quiet", "--out", place]],
];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-unwritable-"));
  writeReviews(folder);
  const ratings = Array.from({ length: 30 }, (_, user) =>
    [0, 1, 2, 3, 4].map((k) => `u${user},i${(user + k * k) % 17},${1 + ((user + k) % 5)},${1_700_000_000 + 86_400 * k}`),
  );
  writeFileSync(join(folder, "ratings.csv"), `user,item,rating,time\n${ratings.flat().join("\n")}\n`);
  writeFileSync(join(folder, "file"), "");
  await theriac(folder, ...attack, "--out", "poisoned");
  await theriac(folder, "scan", ...data, "--detector", "loss", "--out", "found");
  await theriac(folder, ...audit, "--out", "run");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

function oneLine(stderr: string): void {
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(/^theriac: .*cannot be written: /);
}

describe("a command whose place cannot be written", () => {
  it.each(commands)("%s says so in a line and exits 2 below a file, and leaves nothing", async (_, args) => {
    const before = filesIn(folder);
    const { exitCode, stderr } = await theriac(folder, ...args(join("file", "x")));
    oneLine(stderr);
    expect(exitCode).toBe(2);
    expect(filesIn(folder)).toEqual(before);
  });

  it.skipIf(process.platform === "win32")(
    "ends with 3 and a line where a file may not grow, and leaves nothing",
    () => {
      const before = filesIn(folder);
      for (const [name, args] of commands) {
        const command = ["-c", 'ulimit -f 1 && exec "$0" "$@"', process.execPath, main, ...args(`full-${name.length}`)];
        const { status, stderr } = spawnSync("sh", command, { cwd: folder, encoding: "utf8" });
        oneLine(stderr);
        expect([name, status]).toEqual([name, 3]);
        expect(filesIn(folder)).toEqual(before);
      }
    },
    240_000,
  );

  it.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
    "exits 2 on a file system that is read-only, and looks at whole runs there",
    async () => {
      const place = join(folder, "fixed");
      mkdirSync(place);
      if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", place]).status !== 0)
        return console.log("skipped: a small file system cannot be mounted here");
      try {
        await theriac(folder, ...audit, "--out", "fixed/run");
        await theriac(folder, ...audit, "--out", "fixed/bare");
        rmSync(join(place, "bare", "report.html"));
        spawnSync("mount", ["-o", "remount,ro", place]);
        for (const args of [
          ["report", "fixed/bare"],
          ["audit", "--resume", "fixed/bare", "--quiet"],
          ...commands.map(([, at]) => at("fixed/x")),
        ]) {
          const { exitCode, stderr } = await theriac(folder, ...args);
          oneLine(stderr);
          expect([args[0], exitCode]).toEqual([args[0], 2]);
        }
        expect((await theriac(folder, "report", "fixed/run")).exitCode).toBe(0);
        expect((await theriac(folder, "audit", "--resume", "fixed/run", "--quiet")).exitCode).toBe(0);
      } finally {
        spawnSync("umount", [place]);
      }
    },
    240_000,
  );
});

describe("theriac undo", () => {
  it("says what the data were held against, and takes the digest that was printed with the copy", async () => {
    const { copy, source } = JSON.parse(readFileSync(join(folder, patch), "utf8")) as Record<
      "copy" | "source",
      { name: string; sha256: string }
    >;
    const plain = await theriac(folder, "undo", patch, "--out", "a.csv");
    expect([plain.exitCode, plain.stderr]).toEqual([0, `sha256 ${source.sha256}, held against the patch alone\n`]);
    const held = await theriac(folder, "undo", patch, "--out", "b.csv", "--sha256", source.sha256.toUpperCase());
    expect([held.exitCode, held.stderr]).toEqual([0, `sha256 ${source.sha256}, held against the digest given for the data\n`]);
    const other = await theriac(folder, "undo", patch, "--out", "c.csv", "--sha256", copy.sha256);
    expect([other.exitCode, other.stderr]).toEqual([2, expect.stringMatching(/^theriac: --sha256 is neither that of the data/)]);
    const none = await theriac(folder, "undo", patch, "--out", "c.csv", "--sha256", "abc");
    expect([none.exitCode, none.stderr]).toEqual([2, 'theriac: --sha256 must be 64 hexadecimal digits, got "abc"\n']);
    expect(readdirSync(folder)).not.toContain("c.csv");
  });
});
