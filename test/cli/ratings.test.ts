import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeRatings } from "../written-ratings.ts";
import { filesIn, inFolder, theriac } from "./command.ts";

const columns = ["--user", "who", "--item", "movie", "--rating", "stars", "--time", "when"];
const small = ["--attack", "average-profiles,random-profiles", "--budget", "5%,20%", "--seeds", "2", "--fillers", "5", "--target", "m1"];
const run = (folder: string, ...more: string[]) => theriac(folder, "audit", "ratings.csv", ...columns, ...small, ...more);

interface Document {
  readonly verdict: { readonly outcome: string };
  readonly baselines: Record<string, Record<string, { value: number }>>;
  readonly summary: {
    learner: string;
    attack: string | null;
    budgetFraction: number;
    repair: string;
    metric: string;
    figure: { value: number; low: number | null };
  }[];
  readonly cuts: {
    detector: string;
    attack: string | null;
    recall: { value: number } | null;
    precision: { value: number } | null;
    falseAlarmRate: { value: number };
  }[];
  readonly harm: {
    readonly engine: string;
    readonly accounts: number;
    readonly users: { user: string; listedBefore: number; listedAfter: number; rankBefore: number; rankAfter: number }[];
    readonly traced: {
      vulnerability: number[][];
      accounts: number[];
      users: string[];
      paths: { account: number; item: string; user: string; pathLift: number }[];
    } | null;
  }[];
  readonly trials: {
    learner: string;
    attack: string | null;
    status: string;
    budgetRows: number;
    repair: string;
    touchedRows: number;
    target: string | null;
    metrics: Record<string, number>;
  }[];
}

