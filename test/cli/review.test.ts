import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, start, theriac, writeReviews } from "./command.ts";

const scanned = async (folder: string): Promise<void> => {
  writeReviews(folder);
  const { exitCode, stderr } = await theriac(
    folder,
    "scan",
    "reviews.csv",
    "--label",
    "stars",
    "--text",
    "review",
    "--detector",
    "loss",
    "--out",
    "scan",
  );
  expect([exitCode, stderr]).toEqual([0, expect.anything()]);
};

describe("theriac view and theriac review", () => {
  it("decide on rows over HTTP, pass them to Label Studio and back, and clean by them", () =>
    inFolder(async (folder) => {
      await scanned(folder);
      const { child, outcome } = start(folder, "view", "scan", "--no-open", "--by", "ana");
      const address = await new Promise<string>((resolve) =>
        child.stdout!.once("data", (text: Buffer) => resolve(text.toString("utf8").trim())),
      );
      const url = new URL(address);
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}&run=[0-9a-f]{12}$/);
      const headers = { "x-theriac-token": url.searchParams.get("token")!, "content-type": "application/json" };
      const base = `${url.origin}/api/runs/${url.searchParams.get("run")}`;
      for (const [row, decision] of [
        [3, "poison"],
        [4, "fine"],
        [5, "unsure"],
      ])
        expect((await fetch(`${base}/decisions`, { method: "POST", headers, body: JSON.stringify({ row, decision }) })).status).toBe(201);
      child.kill("SIGINT");
      expect((await outcome).exitCode).toBe(0);

      const told = await theriac(folder, "review", "scan", "--json");
      expect(JSON.parse(told.stdout)).toMatchObject({
        counts: { poison: 1, fine: 1, unsure: 1 },
        decisions: [{ row: 3, by: "ana" }, { row: 4 }, { row: 5 }],
      });
      expect((await theriac(folder, "review", "scan")).stdout).toMatch(/of all rows 1 poison, 1 fine, 1 unsure/);
      expect((await theriac(folder, "review", "scan", "--export", "tasks.json", "--top", "10")).stdout).toBe("tasks.json\n");
      expect((await theriac(folder, "review", "scan", "--export", "tasks.json")).exitCode).toBe(2);
      const again = await theriac(folder, "review", "scan", "--import", "tasks.json");
      expect(again.stdout).toMatch(/^0 decisions stored, 3 known before, of \d+ tasks of Label Studio/);
      const cleaned = await theriac(
        folder,
        "clean",
        "reviews.csv",
        "--scan",
        "scan",
        "--decisions",
        "--only-decided",
        "--out",
        "cleaned",
        "--json",
      );
      expect(JSON.parse(cleaned.stdout)).toMatchObject({ quarantined: 1, kept: 199 });
      const lines = readFileSync(join(folder, "reviews.csv"), "utf8").split("\n");
      expect(readFileSync(join(folder, "cleaned", "reviews.quarantined.csv"), "utf8")).toBe(`${lines[0]}\n${lines[3]}\n`);
    }));

  it("refuse what cannot be asked", () =>
    inFolder(async (folder) => {
      await scanned(folder);
      writeFileSync(join(folder, "no.json"), "[{}]");
      const wrong: [string[], RegExp][] = [
        [["view", "nothing", "--no-open"], /nothing is not a run/],
        [["view", "--data", "reviews.csv", "--no-open"], /--data needs a run/],
        [["view", "--port", "99999", "--no-open"], /--port must be a whole number/],
        [["view", "--by", "", "--no-open"], /--by must be a name/],
        [["review", "."], /holds no scan/],
        [["review", "scan", "--import", "no.json"], /task 1 is not a task of Label Studio/],
        [["review", "scan", "--import", "a", "--export", "b"], /do one after the other/],
        [["review", "scan", "--top", "3"], /--top goes with --export/],
        [["clean", "reviews.csv", "--scan", "scan", "--decisions"], /holds none/],
        [["clean", "reviews.csv", "--scan", "scan", "--decisions", "--top", "3"], /decide by one of them/],
        [["clean", "reviews.csv", "--scan", "scan", "--only-decided"], /--only-decided needs --decisions/],
      ];
      for (const [args, message] of wrong) {
        const { exitCode, stderr } = await theriac(folder, ...args);
        expect([args, exitCode, stderr]).toEqual([args, 2, expect.stringMatching(message)]);
      }
    }));
});
