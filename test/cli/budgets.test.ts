import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "./command.ts";

/** Readings by people who write one to twelve each: two numbers that tell two classes apart, and who wrote them. */
function writeReadings(folder: string): string {
  const rng = makeRng("readings");
  const lines = Array.from({ length: 90 }, (_, person) =>
    Array.from({ length: 1 + Math.floor(12 * rng.uniform() * rng.uniform()) }, () => {
      const isHigh = rng.uniform() < 0.5;
      const [a, b] = [rng.normal() + (isHigh ? 1.5 : 0), rng.normal() - (isHigh ? 1 : 0)];
      return `${a.toFixed(3)},${b.toFixed(3)},${isHigh ? "high" : "low"},p${String(person).padStart(3, "0")}`;
    }),
  ).flat();
  const text = `a,b,level,person\n${lines.join("\n")}\n`;
  writeFileSync(join(folder, "readings.csv"), text);
  return text;
}

const readings = ["readings.csv", "--label", "level", "--source", "person"];
const quick = ["--seeds", "2", "--detector", "loss", "--repair", "none"];

describe.concurrent("budgets that are counted", () => {
  it("are the rungs of a ladder in one, five and twenty accounts, beside shares and rows", () =>
    inFolder(async (folder) => {
      writeReadings(folder);
      const attacks = ["--attack", "label-flip,flipped-copies,silent-reweight"];
      const limits = ["--limit", "accuracyDrop@5accounts <= 1", "--limit", "accuracyDrop@30rows <= 1"];
      const budgets = ["--budget", "5%,30rows,1account,5accounts,20 accounts"];
      const { exitCode, stdout, stderr } = await theriac(
        folder,
        "audit",
        ...readings,
        ...quick,
        ...attacks,
        ...budgets,
        ...limits,
        "--json",
        "--out",
        "run",
      );
      expect(stderr).toContain("not tried with budgets in accounts: silent-reweight (it changes the learner, which is no account's row)");
      expect(exitCode).toBe(0);
      const { trials, verdict, failures } = JSON.parse(stdout) as {
        readonly trials: readonly Record<string, number & string>[];
        readonly verdict: { readonly reasons: readonly string[] };
        readonly failures: readonly unknown[];
      };
      expect(failures).toEqual([]);
      expect(verdict.reasons.map((reason) => /strongest attack at (.*?),/.exec(reason)?.[1])).toEqual(["5 accounts", "30 rows"]);
      const rowsEach = Number(/at most (\d+) rows/.exec(stderr)?.[1]);
      const own = trials.filter(({ attack, budgetFraction }) => attack !== null && budgetFraction !== 0.05);
      for (const { budgetAccounts, budgetRows, touchedRows } of own) {
        expect(budgetRows).toBe(budgetAccounts === undefined ? 30 : Math.min(budgetAccounts * rowsEach, budgetRows));
        expect(touchedRows).toBeLessThanOrEqual(budgetRows);
      }
      const tried = (attack: string): unknown[] => [
        ...new Set(own.filter((trial) => trial.attack === attack).map((trial) => trial.budgetAccounts)),
      ];
      expect(tried("label-flip").sort()).toEqual([1, 20, 5, undefined]);
      expect(tried("silent-reweight")).toEqual([undefined]);

      const shown = await theriac(folder, "check", "run", "--tables");
      const head = shown.stdout.split("\n").find((line) => line.startsWith("attack ")) ?? "";
      expect(head.split(/ {2,}/).slice(2).sort()).toEqual(["1 account", "20 accounts", "30 rows", "5 %", "5 accounts"]);
      const page = readFileSync(join(folder, "run", "report.html"), "utf8");
      expect(page).toContain("--budget 5%,30rows,1account,5accounts,20accounts");
      expect(page).toMatch(/A budget in accounts lets poison enter through so many of them alone/);
    }));

  it("poison a copy through few accounts, which undoing takes back", () =>
    inFolder(async (folder) => {
      const clean = writeReadings(folder);
      const ownerOf = (line: string): string => line.split(",")[3];
      for (const [attack, isNew] of [
        ["flipped-copies", true],
        ["label-flip", false],
      ] as const) {
        const made = await theriac(folder, "attack", ...readings, "--attack", attack, "--budget", "3accounts", "--out", "bad");
        expect(made.exitCode, made.stderr).toBe(0);
        const copy = `readings.poisoned-${attack}-3accounts.csv`;
        const lines = clean.trimEnd().split("\n");
        const poisoned = readFileSync(join(folder, "bad", copy), "utf8")
          .trimEnd()
          .split("\n");
        const owners = poisoned.filter((line, i) => line !== lines[i]).map(ownerOf);
        expect(new Set(owners).size).toBe(3);
        const known = new Set(lines.map(ownerOf));
        for (const owner of owners) expect(known.has(owner)).toBe(!isNew);
        const undone = await theriac(folder, "undo", join("bad", `${copy}.patch.json`), "--out", `${attack}.csv`);
        expect(undone.exitCode, undone.stderr).toBe(0);
        expect(readFileSync(join(folder, `${attack}.csv`), "utf8")).toBe(clean);
      }
    }));

  it("say what is wrong with them", () =>
    inFolder(async (folder) => {
      writeReadings(folder);
      const refusal = async (...args: string[]): Promise<string> => {
        const { exitCode, stderr } = await theriac(folder, ...args);
        expect(exitCode).toBe(2);
        return stderr;
      };
      const unsourced = ["readings.csv", "--label", "level", "--source", "none", ...quick];
      expect(await refusal("audit", ...unsourced, "--budget", "5accounts")).toContain(
        "needs a column that says which account each row is of: name it with --source, or count rows, as in 5rows",
      );
      writeFileSync(join(folder, "odd.yaml"), 'budgets: ["3accounts", "5cows"]\n');
      expect(await refusal("audit", ...readings, "--config", "odd.yaml")).toContain(
        "odd.yaml: budgets[1] must be more than 0 and at most 100 %",
      );
      expect(await refusal("audit", ...readings, ...quick, "--budget", "9999rows")).toContain("is more than the");
      expect(await refusal("audit", ...readings, "--attack", "silent-reweight", "--budget", "5accounts")).toContain(
        "no attack can spend 5accounts: silent-reweight: it changes the learner",
      );
      expect(await refusal("audit", ...readings, "--budget", "5rows", "--limit", "accuracyDrop@6rows <= 1")).toContain(
        "6 rows is not a budget of this study; its budgets: 5 rows",
      );
      expect(
        await refusal("audit", "readings.csv", "--ratings", "--user", "person", "--item", "level", "--rating", "a", "--budget", "5rows"),
      ).toContain("what is added to ratings are whole accounts");
      expect(await refusal("tasks", "readings.csv", "--label", "level", "--task", "person", "--budget", "5rows")).toContain(
        "equal shares of their rows",
      );
    }));
});
