import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, inFolder, reviewLines, theriac, writeReviews } from "./command.ts";

/** Thirty users with two tastes. */
function writeRatings(folder: string): void {
  const lines = ["who,movie,stars"];
  for (let user = 0; user < 30; user++)
    for (let item = 0; item < 16; item++)
      if ((user * 7 + item * 5) % 3 !== 0) lines.push(`u${user},m${item},${item % 2 === user % 2 ? 4 + (item % 2) : 1 + (user % 3)}`);
  writeFileSync(join(folder, "ratings.csv"), `${lines.join("\n")}\n`);
}

const config = `data: { kind: ratings, path: ratings.csv, user: who, item: movie, rating: stars }
learners: [item-knn]
attacks: [random-profiles, { id: average-profiles }]
targets: [m1]
repairs: []
detectors: []
budgets: [10%]
seeds: 1
fillers: 4
`;

describe.concurrent("options", () => {
  it("are told by their groups, the usual ones first and all of them when asked", () =>
    inFolder(async (folder) => {
      const [few, all, other] = await Promise.all([
        theriac(folder, "audit", "--help"),
        theriac(folder, "audit", "--help", "--all"),
        theriac(folder, "help", "audit", "--all"),
      ]);
      const flags = (text: string): string[] => text.match(/^ {2}(?:-h, )?--[\w-]+/gm) ?? [];
      expect(flags(few.stdout).length).toBeLessThan(16);
      expect(few.stdout).toContain(`--help --all shows ${flags(all.stdout).length - flags(few.stdout).length - 2} more options.`);
      expect(few.stdout).not.toContain("--own-sample");
      for (const name of ["--own-sample", "--no-header", "--not-rated", "--verified-fraction"]) expect(all.stdout).toContain(name);
      expect(other).toEqual(all);
      expect((await theriac(folder, "audit", "--all")).exitCode).toBe(2);
    }));

  it("of an audit of ratings stand in a file too, which the command line overrides", () =>
    inFolder(async (folder) => {
      writeRatings(folder);
      writeFileSync(join(folder, "c.yaml"), config);
      const trials = async (...args: string[]): Promise<unknown> => {
        const { exitCode, stdout, stderr } = await theriac(folder, "audit", ...args, "--json", "--quiet");
        expect([exitCode, stderr]).toEqual([0, ""]);
        const document = JSON.parse(stdout) as { readonly trials: readonly { readonly id: string; readonly metrics: object }[] };
        return document.trials.map(({ id, metrics }) => ({ id, metrics }));
      };
      const said =
        "--ratings --user who --item movie --rating stars --learner item-knn --attack random-profiles,average-profiles --target m1";
      const more = "--repair none --detector none --budget 10% --seeds 1 --fillers 4";
      const asFlags = [...said.split(" "), ...more.split(" ")];
      const fromFile = await trials("--config", "c.yaml", "--out", "a");
      expect(fromFile).toEqual(await trials("ratings.csv", ...asFlags, "--out", "b"));
      expect(await trials("--config", "c.yaml", "--seeds", "2", "--out", "c")).toHaveLength(2 * (fromFile as unknown[]).length);
      // What does not say its kind takes it from the command line.
      writeFileSync(join(folder, "d.yaml"), config.replace("kind: ratings, ", ""));
      expect(await trials("--config", "d.yaml", "--ratings", "--out", "d")).toEqual(fromFile);
    }));

  it.each([
    ["--label", ["--label", "stars"], "", /--label goes with tables, and these data are ratings/],
    [
      "a kind",
      [],
      "data: { kind: rating }",
      /c\.yaml: data\.kind must be one of table, ratings, dialogues, got "rating" \(did you mean "ratings"\?\)/,
    ],
    ["an engine", [], "data: { kind: ratings }\nlearners: [item-nn]", /learners\[0\] must be .*did you mean "item-knn"/],
    ["a key", [], "data: { kind: ratings }\nlearner: item-knn", /unknown key "learner" \(did you mean "learners"\?\)/],
  ])("that do not go with ratings are refused by name: %s", (_, args, text, message) =>
    inFolder(async (folder) => {
      writeRatings(folder);
      writeFileSync(join(folder, "c.yaml"), text === "" ? config : text);
      const before = filesIn(folder);
      const { exitCode, stderr } = await theriac(folder, "audit", "--config", "c.yaml", ...args);
      expect(stderr).toMatch(/^theriac: [^\n]+\n$/);
      expect(stderr).toMatch(message);
      expect([exitCode, filesIn(folder)]).toEqual([2, before]);
    }),
  );

  it.each([
    ["table", ["reviews.csv", "--label", "stars"]],
    ["ratings", ["ratings.csv", "--ratings"]],
  ])("with the word none refuse others beside it: %s", (_, data) =>
    inFolder(async (folder) => {
      writeReviews(folder);
      writeRatings(folder);
      for (const option of ["--repair", "--detector"])
        for (const other of ["nonsense", "trimmed-ratings"]) {
          const { exitCode, stderr } = await theriac(folder, "audit", ...data, option, `none,${other}`);
          expect([exitCode, stderr]).toEqual([2, `theriac: ${option} none stands alone, got none, ${other}\n`]);
        }
    }),
  );

  it.each([[[]], [["--ratings"]]])("are all in what init writes, which runs once it names data: init %j", (more) =>
    inFolder(async (folder) => {
      writeRatings(folder);
      const ratings = readFileSync(join(folder, "ratings.csv"), "utf8").replace("who,movie,stars", "user,item,rating");
      writeFileSync(join(folder, "data.csv"), more.length > 0 ? ratings : `${reviewLines(80).join("\n").replace("stars", "label")}\n`);
      expect((await theriac(folder, "init", ...more)).exitCode).toBe(0);
      const few = "--seeds 1 --budget 1% --repair none --detector none --out run --quiet".split(" ");
      const attack = more.length > 0 ? ["--attack", "random-profiles", "--fillers", "4"] : ["--attack", "label-flip"];
      const { exitCode, stderr } = await theriac(folder, "audit", "--config", "theriac.config.yaml", ...few, ...attack);
      expect([stderr.replace(/^warning.*\n/gm, ""), [0, 1].includes(exitCode)]).toEqual(["", true]);
    }),
  );
});