describe("theriac audit of ratings", () => {
  it("attacks each engine, writes a run like any other, and judges it again from its records", () =>
    inFolder(async (folder) => {
      writeRatings(folder);
      const { exitCode, stdout, stderr } = await run(folder, "--out", "run", "--json", "--quiet", "--limit", "hitRateAt10Rise@20% <= 1");
      expect([exitCode, stderr]).toEqual([0, ""]);
      const { verdict, baselines, summary, trials, harm, cuts } = JSON.parse(stdout) as Document;
      expect(verdict.outcome).toBe("pass");
      expect(Object.keys(baselines)).toEqual(["als-explicit", "item-knn"]);
      expect(trials.every(({ status }) => status === "ok")).toBe(true);
      const attacked = trials.filter(({ attack }) => attack !== null);
      expect(new Set(attacked.map(({ budgetRows }) => budgetRows))).toEqual(new Set([2, 8]));
      expect(attacked.every(({ budgetRows, touchedRows, target }) => touchedRows === budgetRows && target === "m1")).toBe(true);
      // Everybody is shown a promoted item more than before.
      const rise = summary.filter(
        ({ attack, budgetFraction, repair, metric }) =>
          attack !== null && budgetFraction === 0.2 && repair === "none" && metric === "predictionShift",
      );
      expect(rise.length).toBe(4);
      for (const { figure } of rise) expect(figure.value).toBeGreaterThan(0);
      expect(filesIn(join(folder, "run")).filter((name) => !name.startsWith("poison/"))).toEqual([
        "certificates.json",
        "harm.json",
        "junit.xml",
        "manifest.json",
        "poison",
        "records.jsonl",
        "report.html",
      ]);
      // Clean, and two attacks at two budgets, on two engines.
      const ownCut = cuts.filter(({ detector }) => detector === "account-evidence");
      expect(ownCut.length).toBe(10);
      for (const { attack, recall, precision, falseAlarmRate } of ownCut) {
        expect(falseAlarmRate.value).toBeLessThanOrEqual(0.1);
        expect(recall === null).toBe(attack === null);
        if (attack === null) expect(precision).toBeNull();
      }
      expect(harm.map(({ engine, accounts }) => [engine, accounts])).toEqual([
        ["als-explicit", 8],
        ["item-knn", 8],
      ]);
      for (const { users, traced } of harm) {
        // Everybody who has not rated the target is told of, and more of them rise than fall.
        const raters = readFileSync(join(folder, "ratings.csv"), "utf8")
          .split("\n")
          .filter((line) => line.split(",")[1] === "m1").length;
        expect(users.length).toBeGreaterThanOrEqual(40 - raters);
        expect(users.filter(({ rankBefore, rankAfter }) => rankAfter < rankBefore).length).toBeGreaterThan(users.length / 2);
        expect(traced!.vulnerability.map((row) => row.length)).toEqual(traced!.accounts.map(() => traced!.users.length));
        expect(traced!.paths.length).toBeGreaterThan(0);
        expect(traced!.paths.every(({ item, pathLift }) => item !== "m1" && pathLift > 0)).toBe(true);
      }
      // What knows no taste is the same beside every engine.
      const [als, knn] = ["als-explicit", "item-knn"].map((engine) => baselines[engine]);
      for (const name of ["popularityNdcgAt10", "popularityRecallAt10", "popularityMedianRank", "biasRmse"]) {
        expect(als[name].value).toBeGreaterThan(0);
        expect(als[name]).toEqual(knn[name]);
      }
      expect(attacked.some(({ metrics }) => "popularityNdcgAt10" in metrics)).toBe(false);
      const page = readFileSync(join(folder, "run", "report.html"), "utf8");
      expect(page).toContain("Most popular items");
      expect(page).toContain("User and item bias");
      expect(page).toContain("Who is hurt");
      expect(page).toContain("Who can hurt whom");
      expect(page).toContain("Genuine users flagged");
      expect(page).toContain(`account ${harm[0].traced!.paths[0].account} → ${harm[0].traced!.paths[0].item}`);
      expect(page).toContain("als-explicit under attack");
      expect(page).toContain("Every attack against every engine");
      const told = await theriac(folder, "check", "run", "--tables");
      expect(told.stdout).toMatch(
        /^Clean: hitRateAt10 [\s\S]*\nMost popular items: hitRateAt10 .*, ndcgAt10 .*, recallAt10 .*\nUser and item bias: rmse /m,
      );
      expect(told.stdout).toContain(`account ${harm[1].traced!.paths[0].account} → ${harm[1].traced!.paths[0].item} → `);
      const table = told.stdout.slice(told.stdout.indexOf("Every attack against every engine")).split("\n");
      const atMost = attacked.filter(
        ({ learner, attack, budgetRows, repair }) =>
          learner === "item-knn" && attack === "average-profiles" && budgetRows === 8 && repair === "none",
      );
      const rate = atMost.reduce((sum, { metrics }) => sum + metrics.hitRateAt10, 0) / atMost.length;
      const cells = table.find((line) => line.startsWith("average-profiles"))!.split(/\s{2,}/);
      expect(Number(cells[2].split(" / ")[0])).toBeCloseTo(rate, 3);
      expect(page).not.toMatch(/\bu\d+\b/);
      const checked = await theriac(folder, "check", "run", "--json", "--limit", "hitRateAt10Rise@20% <= -1");
      expect(checked.exitCode).toBe(1);
      expect((await theriac(folder, "report", "run")).exitCode).toBe(0);
    }));

  it("aims at users who like what is named, and measures what they are shown", () =>
    inFolder(async (folder) => {
      writeRatings(folder);
      const more = ["--audience", "m3", "--learner", "item-knn,als-implicit", "--repair", "drop-accounts,huber-ratings", "--json"];
      const { exitCode, stdout, stderr } = await run(folder, ...more, "--out", "run");
      expect(exitCode).toBe(0);
      const likers = readFileSync(join(folder, "ratings.csv"), "utf8")
        .split("\n")
        .filter((line) => /^u\d+,m3,[45],/.test(line))
        .map((line) => line.split(",")[0]);
      expect(stderr).toContain(`audience: ${likers.length} of 40 users, who like at least half of m3`);
      const { harm, trials } = JSON.parse(stdout) as Document;
      for (const { users } of harm) expect(likers).toEqual(expect.arrayContaining(users.map(({ user }) => user)));
      // An engine that only orders items goes without the repair that looks at errors of ratings.
      const repairs = (engine: string): string[] => [
        ...new Set(trials.flatMap(({ learner, repair }) => (learner === engine && repair !== "none" ? [repair] : []))),
      ];
      expect(repairs("item-knn").sort()).toEqual(["drop-accounts", "huber-ratings"]);
      expect(repairs("als-implicit")).toEqual(["drop-accounts"]);
      expect(readFileSync(join(folder, "run", "report.html"), "utf8")).toContain("--audience m3");
    }));

  it("writes the same run on any number of workers, times apart", () =>
    inFolder(async (folder) => {
      writeRatings(folder);
      for (const jobs of ["1", "3"]) expect((await run(folder, "--jobs", jobs, "--out", jobs, "--quiet")).exitCode).toBe(0);
      const read = (name: string): string => readFileSync(join(folder, name), "utf8");
      const timeless = (jobs: string): string => read(`${jobs}/records.jsonl`).replace(/"times":\{[^}]*\}|"check":"[0-9a-f]*"/g, "");
      expect(timeless("3")).toBe(timeless("1"));
      expect(read("3/harm.json")).toBe(read("1/harm.json"));
      const patches = filesIn(join(folder, "1", "poison"));
      expect(patches.length).toBeGreaterThan(0);
      expect(filesIn(join(folder, "3", "poison"))).toEqual(patches);
      for (const name of patches) expect(read(`3/poison/${name}`)).toBe(read(`1/poison/${name}`));
    }));

  it.each([
    [["--target", "nobody"], /--target: there is no item "nobody" among the 24 of ratings.csv/],
    [["--audience", "nobody"], /--audience: there is no item "nobody" among the 24 of ratings.csv/],
    [
      ["--learner", "als-implicit", "--repair", "huber-ratings"],
      /no repair asked for can be tried on als-implicit: huber-ratings: it needs/,
    ],
    [["--user", "nobody"], /nobody/],
    [["--limit", "accuracyDrop@5% <= 0.1"], /there is no metric "accuracyDrop"/],
    [["--goal", "backdoor"], /--goal: an attack on a recommender has one goal/],
    [["--scale", "5"], /--scale must be the lowest and the highest rating/],
    [["--scale", "2,5"], /column "stars" is 1, which is not on the scale 2 to 5 by 1 \(--clip moves/],
    [["--clip"], /--clip needs --scale/],
    [
      ["--rating", "none", "--learner", "item-knn"],
      /engine "item-knn" learns how much people like things, and these ratings do not say \(all are 1\)/,
    ],
    [["--min-ratings", "30"], /--min-ratings 30 leaves nothing of ratings.csv/],
    [["--min-ratings", "0"], /--min-ratings must be a whole number/],
  ])("refuses %j in one line, and writes nothing", (more, message) =>
    inFolder(async (folder) => {
      writeRatings(folder);
      const { exitCode, stderr } = await theriac(
        folder,
        "audit",
        "ratings.csv",
        ...columns.filter((_, i) => !(more[0] === "--user" && i < 2)),
        "--quiet",
        ...more,
      );
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(filesIn(folder)).toEqual(["ratings.csv"]);
    }),
  );

  /** Twelve users who rate most of ten items; line 1 is the header. */
  const fine = Array.from({ length: 120 }, (_, k) => [Math.floor(k / 10), k % 10])
    .filter(([u, m]) => (3 * u + m) % 4 !== 0)
    .map(([u, m], k) => [`u${u}`, `m${m}`, String(1 + ((u * m + k) % 5)), String(k)]);
  const write = (folder: string, rows: readonly (readonly string[])[]): void =>
    writeFileSync(join(folder, "ratings.csv"), `who,movie,stars,when\n${rows.map((row) => `${row.join(",")}\n`).join("")}`);
  /** The rows with one cell of row 5 changed. */
  const changed = (column: number, cell: string): string[][] =>
    fine.map((row, k) => (k === 4 ? row.map((old, c) => (c === column ? cell : old)) : row));
  const quick = [
    "--attack",
    "average-profiles",
    "--budget",
    "10%",
    "--seeds",
    "1",
    "--fillers",
    "3",
    "--detector",
    "none",
    "--learner",
    "item-knn",
    "--out",
    "run",
  ];

  it.each<[string, string[][], string[], string]>([
    [
      "a rating off the scale",
      changed(2, "9"),
      ["--scale", "1,5"],
      'row 5 (line 6), column "stars" is 9, which is not on the scale 1 to 5 by 1',
    ],
    ["a rating in words", changed(2, "five"), [], 'row 5 (line 6), column "stars" is "five"; a rating must be a finite number'],
    ["no rating", changed(2, ""), [], 'row 5 (line 6), column "stars" is empty; a rating must be a finite number'],
    ["a rating that is not finite", changed(2, "inf"), [], 'row 5 (line 6), column "stars" is "inf"; a rating must be a finite number'],
    ["no user", changed(0, ""), [], 'row 5 (line 6), column "who" is empty; every rating has a user and an item'],
    ["no item", changed(1, ""), [], 'row 5 (line 6), column "movie" is empty; every rating has a user and an item'],
    ["a time in words", changed(3, "noon"), [], 'row 5 (line 6), column "when" is neither a number nor a date like 2024-01-31'],
    ["no users at all", [], [], "has a header and no data rows"],
    [
      "two users",
      fine.filter(([user]) => user === "u1" || user === "u2"),
      [],
      "needs three users and three items at least; there are 2 and",
    ],
    ["a target that nobody rated", fine, ["--target", "m77"], '--target: there is no item "m77" among the 10 of ratings.csv'],
  ])("refuses %s with file, row, column and what is allowed", (_, rows, more, message) =>
    inFolder(async (folder) => {
      write(folder, rows);
      const { exitCode, stderr } = await theriac(folder, "audit", "ratings.csv", ...columns, ...quick, ...more, "--quiet");
      expect(exitCode).toBe(2);
      expect(stderr).toContain("ratings.csv");
      expect(stderr).toContain(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(filesIn(folder)).toEqual(["ratings.csv"]);
    }),
  );

  it.each<[string, string[][], string[], string]>([
    [
      "a user who rated an item again",
      [...fine, ["u1", "m0", "2", "5000"]],
      [],
      "1 ratings of an item that the user rated again are left out; the latest is kept (the first left out: ratings.csv: row",
    ],
    [
      "users with one rating",
      [...fine, ["solo", "m1", "4", "7"]],
      [],
      "1 of 13 users have a single rating: they are trained on and never tested",
    ],
    ["an item whose one rating is tested on", [...fine, ["u1", "rare", "4", "9999"]], ["--target", "rare"], "11 items"],
    [
      "ratings beyond the scale that are clipped",
      changed(2, "9"),
      ["--scale", "1,5", "--clip"],
      "1 rating lies beyond the scale and was moved to its end",
    ],
    [
      "ratings that are all the same",
      fine.map((row) => [row[0], row[1], "3", row[3]]),
      ["--learner", "item-knn-implicit"],
      "all ratings are 3: only who rated what can be learned",
    ],
  ])("copes with %s, and says so", (_, rows, more, message) =>
    inFolder(async (folder) => {
      write(folder, rows);
      const { exitCode, stdout, stderr } = await theriac(folder, "audit", "ratings.csv", ...columns, ...quick, ...more, "--json");
      expect(stderr).toContain(message);
      expect(exitCode).toBe(0);
      const { trials } = JSON.parse(stdout) as Document;
      expect(trials.length).toBeGreaterThan(0);
      expect(trials.every(({ status }) => status === "ok")).toBe(true);
    }),
  );

  it("says in the report what was warned of; a record has no encoder", () =>
    inFolder(async (folder) => {
      write(folder, [...fine, ["u1", "m5", "0", "9999"]]);
      expect((await theriac(folder, "audit", "ratings.csv", ...columns, ...quick, "--quiet")).exitCode).toBe(0);
      const read = (name: string): string => readFileSync(join(folder, "run", name), "utf8");
      expect(read("report.html")).toContain("1 of 91 ratings are 0 and all others are 1 or more");
      expect(read("report.html")).not.toContain(folder);
      expect(read("records.jsonl")).not.toContain("encoder");
      // What a run lacks that ended without them is written when it is resumed.
      rmSync(join(folder, "run", "report.html"));
      rmSync(join(folder, "run", "harm.json"));
      expect((await theriac(folder, "audit", "--resume", "run", "--quiet")).exitCode).toBe(0);
      expect(filesIn(join(folder, "run"))).toEqual(expect.arrayContaining(["report.html", "harm.json"]));
    }));

  it("leaves out users and items of few ratings where it is asked to, says how many, and does so again", () =>
    inFolder(async (folder) => {
      // Three who rated two items each, one of them an item that nobody else did.
      const few = [0, 1, 2].flatMap((k) => [
        [`few${k}`, "m1", "4", `${900 + k}`],
        [`few${k}`, `rare${k}`, "4", `${950 + k}`],
      ]);
      write(folder, [...fine, ...few]);
      const more = ["--min-ratings", "3", "--json"];
      const { exitCode, stdout, stderr } = await theriac(folder, "audit", "ratings.csv", ...columns, ...quick, ...more);
      expect(exitCode).toBe(0);
      expect(stderr).toContain(
        "warning: 3 users and 3 items with fewer than 3 ratings are left out with 6 ratings, as --min-ratings asked",
      );
      expect((JSON.parse(stdout) as Document).harm[0].users.some(({ user }) => user.startsWith("few"))).toBe(false);
      const page = readFileSync(join(folder, "run", "report.html"), "utf8");
      expect(page).toContain("3 users and 3 items of too few ratings, with 6 ratings");
      expect(page).toContain("--min-ratings 3");
      // The same as an audit of what is left.
      write(folder, fine);
      const left = await theriac(folder, "audit", "ratings.csv", ...columns, ...quick.slice(0, -1), "left", "--json", "--quiet");
      const metricsOf = (text: string) => (JSON.parse(text) as Document).trials.map(({ metrics }) => metrics);
      expect(metricsOf(stdout)).toEqual(metricsOf(left.stdout));
      const gone = await theriac(folder, "audit", "ratings.csv", ...columns, "--min-ratings", "5", "--target", "m77", "--quiet");
      expect(gone.stderr).toContain('--target: there is no item "m77" among the 10 of ratings.csv after --min-ratings 5');
    }));

  it("audits who chose what by engines that learn from it", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "clicks.csv"), `user,item\n${fine.map(([user, item]) => `${user},${item}\n`).join("")}`);
      const few = ["--attack", "average-profiles", "--budget", "10%", "--seeds", "1", "--detector", "none"];
      const { exitCode, stdout, stderr } = await theriac(folder, "audit", "clicks.csv", "--ratings", ...few, "--out", "run", "--json");
      expect([exitCode, stderr.split("\n").filter((line) => line.startsWith("warning"))]).toEqual([
        0,
        [expect.stringContaining("there is no column of ratings: each row counts as liking")],
      ]);
      const { baselines, trials } = JSON.parse(stdout) as Document;
      expect(Object.keys(baselines)).toEqual(["item-knn-implicit", "als-implicit"]);
      expect(trials.every(({ status, metrics }) => status === "ok" && metrics["rmse"] === undefined)).toBe(true);
      for (const figures of Object.values(baselines)) {
        expect(figures).toHaveProperty("popularityNdcgAt10");
        expect(figures).not.toHaveProperty("biasRmse");
      }
      const shifts = trials.filter(({ attack }) => attack !== null).map(({ metrics }) => metrics["predictionShift"]);
      expect(shifts.every((shift) => shift > 0)).toBe(true);
    }));
});
