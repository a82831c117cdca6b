import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { elementsOf, parseXml } from "../parse-xml.ts";
import { inFolder, theriac } from "./command.ts";

/** Four tasks with few rows each: north and south follow one rule, east and west another that has nothing to do with it. */
function writeSites(folder: string, rowsEach = 36): void {
  const rng = makeRng(2);
  const rules = { north: [2, 0, 1, 0], east: [0, 2, 0, 1], south: [1.8, 0, 1.2, 0], west: [0, 1.8, 0, 1.2] };
  const lines = Object.entries(rules).flatMap(([site, rule]) =>
    Array.from({ length: rowsEach }, () => {
      const x = rule.map(() => rng.normal());
      const score = rule.reduce((sum, weight, j) => sum + weight * x[j], 0) + 1.2 * rng.normal();
      return [site, score > 0 ? "fault" : "fine", ...x.map((value) => value.toFixed(3))].join(",");
    }),
  );
  writeFileSync(join(folder, "sites.csv"), `${["site,label,a,b,c,d", ...lines].join("\n")}\n`);
}

const quick = ["tasks", "sites.csv", "--label", "label", "--task", "site", "--seeds", "2", "--pairs", "1"];
const figureKeys = ["high", "low", "value"];
const keysOf = (value: object): string[] => Object.keys(value).sort();

