import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "./command.ts";

const rows = 200;

/** One number that tells the class well, and a text of its own in every row. */
function writeData(folder: string): void {
  const rng = makeRng(11);
  const lines = Array.from({ length: rows }, (_, i) => {
    const spam = rng.uniform() < 0.6;
    return `${spam ? "spam" : "ham"},${(rng.normal() + (spam ? 1.5 : -1.5)).toFixed(4)},row ${i}`;
  });
  writeFileSync(join(folder, "rows.csv"), `${["label,a,mark", ...lines].join("\n")}\n`);
}

/** Says of each row whether its number is above the middle of the two class means; logs what it was given in the folder above the data. */
const nearest = (said: string) => `
import { readFileSync, writeFileSync, appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
const rowsOf = (path) => readFileSync(path, "utf8").split("\\n").filter(Boolean).map((line) => JSON.parse(line));
function run(task) {
  const [train, test] = [rowsOf(task.train), rowsOf(task.test)];
  appendFileSync(process.env.LOG, JSON.stringify(train.map(({ mark }) => mark)) + "\\n");
  const mean = (name) => { const own = train.filter(({ label }) => label === name); return own.reduce((sum, { a }) => sum + a, 0) / own.length; };
  const middle = (mean("ham") + mean("spam")) / 2;
  ${said}
  writeFileSync(task.predictions, test.map((row) => JSON.stringify({ [task.id]: row[task.id], prediction: say(row) })).join("\\n"));
}
if (process.env.THERIAC_MODE === "long-lived") for await (const line of createInterface({ input: process.stdin })) { run(JSON.parse(line)); console.log('{"ok": true}'); }
else run(JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8")));
`;
const honest = 'const say = ({ a }) => (a > middle ? "spam" : "ham");';

const asked = ["certify", "rows.csv", "--label", "label", "--features", "a", "--quiet"];
const ensemble = (id: string) => ["--certificate", `${id}:base=pipeline:partitions=7`];

async function certified(folder: string, script: string, options: readonly string[], settings = "") {
  writeFileSync(join(folder, "train.mjs"), script);
  const learner = ["--learner", `command:format=jsonl${settings}`];
  return theriac(folder, ...asked, ...options, ...learner, "--", "env", `LOG=${join(folder, "log")}`, process.execPath, "train.mjs");
}

function logOf(folder: string): string[][] {
  const path = join(folder, "log");
  return existsSync(path)
    ? readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as string[])
    : [];
}

