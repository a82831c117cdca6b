import { appendFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, inFolder, start, theriac, writeReviews } from "./command.ts";

const quick = ["audit", "reviews.csv", "--label", "stars", "--seeds", "2", "--attack", "label-flip,flipped-copies", "--budget", "10%"];
const figure = { value: expect.any(Number), low: null, high: null };
const figureLike = (given: unknown): boolean =>
  typeof given === "object" && given !== null && Object.keys(given).join() === Object.keys(figure).join();

describe.concurrent("theriac audit", () => {
  it("prints one JSON document of the promised shape on standard output and nothing else there", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { exitCode, stdout, stderr } = await theriac(folder, ...quick, "--out", "run", "--json");
      expect(exitCode).toBe(0);
      const document = JSON.parse(stdout);
      expect(document).toMatchObject({ schema: 2, run: "run", verdict: { outcome: "not-judged", reasons: [expect.any(String)] } });
      expect(document.worst).toMatchObject({ goal: "availability", metric: "accuracyDrop", sentence: expect.any(String) });
      expect([document.intervalsOf, document.seeds]).toEqual(["new-data", 2]);
      expect(Object.values(document.baseline).every(figureLike)).toBe(true);
      expect(Object.keys(document.baseline)).toContain("accuracy");
      for (const entry of document.summary) {
        expect(Object.keys(entry).sort()).toEqual(
          [
            "access",
            "attack",
            "budgetFraction",
            "budgetRows",
            "figure",
            "goal",
            "isStrongest",
            "knowledge",
            "learner",
            "metric",
            "repair",
            "seeds",
          ].sort(),
        );
        expect(figureLike(entry.figure)).toBe(true);
        expect(entry.budgetRows).toBe(entry.attack === null ? 0 : 14);
      }
      const strongest = document.summary.filter((entry: { isStrongest: boolean }) => entry.isStrongest);
      expect([...new Set(strongest.map((entry: { attack: string }) => entry.attack))]).toEqual([document.strongest[0].attack]);
      const repairs = new Set(document.trials.map((trial: { repair: string }) => trial.repair)).size;
      expect(document.trials).toHaveLength(2 * 3 * repairs);
      const flipped = document.trials.find(
        (trial: { attack: string; repair: string }) => trial.attack === "label-flip" && trial.repair === "none",
      );
      expect(flipped).toMatchObject({
        status: "ok",
        learner: "logistic",
        encoder: "poisoned",
        access: "modify-labels",
        goal: "availability",
        knowledge: "none",
        reach: "direct",
        target: null,
        budgetFraction: 0.1,
        budgetRows: 14,
        seed: 0,
        metrics: { accuracy: expect.any(Number) },
      });
      expect(flipped.detections.map((detection: object) => Object.keys(detection))).toContainEqual([
        "detector",
        "auc",
        "precision",
        "recall",
      ]);
      expect(stderr).toContain("200 rows");
    }));

  it("prints sentences on standard output that fit a screen, and what it understood on standard error", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { stdout, stderr } = await theriac(folder, ...quick, "--out", "run");
      expect(stdout).toMatch(/^- /);
      expect(stdout).toContain("Verdict: not-judged\n  no limit was set");
      expect(stdout).toMatch(/Demand that later data are no worse than these were here: --limit 'accuracyDrop@10% <= [\d.]+'/);
      expect(stdout).toContain("All tables: theriac check run --tables");
      expect(stdout.split("\n").length).toBeLessThan(45);
      expect(stderr).toMatch(/report: run\/report\.html\n$/);
    }));

  it("prints tables with --tables", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { stdout, stderr } = await theriac(folder, ...quick, "--tables");
      expect(stdout).toContain("Clean model: accuracy");
      expect(stdout).toContain("Verdict: not-judged\n  no limit was set");
      expect(stdout).toContain("Intervals in brackets: 95 %, for new data of this kind");
      expect(stdout).not.toContain("*");
      expect(stdout).toContain("whatever the test rows show");
      expect(stdout).not.toContain("200 rows");
      expect(stderr).toContain("data: 200 rows, 200 labelled examples");
      expect(stderr).toMatch(/report: theriac-runs\/reviews-\d{8}-\d{6}\/report\.html\n$/);
    }));

  it("says nothing on standard error with --quiet", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      expect((await theriac(folder, ...quick, "--quiet")).stderr).toBe("");
    }));

  it("leaves a run folder with a finished manifest, one record a line, and one patch for each attacked cell", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      await theriac(folder, ...quick, "--out", "runs/first");
      const run = join(folder, "runs", "first");
      expect(readdirSync(run).sort()).toEqual([
        "certificates.json",
        "junit.xml",
        "manifest.json",
        "poison",
        "records.jsonl",
        "report.html",
      ]);
      const manifest = JSON.parse(readFileSync(join(run, "manifest.json"), "utf8"));
      expect(manifest).toMatchObject({ schema: 2, status: "finished", node: process.version, study: { budgets: [0.1], seeds: 2 } });
      expect(manifest.data.files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
      const records = readFileSync(join(run, "records.jsonl"), "utf8").trimEnd().split("\n");
      expect(records).toHaveLength(manifest.plannedTrials);
      expect(readdirSync(join(run, "poison"))).toHaveLength(2 * 2);
    }));

  it("passes, fails or stays open by its limits, and only strictness makes an open one fail", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const [{ stdout }, held, broken] = await Promise.all([
        theriac(folder, ...quick, "--out", "plain", "--json"),
        theriac(folder, ...quick, "--out", "held", "--limit", "accuracyDrop@10% <= 1"),
        theriac(folder, ...quick, "--out", "broken", "--limit", "accuracy >= 1.5"),
      ]);
      expect([held.exitCode, broken.exitCode]).toEqual([0, 1]);
      expect(held.stdout).toContain("Verdict: pass");
      expect(broken.stdout).toContain("Verdict: fail");

      const { low, high } = JSON.parse(stdout).baseline.accuracy;
      const limit = `accuracy >= ${(low + high) / 2}`;
      const open = await theriac(folder, "check", "plain", "--limit", limit);
      expect([open.exitCode, open.stdout]).toEqual([0, expect.stringContaining("Verdict: inconclusive")]);
      const strict = await theriac(folder, "check", "plain", "--limit", limit, "--strict");
      expect([strict.exitCode, strict.stdout]).toEqual([1, expect.stringContaining("Verdict: fail")]);
    }));

  it("takes what the command line leaves out from a configuration, whose paths are seen from its own folder", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      writeFileSync(join(folder, "base.json"), "{}");
      const config = {
        data: { path: "reviews.csv", labels: [1], text: ["review"] },
        attacks: [{ id: "label-flip", params: {} }],
        repairs: [{ id: "drop", params: { fraction: 0.1 } }],
        budgets: ["1%"],
        seeds: 5,
        out: "configured",
      };
      writeFileSync(join(folder, "c.ts"), `const config: object = ${JSON.stringify(config)};\nexport default config;\n`);
      const { exitCode } = await theriac(join(folder, ".."), "audit", "--config", join(folder, "c.ts"), "--seeds", "1");
      expect(exitCode).toBe(0);
      const { study, data } = JSON.parse(readFileSync(join(folder, "configured", "manifest.json"), "utf8"));
      expect(study).toMatchObject({
        budgets: [0.01],
        seeds: 1,
        repairs: [{ id: "drop", params: { fraction: 0.1 }, detector: { id: "loss" } }],
      });
      expect(data.roles).toMatchObject({ labels: ["stars"], features: ["review"] });
    }));

  it("trains one model for each of several labels, and says so", () =>
    inFolder(async (folder) => {
      const lines = Array.from({ length: 120 }, (_, i) => `${i % 7},${(i * 37) % 11},${i % 7},${(i % 7) + ((i * 37) % 11)}`);
      writeFileSync(join(folder, "two.csv"), `a,b,x,z\n${lines.join("\n")}\n`);
      const args = ["audit", "two.csv", "--label", "x", "--label", "z", "--predict", "number", "--seeds", "1", "--attack", "label-flip"];
      const { exitCode, stderr } = await theriac(folder, ...args, "--out", "run");
      expect(stderr).toContain("one model for each label");
      expect(exitCode).toBe(0);
      expect(JSON.parse(readFileSync(join(folder, "run", "manifest.json"), "utf8")).study).toMatchObject({
        sharing: "separate",
        learner: { id: "ridge" },
      });
    }));
});

