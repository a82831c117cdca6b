import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, inFolder, reviewLines, theriac } from "./command.ts";

const [header, ...lines] = reviewLines(240);
const columns = ["--label", "stars", "--text", "review", "--quiet"];
const flood = Array.from({ length: 20 }, () => "bad,great fine lovely sturdy great lamp fine lovely box great,21.00,red");
const write = (folder: string, name: string, rows: readonly string[]): void =>
  writeFileSync(join(folder, name), `${[header, ...rows].join("\n")}\n`);

describe.concurrent("theriac scan --against", () => {
  it("judges the rows that old data do not have, wherever they stand, and counts what is left and what is gone", () =>
    inFolder(async (folder) => {
      write(folder, "old.csv", lines.slice(0, 160));
      // Ten old rows are gone; one that was there comes twice, so that one of the two is new.
      const kept = lines.slice(10, 160).toReversed();
      write(folder, "new.csv", [...lines.slice(160), kept[0], ...flood, ...kept]);
      const { exitCode, stdout } = await theriac(folder, "scan", "new.csv", "--against", "old.csv", ...columns, "--out", "run", "--json");
      const { rows, against, campaigns } = JSON.parse(stdout) as Record<string, any>;
      expect([exitCode, against.known, against.added, against.gone]).toEqual([0, 150, 101, 10]);
      expect(rows).toHaveLength(101);
      const judged = rows.map(({ row }: { row: number }) => row);
      expect(Math.max(...judged)).toBeLessThanOrEqual(102);
      const flagged = rows.filter((row: { flagged: boolean }) => row.flagged).map(({ row }: { row: number }) => row);
      const ofFlood = flagged.filter((row: number) => row > 81 && row <= 101);
      expect([ofFlood.length, flagged.length - ofFlood.length < 5]).toEqual([20, true]);
      expect(campaigns.length).toBeGreaterThan(0);
      // Cleaning writes the new file alone, and the rows are those of it.
      expect((await theriac(folder, "clean", "new.csv", "--scan", "run")).exitCode).toBe(0);
      const written = filesIn(folder).filter((name) => /cleaned|quarantined/.test(name));
      expect(written).toHaveLength(2);
      const taken = readFileSync(join(folder, "run", "new.quarantined.csv"), "utf8")
        .trimEnd()
        .split("\n");
      expect([taken.length - 1, taken.filter((line) => flood.includes(line)).length]).toEqual([flagged.length, 20]);
    }));

  it("takes a file of the addition alone, and says so where nothing was added", () =>
    inFolder(async (folder) => {
      write(folder, "old.csv", lines);
      write(folder, "added.csv", flood);
      write(folder, "turned.csv", lines.toReversed());
      const alone = await theriac(folder, "scan", "added.csv", "--against", "old.csv", ...columns, "--json");
      const document = JSON.parse(alone.stdout) as Record<string, any>;
      expect([alone.exitCode, document.against.added, document.against.gone, document.rows.length]).toEqual([0, 20, 240, 20]);
      expect(document.rows.every(({ flagged }: { flagged: boolean }) => flagged)).toBe(true);
      const none = await theriac(folder, "scan", "turned.csv", "--against", "old.csv", ...columns, "--most-flagged", "0");
      expect(none.exitCode).toBe(0);
      expect(none.stdout).toContain("no row was added, so none was judged");
    }));

  it("refuses old data of other columns, the same file, and ratings", () =>
    inFolder(async (folder) => {
      write(folder, "new.csv", lines);
      writeFileSync(join(folder, "other.csv"), "stars,text\ngood,fine\n");
      for (const [old, why] of [
        ["other.csv", /other\.csv.*column/],
        ["new.csv", /is one of the files that are to be scanned/],
        ["none.csv", /there is no file none\.csv/],
      ] as const) {
        const { exitCode, stderr } = await theriac(folder, "scan", "new.csv", "--against", old, ...columns);
        expect([exitCode, stderr]).toEqual([2, expect.stringMatching(why)]);
      }
      const { exitCode, stderr } = await theriac(folder, "scan", "new.csv", "--ratings", "--user", "stars", "--against", "other.csv");
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--against goes with tables, and these data are ratings/)]);
    }));

  it("takes probabilities of the rows that are scanned, and warns where scans against different old files are compared", () =>
    inFolder(async (folder) => {
      write(folder, "old.csv", lines.slice(0, 160));
      write(folder, "older.csv", lines.slice(0, 120));
      // Of ten old rows that are gone nobody has probabilities.
      const rows = lines.slice(10);
      write(folder, "new.csv", rows);
      const odd = rows.findIndex((line, k) => k >= 160 && line.startsWith("good"));
      writeFileSync(
        join(folder, "p.csv"),
        `bad,good\n${rows.map((line, k) => (k === odd || !line.startsWith("good") ? "0.95,0.05" : "0.05,0.95")).join("\n")}\n`,
      );
      const scan = (old: string, out: string, ...more: readonly string[]) =>
        theriac(folder, "scan", "new.csv", "--against", old, ...columns.slice(0, 4), "--detector", "loss", "--out", out, "--json", ...more);
      const first = await scan("old.csv", "first", "--probabilities", "p.csv");
      expect(first.exitCode, first.stderr).toBe(0);
      expect(first.stderr).toContain("10 old rows that the data have no longer: left out");
      const { rows: judged, against } = JSON.parse(first.stdout) as Record<string, any>;
      expect([against.added, against.gone, judged.length]).toEqual([80, 10, 80]);
      expect(judged[0].row).toBe(odd + 1);
      write(folder, "added.csv", lines.slice(160));
      const { exitCode, stderr } = await theriac(
        folder,
        "scan",
        "added.csv",
        "--against",
        "old.csv",
        ...columns,
        "--probabilities",
        "p.csv",
      );
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining("none of these is in the old data")]);
      expect((await scan("older.csv", "second", "--probabilities", "p.csv")).exitCode).toBe(0);
      const compared = await theriac(folder, "compare", "first", "second");
      expect(compared.stdout).toContain("The two scans were held against different old files");
    }));
});
