import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ratings } from "../../src/core/ratings.ts";
import { readRatings } from "../../src/node/read/ratings/read-ratings.ts";
import { makeMarketplace } from "../rating-marketplace.ts";
import { inFolder, theriac } from "./command.ts";

const clean = makeMarketplace(3, 60, 40);
const cells = (item: (name: string) => string, rating: (value: number) => string): string[][] =>
  Array.from(clean.user, (u, p) => [clean.users[u], item(clean.items[clean.item[p]]), rating(clean.value[p]), String(1.1e9 + p)]);

/** One rating a line in several forms; a quoted name holds what the form sets apart. */
const forms: Readonly<Record<string, () => string>> = {
  "r.csv": () =>
    [
      "user,item,rating,timestamp,note",
      ...cells(
        (i) => `"Film, ""${i}"""`,
        (v) => `${v}.0`,
      ).map((row) => [...row, "x"].join(",")),
    ].join("\r\n"),
  "r.tsv": () =>
    `${cells((i) => i, String)
      .map((row) => row.join("\t"))
      .join("\n")}\n`,
  "r.jsonl": () =>
    `${cells((i) => `"${i}", \\`, String)
      .map(([user, item, rating, timestamp]) =>
        JSON.stringify({ user, item, rating: Number(rating), timestamp: Number(timestamp), note: null }),
      )
      .join("\n")}\n`,
  // Who chose what, with and without a time.
  "chosen.csv": () =>
    `user,item,timestamp\n${cells((i) => i, String)
      .map(([user, item, , timestamp]) => `${user},${item},${timestamp}\n`)
      .join("")}`,
  "pairs.tsv": () =>
    `user\titem\n${cells((i) => i, String)
      .map(([user, item]) => `${user}\t${item}\n`)
      .join("")}`,
  "words.csv": () =>
    `user,item,rating,timestamp\n${cells(
      (i) => i,
      (v) => `${v} stars`,
    )
      .map((row) => row.join(","))
      .join("\n")}\n`,
};

const linesOf = ({ user, item, value, users, items }: Ratings): string[] =>
  Array.from(user, (u, p) => JSON.stringify([users[u], items[item[p]], value[p]])).sort();

const attack = ["--ratings", "--attack", "average-profiles", "--budget", "5%", "--fillers", "6", "--out", "poisoned", "--quiet"];

describe("attacking a copy of ratings", () => {
  it.each(Object.keys(forms))(
    "%s: the copy is the clean ratings and the accounts of the patch, and undoing gives the source back",
    async (name) => {
      await inFolder(async (folder) => {
        const source = forms[name]();
        writeFileSync(join(folder, name), source);
        const { exitCode, stdout, stderr } = await theriac(folder, "attack", name, ...attack);
        expect(stderr.replace(/^warning: .*\n/gm, "")).toBe("");
        expect(exitCode).toBe(0);
        const [, copy] = /^(\S+): \d+ rows inserted, by 3 accounts of a budget of 3$/m.exec(stdout) ?? [];
        const patch = JSON.parse(readFileSync(join(folder, `${copy}.patch.json`), "utf8")) as {
          about: { accounts: string[] };
          insert: unknown[];
        };
        const fake = new Set(patch.about.accounts);
        const [before, after] = [await readRatings({ data: join(folder, name) }), await readRatings({ data: join(folder, copy) })];
        const isFake = (line: string): boolean => fake.has((JSON.parse(line) as [string])[0]);
        const lines = linesOf(after.ratings);
        expect(lines.filter((line) => !isFake(line))).toEqual(linesOf(before.ratings));
        expect(lines.filter(isFake)).toHaveLength(patch.insert.length);
        expect(new Set(after.ratings.items)).toEqual(new Set(before.ratings.items));
        expect(after.ratings.scale).toEqual(before.ratings.scale);
        const times = new Set(before.ratings.time);
        expect(Array.from(after.ratings.time ?? []).every((time) => times.has(time))).toBe(true);
        // Nothing in the copy marks them.
        expect([...fake]).toEqual(["u60", "u61", "u62"]);
        const undone = await theriac(folder, "undo", `${copy}.patch.json`, "--out", "again");
        expect(undone.exitCode).toBe(0);
        expect(readFileSync(join(folder, "again"), "utf8")).toBe(source);
      });
    },
  );

  it("refuses options of tables, attacks on tables and a target that nobody rated, and writes nothing", async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, "r.tsv"), forms["r.tsv"]());
      const refusal = async (...more: string[]): Promise<string> => {
        const { exitCode, stderr } = await theriac(folder, "attack", "r.tsv", ...attack, ...more);
        expect(exitCode).toBe(2);
        return stderr;
      };
      expect(await refusal("--label", "x")).toContain("--label goes with tables, and these data are ratings");
      expect(await refusal("--target", "i999")).toContain('--target: there is no item "i999"');
      expect(await refusal("--learner", "logistic")).toContain('there is no engine "logistic"');
      writeFileSync(join(folder, "chosen.csv"), forms["chosen.csv"]());
      const explicit = await theriac(folder, "attack", "chosen.csv", ...attack, "--learner", "als-explicit");
      expect(explicit.exitCode).toBe(2);
      expect(explicit.stderr).toContain('engine "als-explicit" learns how much people like things, and these ratings do not say');
      const { stderr } = await theriac(
        folder,
        "attack",
        "r.tsv",
        "--ratings",
        "--attack",
        "label-flip",
        "--budget",
        "1%",
        "--out",
        "poisoned",
      );
      expect(stderr).toContain('there is no attack "label-flip"');
      expect(existsSync(join(folder, "poisoned"))).toBe(false);
    });
  });
});