describe.concurrent("theriac tasks", () => {
  it("finds related tasks, who can hurt whom, and writes a page and one JSON document of the promised shape", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const { exitCode, stdout } = await theriac(folder, ...quick, "--relation-decay", "0.01", "--json", "--out", "tasks.html");
      expect(exitCode).toBe(0);
      const document = JSON.parse(stdout);
      expect(document).toMatchObject({ schema: 2, tasks: ["east", "north", "south", "west"], gain: { metric: "accuracy" } });
      for (const figure of [
        document.gain.single,
        document.gain.pooled,
        document.gain.mtrl,
        document.gainOver.single,
        document.gainOver.pooled,
      ])
        expect(keysOf(figure)).toEqual(figureKeys);

      const [east, north, south, west] = [0, 1, 2, 3];
      const { relation, vulnerability } = document;
      for (const matrix of [relation, vulnerability]) expect(matrix.map((row: unknown[]) => row.length)).toEqual([4, 4, 4, 4]);
      for (let i = 0; i < 4; i++) {
        expect(relation[i][i]).toBe(1);
        for (let j = 0; j < 4; j++) expect(relation[i][j]).toBeCloseTo(relation[j][i], 9);
      }
      expect(Math.min(relation[north][south], relation[east][west])).toBeGreaterThan(0.6);
      expect(Math.max(Math.abs(relation[north][east]), Math.abs(relation[south][west]))).toBeLessThan(0.5);
      expect(vulnerability[north][south]).toBeGreaterThan(2 * vulnerability[east][south]);
      expect(vulnerability[west][east]).toBeGreaterThan(2 * vulnerability[south][east]);

      expect(document.measured).toHaveLength(2);
      expect(document.measured[0]).toMatchObject({ kind: "ascent", from: expect.any(String), to: expect.any(String) });
      expect(keysOf(document.measured[0].figure)).toEqual(figureKeys);
      expect(document.measured[1].from).toBe(null);
      expect(new Set(document.price.map(({ by }: { by: string }) => by))).toEqual(new Set(["relationDecay", "targetRows"]));
      for (const { gain, damage } of document.price) expect([keysOf(gain), keysOf(damage)]).toEqual([figureKeys, figureKeys]);

      const page = elementsOf(parseXml(readFileSync(join(folder, "tasks.html"), "utf8")));
      const charts = page.filter(({ name }) => name === "svg");
      expect(charts).toHaveLength(8);
      const ids = new Set(page.flatMap(({ attributes }) => ("id" in attributes ? [attributes.id] : [])));
      for (const { attributes } of charts) for (const id of attributes["aria-labelledby"].split(" ")) expect(ids.has(id), id).toBe(true);
      expect(ids.size).toBe(page.filter(({ attributes }) => "id" in attributes).length);
      const relationTable = page.find(({ attributes }) => attributes.id === "relation-table");
      // Clusters stand together, whichever comes first.
      expect(relationTable?.text).toMatch(/(north\s*south|south\s*north)/);
      expect(page.some(({ name }) => name === "script" || name === "link" || name === "img")).toBe(false);
    }));

  it("says in words what sharing gains and what the strongest attack measured did; the same again on a second run", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const asked = [...quick, "--relation-decay", "0.01", "--no-price", "--quiet"];
      const [first, second] = await Promise.all([theriac(folder, ...asked), theriac(folder, ...asked)]);
      expect(first.exitCode).toBe(0);
      expect(first.stdout).toMatch(/^Sharing .*learning each task alone: accuracy 0\.\d+ against/);
      expect(first.stdout).toContain("The strongest indirect attack measured: poison in ");
      expect(first.stdout).toMatch(/from ↓ to →/);
      expect(first.stdout).not.toContain("Price of sharing");
      expect(first.stderr).toBe("");
      expect(second.stdout).toBe(first.stdout);
    }));

  it("attacks words by copies with a wrong label, and says so", () =>
    inFolder(async (folder) => {
      const rng = makeRng(4);
      const lines = Array.from({ length: 120 }, (_, i) => {
        const good = rng.uniform() < 0.5;
        const words = Array.from(
          { length: 5 },
          () => (rng.uniform() < 0.5 ? ["box", "lamp"] : good ? ["great", "fine"] : ["awful", "poor"])[rng.integer(2)],
        );
        return `${["books", "lamps"][i % 2]},${good ? "good" : "bad"},${words.join(" ")}`;
      });
      writeFileSync(join(folder, "words.csv"), `${["domain,label,text", ...lines].join("\n")}\n`);
      const { exitCode, stdout } = await theriac(
        folder,
        ...["tasks", "words.csv", "--label", "label", "--text", "text", "--task", "domain", "--seeds", "1", "--no-price"],
      );
      expect(exitCode).toBe(0);
      expect(stdout).toContain("copies: words and categories cannot climb");
    }));

  it("refuses what it cannot compare in one line", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const one = await theriac(folder, "tasks", "sites.csv", "--label", "label", "--drop", "site");
      expect(one).toMatchObject({ exitCode: 2, stdout: "" });
      expect(one.stderr).toMatch(/^theriac: theriac tasks compares several tasks: name a task column with --task.*\n$/);

      const lines = Array.from({ length: 60 }, (_, i) => `${"st"[i % 2]},${"xyz"[i % 3]},${i % 7}`);
      writeFileSync(join(folder, "three.csv"), `${["task,label,a", ...lines].join("\n")}\n`);
      const three = await theriac(folder, "tasks", "three.csv", "--label", "label", "--task", "task");
      expect(three).toMatchObject({ exitCode: 2, stdout: "" });
      expect(three.stderr).toContain("3 classes");

      writeFileSync(join(folder, "there.html"), "mine");
      const there = await theriac(folder, ...quick, "--out", "there.html");
      expect(there).toMatchObject({ exitCode: 2, stdout: "" });
      expect(readFileSync(join(folder, "there.html"), "utf8")).toBe("mine");
    }));

  it("goes on where a task has one row, one class or a twin", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const lines = readFileSync(join(folder, "sites.csv"), "utf8").trimEnd().split("\n");
      const twin = lines.filter((line) => line.startsWith("north")).map((line) => line.replace("north", "twin"));
      const odd = ["lone,fault,1,1,1,1", ...Array.from({ length: 8 }, (_, i) => `calm,fine,${i},0,1,${-i}`)];
      writeFileSync(join(folder, "sites.csv"), `${[...lines, ...twin, ...odd].join("\n")}\n`);
      const { exitCode, stdout, stderr } = await theriac(folder, ...quick, "--relation-decay", "0.01", "--no-price", "--json");
      expect(exitCode).toBe(0);
      expect(stderr).toContain('task "lone" has one labelled row');
      expect(stderr).toContain('task "calm" has one class only');
      const { tasks, relation } = JSON.parse(stdout);
      expect(relation[tasks.indexOf("north")][tasks.indexOf("twin")]).toBeGreaterThan(0.95);
    }));
});