describe.concurrent("an audit that is cut short", () => {
  it("is silent when nobody reads what it prints", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { child, outcome } = start(folder, ...quick, "--quiet", "--json");
      child.stdout?.destroy();
      expect(await outcome).toMatchObject({ exitCode: 0, stderr: "" });
    }));
});

describe.concurrent("theriac check", () => {
  it("comes to the verdict and the exit code that the audit came to", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const audited = await theriac(folder, ...quick, "--out", "run", "--json", "--limit", "accuracyDrop@10% <= -0.5");
      const checked = await theriac(folder, "check", "run", "--json");
      expect(audited.exitCode).toBe(1);
      expect(checked).toMatchObject({ exitCode: 1, stdout: audited.stdout, stderr: "" });
    }));

  it("calls a run incomplete where a trial is missing, even one that was cut off while it was written", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      await theriac(folder, ...quick, "--out", "run");
      const file = join(folder, "run", "records.jsonl");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.slice(0, -20));
      const { exitCode, stdout } = await theriac(folder, "check", "run");
      expect(exitCode).toBe(3);
      expect(stdout).toContain("1 planned trial is missing");
    }));

  it("names the line of a record that is damaged", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      await theriac(folder, ...quick, "--out", "run");
      appendFileSync(join(folder, "run", "records.jsonl"), "{}\n");
      const lines = readFileSync(join(folder, "run", "records.jsonl"), "utf8")
        .trimEnd()
        .split("\n").length;
      const { exitCode, stderr } = await theriac(folder, "check", "run");
      expect([exitCode, stderr]).toEqual([
        2,
        `theriac: run/records.jsonl: line ${lines} is not the record of a trial: it does not end with its check\n`,
      ]);
    }));
});

