import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { blocksOf, documentOf } from "../page-document.ts";
import { writeSites } from "../written-sites.ts";
import { inFolder, theriac } from "./command.ts";

/** Four tasks with few rows each: north and south follow one rule, east and west another that has nothing to do with it. */
const quick = ["tasks", "sites.csv", "--label", "label", "--task", "site", "--seeds", "2", "--pairs", "1", "--tables"];
const figureKeys = ["high", "low", "value"];
const keysOf = (value: object): string[] => Object.keys(value).sort();

describe.concurrent("theriac tasks", () => {
  it("finds related tasks, who can hurt whom, and writes a page and one JSON document of the promised shape", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const { exitCode, stdout } = await theriac(folder, ...quick, "--relation-decay", "0.01", "--json", "--out", "run");
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
      for (const { knowledge } of [...document.measured, ...document.price]) expect(knowledge).toBe("white-box");
      expect(document.few.attackTasks).not.toContain(document.few.targets[0]);
      expect(document.few.lines.map(({ knowledge }: { knowledge: string }) => knowledge)).toEqual([
        "white-box",
        "black-box",
        "white-box",
        "gray-box",
      ]);
      expect(keysOf(document.few.lines[0].damagePer100Rows)).toEqual(figureKeys);
      expect(new Set(document.price.map(({ by }: { by: string }) => by))).toEqual(new Set(["relationDecay", "targetRows"]));
      for (const { gain, damage } of document.price) expect([keysOf(gain), keysOf(damage)]).toEqual([figureKeys, figureKeys]);

      const page = documentOf(readFileSync(join(folder, "run", "report.html"), "utf8"));
      const drawn = blocksOf(page).flatMap((block) => (block.kind === "chart" || block.kind === "heat-map" ? [block.id] : []));
      expect(drawn).toEqual(["relation-map", "vulnerability-map", "price-relationDecay", "price-targetRows"]);
      const map = blocksOf(page).find((block) => block.kind === "heat-map");
      // Clusters stand together, whichever comes first.
      expect(map?.kind === "heat-map" && map.rows.join(" ")).toMatch(/(north south|south north)/);
    }));

  it("says in words what sharing gains and what the strongest attack measured did; the same again on a second run", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const asked = [...quick, "--relation-decay", "0.01", "--no-price", "--no-search", "--quiet"];
      const [first, second] = await Promise.all([theriac(folder, ...asked), theriac(folder, ...asked)]);
      expect(first.exitCode).toBe(0);
      expect(first.stdout).toMatch(/^Sharing .*learning each task alone: accuracy 0\.\d+ against/);
      expect(first.stdout).toContain("The strongest indirect attack measured: poison in ");
      expect(first.stdout).toMatch(/from ↓ to →/);
      expect(first.stdout).not.toContain("Price of sharing");
      expect(first.stderr).toBe("");
      expect(second.stdout).toBe(first.stdout);
    }));

  it("records the same on any number of workers, and the same again when it is gone on with in the middle", () =>
    inFolder(async (folder) => {
      writeSites(folder);
      const asked = [...quick, "--relation-decay", "0.01", "--no-price", "--no-defence", "--few", "1", "--quiet"];
      const recordsOf = (run: string): string[] =>
        readFileSync(join(folder, run, "records.jsonl"), "utf8")
          .trimEnd()
          .split("\n");
      /** Without times, the one part that differs, and the digest over them. */
      const figures = (run: string): string[] =>
        recordsOf(run).map((line) => line.replace(/"times":\{[^}]*\}/, "").replace(/"check":"\w+"/, ""));
      const one = await theriac(folder, ...asked, "--jobs", "1", "--out", "one");
      const two = await theriac(folder, ...asked, "--jobs", "2", "--out", "two");
      expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
      expect(two.stdout).toBe(one.stdout);
      expect(figures("two")).toEqual(figures("one"));
      expect(figures("one")).toHaveLength(10);
      // Each attack has its patch, and the search has none.
      expect(readdirSync(join(folder, "one", "poison"))).toHaveLength(6);
      expect(one.stdout).toMatch(/^Poisoning 2 rows of \w+ \w+ the accuracy of /m);

      // As a run that was killed leaves it: a first part of the records, and a manifest that knows no end.
      const whole = figures("two");
      const kill = (kept: number): void => {
        const manifest = JSON.parse(readFileSync(join(folder, "two", "manifest.json"), "utf8"));
        const { records: _, ...begun } = manifest;
        writeFileSync(join(folder, "two", "manifest.json"), JSON.stringify({ ...begun, status: "started", finishedAt: null }));
        writeFileSync(join(folder, "two", "records.jsonl"), `${recordsOf("two").slice(0, kept).join("\n")}\n`);
      };
      // The first holds one seed alone: what is attacked is not known yet; the last knows no few tasks.
      for (const kept of [1, 4, 7]) {
        kill(kept);
        const resumed = await theriac(folder, "tasks", "--resume", "two", "--quiet", "--tables");
        expect(resumed.exitCode).toBe(0);
        expect(resumed.stdout).toBe(one.stdout);
        expect(figures("two")).toEqual(whole);
      }

      const page = readFileSync(join(folder, "two", "report.html"), "utf8");
      rmSync(join(folder, "two", "report.html"));
      expect((await theriac(folder, "report", "two")).exitCode).toBe(0);
      expect(readFileSync(join(folder, "two", "report.html"), "utf8")).toBe(page);
      const check = await theriac(folder, "check", "two", "--json");
      expect(check.exitCode).toBe(0);
      expect(JSON.parse(check.stdout)).toMatchObject({ schema: 2, verdict: { outcome: "not-judged" }, run: "two" });

      writeFileSync(join(folder, "sites.csv"), `${readFileSync(join(folder, "sites.csv"), "utf8")}north,fault,1,1,1,1\n`);
      kill(2);
      const changed = await theriac(folder, "tasks", "--resume", "two");
      expect(changed.exitCode).toBe(2);
      expect(changed.stderr).toContain("sites.csv is not what two was begun with");
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
        ...["tasks", "words.csv", "--label", "label", "--text", "text", "--task", "domain", "--seeds", "1", "--no-price", "--tables"],
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

      const page = await theriac(folder, ...quick, "--out", "tasks.html");
      expect(page).toMatchObject({ exitCode: 2, stdout: "" });
      expect(page.stderr).toBe(
        "theriac: --out tasks.html names a page, and a study is a folder: name one, and the page is report.html in it\n",
      );
      const target = await theriac(folder, ...quick, "--target-tasks", "north,up");
      expect(target).toMatchObject({ exitCode: 2, stdout: "" });
      expect(target.stderr).toBe('theriac: --target-tasks: there is no task "up"; there are east, north, south, west\n');
      const learner = await theriac(folder, ...quick, "--learner", "logistic");
      expect(learner).toMatchObject({ exitCode: 2, stdout: "" });
      expect(learner.stderr).toMatch(/^theriac: --learner logistic: it learns no relation between tasks; these do: mtrl\n$/);

      writeFileSync(join(folder, "there"), "mine");
      const there = await theriac(folder, ...quick, "--out", "there");
      expect(there).toMatchObject({ exitCode: 2, stdout: "" });
      expect(readFileSync(join(folder, "there"), "utf8")).toBe("mine");
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
