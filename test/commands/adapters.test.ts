import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Adapter, type AdapterLanguage, adapters } from "../../src/node/command/adapters.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder, theriac } from "../cli/command.ts";

const python = process.env["THERIAC_PYTHON"] ?? "python3";
const has = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const runs: Readonly<Record<AdapterLanguage, boolean>> = {
  python: has(python, "-c", "import sklearn, pandas"),
  r: has("Rscript", "-e", "library(rpart)"),
  node: true,
  shell: has("awk", "BEGIN { exit 0 }"),
};

/** Two numbers, a category, a text and a class that all of them tell of; some cells are missing, some names and texts are odd. */
function writeMixed(folder: string): void {
  const rng = makeRng(3);
  const lines = Array.from({ length: 240 }, (_, i) => {
    const isGood = i % 2 === 0;
    const word = rng.uniform() < 0.7 === isGood ? "great" : "awful";
    const shade = rng.uniform() < 0.7 === isGood ? "red" : "NA";
    const amount = rng.uniform() < 0.05 ? "" : (rng.normal() + Number(isGood)).toFixed(4);
    return [amount, Math.floor(rng.uniform() * 9), shade, `"${word}, ""so"" to say\n${i % 7}"`, isGood ? "good" : "so so"].join();
  });
  writeFileSync(join(folder, "mixed.csv"), `amount,"how, many",shade,text,$(kind)\n${lines.join("\n")}\n`);
}

/** Numbers alone, which are all that the adapter for a shell reads. */
function writeNumbers(folder: string): void {
  const rng = makeRng(4);
  const lines = Array.from({ length: 240 }, (_, i) => {
    const isGood = i % 2 === 0;
    return [(rng.normal() + 2 * Number(isGood)).toFixed(4), isGood ? "good" : "bad", (rng.normal() - Number(isGood)).toFixed(4)].join();
  });
  writeFileSync(join(folder, "numbers.csv"), `x,kind,y\n${lines.join("\n")}\n`);
}

const study = ["--attack", "label-flip", "--budget", "30%", "--seeds", "2", "--repair", "drop", "--detector", "loss", "--quiet", "--json"];

describe("the training command that theriac init writes", () => {
  for (const [language, { file, typed }] of Object.entries(adapters) as [AdapterLanguage, Adapter][])
    it(`for ${language} is audited as it is`, async ({ skip }) => {
      skip(!runs[language], `what the adapter for ${language} needs is not here`);
      await inFolder(async (folder) => {
        const written = await theriac(folder, "init", "--learner", language);
        expect(written).toMatchObject({ exitCode: 0, stdout: `${file}\n` });
        expect(written.stderr).toContain(typed);
        writeMixed(folder);
        writeNumbers(folder);
        const [learner, words] = /--learner (\S+) -- (.*)$/.exec(typed)!.slice(1);
        const command = words.split(" ").map((word) => (word === "python" ? python : word));
        const data = language === "shell" ? ["numbers.csv", "--label", "kind"] : ["mixed.csv", "--label", "$(kind)"];
        // A text counts alone where it counts at all.
        const texts = language === "shell" ? [[]] : [[], ["--text", "text"]];
        const modes = language === "python" || language === "node" ? ["", ":mode=long-lived"] : [""];
        for (const [k, mode] of modes.entries()) {
          const asked = ["audit", ...data, ...texts[k % texts.length], "--learner", `${learner}${mode}`, ...study];
          const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", ...command);
          expect(exitCode, `${stderr}\n${stdout.slice(0, 3000)}`).toBe(0);
          const { baseline, transfer } = JSON.parse(stdout);
          expect(baseline.accuracy.value).toBeGreaterThan(0.6);
          expect(transfer.entries).toHaveLength(1);
          expect(transfer.runs).toBeGreaterThan(8);
        }
      });
    });

  it("for node answers a label that is a number, better than its mean does", () =>
    inFolder(async (folder) => {
      const rng = makeRng(5);
      const lines = Array.from({ length: 240 }, () => {
        const [x, z] = [rng.normal(), rng.normal()];
        return [x.toFixed(4), z.toFixed(4), (5 * x + 0.5 * rng.normal()).toFixed(4)].join();
      });
      writeFileSync(join(folder, "number.csv"), `x,z,y\n${lines.join("\n")}\n`);
      const { file } = adapters.node;
      await theriac(folder, "init", "--learner", "node");
      const asked = ["audit", "number.csv", "--label", "y", "--learner", "command:format=jsonl", ...study, "--seeds", "1"];
      const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", "node", file);
      expect(exitCode, `${stderr}\n${stdout.slice(0, 3000)}`).toBe(0);
      // The label has a standard deviation of about 5.
      expect(JSON.parse(stdout).baseline.rmse.value).toBeLessThan(3);
    }));

  it("is not written over", () =>
    inFolder(async (folder) => {
      await theriac(folder, "init", "--learner", "node");
      writeFileSync(join(folder, "theriac-train.mjs"), "mine");
      const again = await theriac(folder, "init", "--learner", "node");
      expect(again.exitCode).toBe(2);
      expect(readFileSync(join(folder, "theriac-train.mjs"), "utf8")).toBe("mine");
      expect((await theriac(folder, "init", "--learner", "cobol")).stderr).toContain("python, r, node, shell");
    }));
});