describe.concurrent("theriac attack", () => {
  it("writes a poisoned copy within its budget", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const source = readFileSync(join(folder, "reviews.csv"), "utf8");
      const attack = [
        "attack",
        "reviews.csv",
        "--label",
        "stars",
        "--attack",
        "label-flip",
        "--budget",
        "5%",
        "--out",
        "poisoned",
        "--quiet",
      ];
      const attacked = await theriac(folder, ...attack);
      expect([attacked.exitCode, attacked.stderr]).toEqual([0, ""]);
      const [copy] = filesIn(join(folder, "poisoned")).map((name) => join("poisoned", name));
      expect(attacked.stdout).toContain(copy);
      const before = source.split("\n");
      const after = readFileSync(join(folder, copy), "utf8").split("\n");
      expect(after.filter((line, i) => line !== before[i])).toHaveLength(10);
    }));
});

describe.concurrent("theriac list and init", () => {
  it("list every method of a kind with source, threat and parameters", () =>
    inFolder(async (folder) => {
      const { exitCode, stdout } = await theriac(folder, "list", "attacks", "--json");
      const { schema, methods } = JSON.parse(stdout);
      expect([exitCode, schema]).toEqual([0, 2]);
      expect(methods).toContainEqual({
        kind: "attack",
        id: "label-flip",
        title: expect.any(String),
        summary: expect.any(String),
        source: { cite: expect.any(String), url: expect.any(String) },
        threat: { access: "modify-labels", goal: "availability", knowledge: "none" },
        targets: ["classes", "real"],
        params: {},
      });
      expect((await theriac(folder, "list")).stdout).toMatch(/^learners\n(.|\n)*\n\nattacks\n/);
    }));

  it("write a configuration that an audit accepts once its data are named, and never write over it", () =>
    inFolder(async (folder) => {
      writeReviews(folder, "data.csv");
      const init = await theriac(folder, "init");
      expect(init).toMatchObject({ exitCode: 0, stdout: "theriac.config.yaml\ntheriac.config.schema.json\n", stderr: "" });
      const args = ["audit", "--config", "theriac.config.yaml", "--label", "stars", "--seeds", "1", "--attack", "label-flip"];
      expect([0, 1]).toContain((await theriac(folder, ...args)).exitCode);
      expect(await theriac(folder, "init")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("exists already") });
    }));

  it("stand in the help, which ends with examples and exit codes for every command", () =>
    inFolder(async (folder) => {
      const commands = ["audit", "attack", "undo", "check", "list", "init"];
      const top = (await theriac(folder, "--help")).stdout;
      for (const command of commands) {
        expect(top).toContain(command);
        expect((await theriac(folder, command, "--help")).stdout).toMatch(/\nExamples:\n {2}theriac (.|\n)*Exit codes?: /);
      }
      expect((await theriac(folder, "--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    }));
});