describe.concurrent("theriac certify of a training command", () => {
  it("trains each part on its own rows alone, and says the same on any number of workers, long-lived or not", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const [one, served] = [
        await certified(folder, nearest(honest), [...ensemble("deep-partition-aggregation"), "--json", "--jobs", "1"]),
        await certified(folder, nearest(honest), [...ensemble("deep-partition-aggregation"), "--json", "--jobs", "3"], ":mode=long-lived"),
      ];
      expect([one.exitCode, one.stderr]).toEqual([0, ""]);
      expect(served.stdout).toBe(one.stdout);
      const [{ made, assumes, curve }] = JSON.parse(one.stdout).certificates;
      expect(made).toMatch(/^7 models \(the pipeline with command, about 23 rows each\)/);
      expect(assumes.join()).toMatch(/the command learns from the rows that it is handed and from nothing else/);
      expect(curve[0].certifiedAccuracy.value).toBeGreaterThan(0.85);
      expect(curve.at(-1)).toMatchObject({ radius: 4, certifiedAccuracy: { value: 0 } });
      // Two runs and one with mixed labels try the command; then one for each part.
      const log = logOf(folder);
      expect(log).toHaveLength(2 * (3 + 7));
      const parts = log.slice(3, 10);
      const all = parts.flat();
      expect(new Set(all).size).toBe(all.length);
      expect(all).toHaveLength(160);
    }));

  it("counts the votes of bagged models too, and goes on from what a run before has kept", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const cached = ["--cache", "kept", "--json"];
      const first = await certified(folder, nearest(honest), [...ensemble("deep-partition-aggregation"), ...cached]);
      expect([first.exitCode, first.stderr]).toEqual([0, ""]);
      expect(readdirSync(join(folder, "kept"))).toHaveLength(7);
      const runs = logOf(folder).length;
      const again = await certified(folder, nearest(honest), [...ensemble("deep-partition-aggregation"), ...cached]);
      expect(again.stdout).toBe(first.stdout);
      expect(logOf(folder).length - runs).toBe(3);
      // Rows on which so few models do not agree have no answer, and none that is right.
      const models = ["--certificate", "bagging:base=pipeline:models=100:draws=20", "--json"];
      const sampled = await certified(folder, nearest(honest), models, ":mode=long-lived");
      expect([sampled.exitCode, sampled.stderr]).toEqual([0, ""]);
      expect(JSON.parse(sampled.stdout).certificates[0].clean.accuracy.value).toBeGreaterThan(0.85);
    }));

  it("tries attacks that are made on a surrogate against the models of parts, of which only those with other rows are trained again", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const { stdout, exitCode } = await certified(folder, nearest(honest), [
        ...ensemble("deep-partition-aggregation"),
        ...["--attack", "label-flip,vote-flip", "--json"],
      ]);
      expect(exitCode).toBe(0);
      const [{ sandwich }] = JSON.parse(stdout).certificates;
      expect(sandwich.steps.length).toBeGreaterThan(0);
      for (const { attacked, certified: bound } of sandwich.steps) expect(attacked).toBeGreaterThanOrEqual(bound);
      const most = sandwich.steps.reduce((sum: number, { radius }: { radius: number }) => sum + 2 * radius, 0);
      expect(logOf(folder).length).toBeLessThanOrEqual(3 + 7 + most);
    }));

  it("certifies nothing where a part failed, and says which and why", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const failing = 'if (train.length < 30) { console.error("out of luck"); process.exit(4); }';
      const found = await certified(folder, nearest(`${failing}\n${honest}`), ensemble("deep-partition-aggregation"));
      expect(found.exitCode).toBe(2);
      expect(found.stdout).toBe("");
      expect(found.stderr).toMatch(
        /cannot be had here: model \d of 7 was not trained, so that its vote is not known and nothing is certified: the command failed: it ended with exit status 4; the last of its error output: "out of luck"/,
      );
    }));

  it("keeps what was certified beside one that failed", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const failing = nearest(`process.exit(4);\n${honest}`);
      const both = ["--certificate", "deep-partition-aggregation:partitions=7", ...ensemble("deep-partition-aggregation")];
      const found = await certified(folder, failing, both);
      expect(found.exitCode).toBe(0);
      expect(found.stdout).toMatch(/Whoever adds[^]*Not certified:\n {2}deep-partition-aggregation: /);
    }));

  it.each([
    [
      "draws by chance",
      'const say = () => (Math.random() < 0.5 ? "spam" : "ham");',
      /says something else of \d+ of 40 rows when it is trained again/,
    ],
    [
      "reads rows of its own",
      'const say = ({ a }) => (a > 0 ? "spam" : "ham");',
      /the same of every row when its training labels are mixed/,
    ],
  ])("certifies nothing of a command that %s", (_, said, message) =>
    inFolder(async (folder) => {
      writeData(folder);
      const found = await certified(folder, nearest(said), ensemble("deep-partition-aggregation"));
      expect([found.exitCode, found.stderr]).toEqual([2, expect.stringMatching(message)]);
    }),
  );

  it("counts the votes of a shell command as a hand does", () =>
    inFolder(async (folder) => {
      writeData(folder);
      // The most frequent label of the part, whatever is asked.
      writeFileSync(
        join(folder, "train.sh"),
        `most=$(tail -n +2 "$THERIAC_TRAIN" | cut -d, -f1 | sort | uniq -c | sort -rn | head -1 | awk '{print $2}')
echo "$most" >> "$LOG"
{ echo "$THERIAC_ID,prediction"; tail -n +2 "$THERIAC_TEST" | cut -d, -f1 | sed "s/$/,$most/"; } > "$THERIAC_PREDICTIONS"
`,
      );
      const { stdout, exitCode } = await theriac(
        folder,
        ...[...asked, ...ensemble("deep-partition-aggregation"), "--learner", "command", "--out", "out", "--jobs", "1"],
        ...["--", "env", `LOG=${join(folder, "log")}`, "sh", "train.sh"],
      );
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining("7 models")]);
      const votes = readFileSync(join(folder, "log"), "utf8").trim().split("\n").slice(-7);
      const spam = votes.filter((vote) => vote === "spam").length;
      const [most, rest] = [Math.max(spam, 7 - spam), Math.min(spam, 7 - spam)];
      const names = readFileSync(join(folder, "rows.csv"), "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",")[0]);
      // Classes stand in the order of their names or of their first use; a tie goes to the first.
      const radius = new Set([0, 1].map((tie) => String(Math.floor((most - rest - tie) / 2))));
      const radii = readFileSync(join(folder, "out", "radii.csv"), "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",")[1]);
      expect(new Set(names)).toEqual(new Set(["ham", "spam"]));
      expect(new Set(radii).size).toBe(1);
      expect(radius).toContain(radii[0]);
    }));

  it("is certified in an audit of it too, on any number of workers, above what the audit's attacks do", () =>
    inFolder(async (folder) => {
      writeData(folder);
      writeFileSync(join(folder, "train.mjs"), nearest(honest));
      const words = ["--", "env", `LOG=${join(folder, "log")}`, process.execPath, "train.mjs"];
      const study = ["--attack", "label-flip", "--budget", "1%", "--seeds", "1", "--detector", "none", "--repair", "none"];
      const audited = (out: string, jobs: string) =>
        theriac(
          folder,
          ...["audit", ...asked.slice(1), ...study, ...ensemble("deep-partition-aggregation"), "--learner", "command:format=jsonl"],
          ...["--out", out, "--jobs", jobs, ...words],
        );
      const [one, two] = [await audited("one", "1"), await audited("two", "2")];
      expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
      const [first, second] = ["one", "two"].map((out) => readFileSync(join(folder, out, "certificates.json"), "utf8"));
      expect(second).toBe(first);
      const [{ made, sandwich }] = JSON.parse(first).certified.certificates;
      expect(made).toMatch(/^7 models \(the pipeline with command/);
      expect(sandwich.steps).toHaveLength(1);
      expect(sandwich.steps[0].attacked).toBeGreaterThanOrEqual(sandwich.steps[0].certified);
      expect(one.stdout).toMatch(/What is certain\n- Whoever adds up to/);
    }));

  it("asks for a certificate that trains it, and for the command", () =>
    inFolder(async (folder) => {
      writeData(folder);
      const untrained = await certified(folder, nearest(honest), []);
      expect([untrained.exitCode, untrained.stderr]).toEqual([2, expect.stringMatching(/certificates of base=pipeline alone train it/)]);
      const unnamed = await theriac(folder, ...asked, ...ensemble("deep-partition-aggregation"), "--learner", "command");
      expect([unnamed.exitCode, unnamed.stderr]).toEqual([2, expect.stringMatching(/needs the command that trains/)]);
      const idle = await theriac(folder, ...asked, "--cache", "kept");
      expect([idle.exitCode, idle.stderr]).toEqual([2, expect.stringMatching(/--cache keeps what certificates of base=pipeline train/)]);
    }));
});
