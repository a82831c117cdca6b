import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { missingRuntime } from "../../src/node/onnx/runtime.ts";
import { writeImages } from "../small-images.ts";
import { inFolder, theriac } from "./command.ts";

/** Rows of which the class is the sign of a product, so that a linear model learns nothing. */
function writeTable(folder: string): void {
  const rng = makeRng("networks");
  const lines = Array.from({ length: 160 }, () => {
    const [a, b] = [rng.uniform() - 0.5, rng.uniform() - 0.5];
    return `${a.toFixed(4)},${b.toFixed(4)},${["red", "green"][rng.integer(2)]},${a * b > 0 ? "alike" : "apart"}`;
  });
  writeFileSync(join(folder, "table.csv"), ["a,b,colour,label", ...lines].join("\n"));
}

function recordsOf(folder: string, run: string): unknown[] {
  const lines = readFileSync(join(folder, run, "records.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines
    .map((line) => ({ ...(JSON.parse(line) as { id: string; status: string }), times: null, check: null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe.skipIf(missingRuntime() !== null)("a network", () => {
  it("is audited with the same records on one worker and on two", () =>
    inFolder(async (folder) => {
      writeTable(folder);
      for (const jobs of ["1", "2"]) {
        const attacks = [
          "--attack",
          "label-flip,tampered-weights,silent-reweight,weight-backdoor",
          "--detector",
          "loss,spectral-signatures,activation-clustering",
        ];
        const asked = ["--learner", "mlp", "--seeds", "2", "--budget", "10%", ...attacks, "--jobs", jobs, "--out", `run${jobs}`, "--quiet"];
        const { exitCode, stderr } = await theriac(folder, "audit", "table.csv", ...asked);
        expect([exitCode, stderr]).toEqual([0, ""]);
      }
      const records = recordsOf(folder, "run1") as { status: string }[];
      expect(new Set(records.map(({ status }) => status))).toEqual(new Set(["ok"]));
      expect(recordsOf(folder, "run2")).toEqual(records);
    }));

  it("is audited on a base model whose rows are poisoned alone, with the same records on one worker and on two", () =>
    inFolder(async (folder) => {
      writeTable(folder);
      const attacks = "label-flip,feature-collision,upstream-trigger,bad-encoder,tampered-weights";
      const given = [
        "--learner",
        "encoder-head",
        "--pretrain-fraction",
        "0.5",
        "--attack",
        attacks,
        "--seeds",
        "2",
        "--budget",
        "10%",
        "--quiet",
      ];
      for (const jobs of ["1", "2"]) {
        const asked = ["--knowledge", "white-box,gray-box", "--repair", "drop", "--jobs", jobs, "--out", `run${jobs}`];
        const { exitCode, stderr } = await theriac(folder, "audit", "table.csv", ...given, ...asked);
        expect([exitCode, stderr]).toEqual([0, ""]);
      }
      const records = recordsOf(folder, "run1") as {
        status: string;
        access: string | null;
        budgetRows: number;
        touchedRows: number;
        trainingRows: number;
        knowledge: string;
        attack: string;
        metrics: Record<string, number>;
      }[];
      expect(new Set(records.map(({ status }) => status))).toEqual(new Set(["ok"]));
      expect(recordsOf(folder, "run2")).toEqual(records);
      const upstream = records.filter(({ access }) => access === "upstream");
      // Of 112 training rows half are pretrained on, 56; a tenth of them is 5, whatever the attack and its knowledge.
      expect(upstream.every(({ budgetRows, trainingRows }) => budgetRows === 5 && trainingRows === 56)).toBe(true);
      expect(new Set(upstream.map(({ attack, knowledge }) => `${attack} ${knowledge}`)).size).toBe(4);
      // Less knowledge is a fifth of these rows, of which few have another label.
      expect(
        new Set(upstream.filter(({ knowledge }) => knowledge === "white-box").map(({ attack, touchedRows }) => `${attack} ${touchedRows}`)),
      ).toEqual(new Set(["upstream-trigger 5", "bad-encoder 0"]));
      expect(upstream.every(({ metrics }) => metrics.attackSuccessRate >= 0)).toBe(true);
      const report = readFileSync(join(folder, "run1", "report.html"), "utf8");
      expect(report).toContain("may only touch what the base model was pretrained on");
    }));

  it("shows in one audit of images what each access is worth for a backdoor, from upstream to logic", () =>
    inFolder(async (folder) => {
      const images = writeImages(folder, 300);
      const attacks = ["--attack", "bad-encoder,trigger-injection,trigger-relabel,weight-backdoor"];
      const asked = ["--learner", "encoder-head", "--pretrain-fraction", "0.5", ...attacks, "--seeds", "1", "--budget", "5%"];
      const { exitCode, stdout } = await theriac(folder, "audit", images, ...asked, "--out", "run", "--quiet");
      expect(exitCode).toBe(0);
      const ladder = stdout.slice(stdout.indexOf("The access ladder")).split("\n\n")[0].split("\n").slice(3);
      expect(ladder.map((line) => line.split(/ +/).filter((word) => /^[a-z]/i.test(word)))).toEqual([
        ["logic", "weight-backdoor"],
        ["modify", "trigger-relabel"],
        ["inject", "trigger-injection"],
        ["upstream", "bad-encoder"],
      ]);
      const records = recordsOf(folder, "run") as {
        access: string;
        repair: string;
        touchedRows: number;
        metrics: Record<string, number>;
      }[];
      for (const { access, touchedRows, metrics } of records.filter(({ repair, access: own }) => repair === "none" && own !== null)) {
        // Stored weights and another base model are no rows; 5 % of 105 rows are 5.
        expect(touchedRows).toBe(access === "inject" || access === "modify" ? 5 : 0);
        if (access === "logic" || access === "upstream") expect(metrics.attackSuccessRate).toBeGreaterThan(0.9);
      }
      expect(readFileSync(join(folder, "run", "report.html"), "utf8")).toContain("The access ladder");
    }));

  it("has nothing upstream where no rows are pretrained on, and says what is missing", () =>
    inFolder(async (folder) => {
      writeTable(folder);
      const audit = async (...more: string[]): Promise<string> => {
        const { exitCode, stderr } = await theriac(folder, "audit", "table.csv", ...more);
        expect(exitCode).toBe(2);
        return stderr;
      };
      expect(await audit("--learner", "encoder-head", "--attack", "upstream-trigger")).toMatch(/say how many with --pretrain-fraction/);
      expect(await audit("--learner", "mlp", "--attack", "bad-encoder")).toMatch(/needs a learner that builds on a base model/);
      expect(await audit("--learner", "mlp", "--pretrain-fraction", "0.5")).toMatch(/builds on no base model; encoder-head does/);
      expect(await audit("--learner", "encoder-head", "--pretrain-fraction", "1")).toMatch(/--pretrain-fraction/);
    }));

  it("is refused by what differentiates an optimum, and by Sever, in words", () =>
    inFolder(async (folder) => {
      writeTable(folder);
      for (const [what, id] of [
        ["--attack", "gradient-injection"],
        ["--detector", "sever"],
        ["--detector", "influence"],
      ]) {
        const { exitCode, stderr } = await theriac(folder, "audit", "table.csv", "--learner", "mlp", what, id);
        expect(exitCode).toBe(2);
        expect(stderr).toMatch(/cannot be (tried|used) here: it/);
      }
    }));

  it("is repaired with verified rows where a head on an encoder was learned, whatever its tuning", () =>
    inFolder(async (folder) => {
      const config = (tuning: string, repairs: string[]) => ({
        ...{ data: { path: writeImages(folder, 120) }, learner: { id: "encoder-head", params: { tuning, epochs: 3 } } },
        ...{ attacks: ["label-flip"], seeds: 1, budgets: ["10%"], detectors: ["strip"], repairs, trustedFraction: 0.2 },
      });
      for (const [tuning, repairs] of [
        ["linear-probe", ["fine-tuning"]],
        ["fine-tune", ["fine-pruning", "trigger-unlearning"]],
      ] as const) {
        writeFileSync(join(folder, `${tuning}.json`), JSON.stringify(config(tuning, [...repairs])));
        const { exitCode, stderr } = await theriac(folder, "audit", "--config", `${tuning}.json`, "--out", tuning, "--quiet");
        expect([exitCode, stderr]).toEqual([0, ""]);
        const records = recordsOf(folder, tuning) as { repair: string; status: string; attack: string | null; detections: object[] }[];
        const attacked = records.filter(({ attack }) => attack !== null);
        expect(attacked.map(({ repair, status }) => `${repair} ${status}`).sort()).toEqual(
          [...repairs, "none"].map((id) => `${id} ok`).sort(),
        );
        expect(attacked.flatMap(({ detections }) => detections)).toMatchObject([{ detector: "strip" }]);
      }
    }));

  it("is repaired with verified rows, of which somebody says how many there are, and by what a detector flags", () =>
    inFolder(async (folder) => {
      writeTable(folder);
      const asked = ["--learner", "mlp", "--seeds", "1", "--budget", "10%", "--attack", "label-flip", "--quiet"];
      const repairs = ["--detector", "loss,spectral-signatures", "--repair", "drop-flagged,fine-tuning,fine-pruning"];
      const without = await theriac(folder, "audit", "table.csv", ...asked, ...repairs);
      expect(without.exitCode).toBe(2);
      expect(without.stderr).toContain(
        '"fine-tuning" learns from verified rows: say how many there would be, as with --verified-fraction 5%',
      );
      const { exitCode, stderr } = await theriac(
        folder,
        "audit",
        "table.csv",
        ...asked,
        ...repairs,
        "--verified-fraction",
        "20%",
        "--out",
        "run",
      );
      expect([exitCode, stderr]).toEqual([0, ""]);
      const records = recordsOf(folder, "run") as { repair: string; status: string; trainingRows: number }[];
      expect(new Set(records.map(({ repair, status }) => `${repair} ${status}`))).toEqual(
        new Set(["none ok", "drop-flagged ok", "fine-tuning ok", "fine-pruning ok"]),
      );
      // Of 160 rows 48 are held out; of the others a fifth of each class is verified, and poison in none of them.
      expect(new Set(records.map(({ trainingRows }) => trainingRows))).toEqual(new Set([90]));
      const onlyRanks = await theriac(
        folder,
        "audit",
        "table.csv",
        ...asked,
        "--detector",
        "spectral-signatures",
        "--repair",
        "drop-flagged",
      );
      expect(onlyRanks.stderr).toContain('"drop-flagged" needs a row detector that flags rows by a rule of its own');
    }));

  it("passes verification as it was trained, and not with a weight changed or a row left out of training", () =>
    inFolder(async (folder) => {
      writeTable(folder);
      await theriac(folder, "attest", "--new-key", "key.pem");
      const signed = ["--key", "key.pem", "--learner", "mlp", "--quiet"];
      const { exitCode, stderr } = await theriac(folder, "attest", "table.csv", ...signed, "--out", "m");
      expect([exitCode, stderr]).toEqual([0, ""]);
      const verify = (...more: string[]) => theriac(folder, "verify", "m/attestation.json", "--key", "key.pem.pub", ...more);
      const honest = await verify();
      expect(honest.stdout).toMatch(/parameters +passes/);
      expect(honest.exitCode).toBe(0);
      const model = JSON.parse(readFileSync(join(folder, "m/model.json"), "utf8")) as { parameters: number[] };
      const parameters = model.parameters.map((value, p) => (p === 3 ? value + 0.01 : value));
      writeFileSync(join(folder, "changed.json"), JSON.stringify({ ...model, parameters }));
      const changed = await verify("--model", "changed.json");
      expect(changed.stdout).toMatch(/parameters +FAILS/);
      expect(changed.exitCode).toBe(5);

      const rows = readFileSync(join(folder, "table.csv"), "utf8").split("\n");
      writeFileSync(join(folder, "less.csv"), rows.slice(0, -1).join("\n"));
      await theriac(folder, "attest", "less.csv", ...signed, "--out", "less");
      const without = await verify("--model", "less/model.json");
      expect(without.stdout).toMatch(/parameters +FAILS/);
    }));
});
