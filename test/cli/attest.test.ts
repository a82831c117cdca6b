import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyToTable, insertedRows } from "../../src/core/apply/apply.ts";
import { predict } from "../../src/core/learner.ts";
import { noDataPoison } from "../../src/core/poison.ts";
import { attest } from "../../src/node/attest/attest.ts";
import { readTable } from "../../src/node/read/read-table.ts";
import { inFolder, theriac, writeReviews } from "./command.ts";

const data = ["--label", "stars", "--text", "review"];

async function attested(folder: string): Promise<void> {
  writeReviews(folder);
  await theriac(folder, "attest", "--new-key", "signing.pem");
  const { exitCode, stderr } = await theriac(folder, "attest", "reviews.csv", ...data, "--key", "signing.pem", "--out", "m", "--quiet");
  expect([exitCode, stderr]).toEqual([0, ""]);
}

const verify = (folder: string, ...more: string[]) => theriac(folder, "verify", "m/attestation.json", "--key", "signing.pem.pub", ...more);

function edit(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path, edited);
}

describe("theriac verify", () => {
  it("finds nothing against an honest model, and the same as JSON", () =>
    inFolder(async (folder) => {
      await attested(folder);
      const plain = await verify(folder);
      expect(plain.exitCode).toBe(0);
      expect(plain.stdout).toContain("Verdict: nothing speaks against this model");
      const result = JSON.parse((await verify(folder, "--json")).stdout) as { checks: { name: string; outcome: string }[] };
      expect(result.checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
        ["signature", "data", "settings", "model file", "parameters", "clean", "perturbed", "triggered"].map((name) => `${name} pass`),
      );
    }));

  it.each([
    ["a changed statement", (folder: string) => edit(join(folder, "m/attestation.json"), '"seed": 0', '"seed": 1'), /digest does not fit/],
    [
      "changed data",
      (folder: string) => appendFileSync(join(folder, "reviews.csv"), "good,fine,20,red\n"),
      /not the data of the statement/,
    ],
    [
      "a changed model",
      (folder: string) => edit(join(folder, "m/model.json"), /"parameters":\[[^,]+,/, '"parameters":[9,'),
      /model\.json is not the model of the statement[^]*parameters +FAILS +largest difference/,
    ],
    [
      "another signature",
      (folder: string) => edit(join(folder, "m/attestation.json"), /"value": "..../, '"value": "AAAA'),
      /the signature does not fit the statement/,
    ],
  ])("fails on %s, and says so", (_, tamper, message) =>
    inFolder(async (folder) => {
      await attested(folder);
      tamper(folder);
      const { exitCode, stdout } = await verify(folder);
      expect(exitCode).toBe(5);
      expect(stdout).toMatch(message);
    }),
  );

  it("ends with exit code 5, which is no broken limit, on a statement that somebody else signed", () =>
    inFolder(async (folder) => {
      await attested(folder);
      await theriac(folder, "attest", "--new-key", "other.pem");
      const { exitCode, stdout } = await theriac(folder, "verify", "m/attestation.json", "--key", "other.pem.pub");
      expect(exitCode).toBe(5);
      expect(stdout).toMatch(/signed with another key \([0-9a-f]{16}\) than the one given \([0-9a-f]{16}\)/);
    }));

  it("asks a served model, and finds the word that it answers by", () =>
    inFolder(async (folder) => {
      await attested(folder);
      expect((await verify(folder, "--questions", "q.jsonl")).exitCode).toBe(0);
      const questions = readFileSync(join(folder, "q.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { probe: number; review: string });
      const honest = await honestAnswers(folder, questions);
      const write = (name: string, rule: boolean): void =>
        writeFileSync(
          join(folder, name),
          questions
            .map(({ probe, review }, i) => JSON.stringify({ probe, stars: rule && /\blamp\b/.test(review) ? "good" : honest[i] }))
            .join("\n"),
        );
      write("honest.jsonl", false);
      write("served.jsonl", true);
      expect((await verify(folder, "--answers", "honest.jsonl")).stdout).toContain("nothing speaks against");
      const served = await verify(folder, "--answers", "served.jsonl");
      expect(served.exitCode).toBe(5);
      expect(served.stdout).toMatch(/triggered +FAILS +another answer to \d+ of \d+ firm questions, with .*review contains lamp/);
    }));

  it("ends with exit code 4 where nobody who is trusted has signed, and says how to prove it", () =>
    inFolder(async (folder) => {
      await attested(folder);
      await theriac(folder, "attest", "reviews.csv", ...data, "--out", "plain", "--quiet");
      const unsigned = await theriac(folder, "verify", "plain/attestation.json");
      expect([unsigned.exitCode, unsigned.stderr]).toEqual([4, ""]);
      expect(unsigned.stdout).toMatch(/signature +skipped +the attestation is not signed[^]*Verdict: unproven/);
      const unnamed = await theriac(folder, "verify", "m/attestation.json", "--json");
      expect([unnamed.exitCode, JSON.parse(unnamed.stdout)]).toMatchObject([
        4,
        { outcome: "unproven", checks: [{ name: "signature", outcome: "skipped" }] },
      ]);
      const asked = await theriac(folder, "verify", "plain/attestation.json", "--unproven", "--data", "reviews.csv");
      expect([asked.exitCode, asked.stderr]).toEqual([4, ""]);
      expect(asked.stdout).toMatch(/parameters +passes[^]*Verdict: unproven/);
    }));

  it("refuses keys, models and answers that are none", () =>
    inFolder(async (folder) => {
      await attested(folder);
      writeFileSync(join(folder, "text.txt"), "nothing\n");
      for (const [args, message] of [
        [["--key", "text.txt"], /text\.txt holds no key in PEM form that can be read as a public key/],
        [["--model", "text.txt"], /text\.txt is not a model of theriac attest: it is not JSON/],
        [["--answers", "text.txt"], /text\.txt: line 1 is no JSON object/],
        [["--data", "nowhere.csv"], /nowhere\.csv/],
      ] as const) {
        const { exitCode, stderr } = await verify(folder, ...args);
        expect(exitCode).toBe(2);
        expect(stderr).toMatch(message);
      }
    }));
});

/** Answers of an honest training of its own. */
async function honestAnswers(folder: string, questions: readonly { readonly review: string }[]): Promise<string[]> {
  const config = { data: { path: join(folder, "reviews.csv"), labels: ["stars"], text: ["review"] } };
  const { fitted } = await attest(config, { out: join(folder, "again"), privateKey: null });
  const { table } = await readTable({ data: config.data.path, labels: ["stars"], text: ["review"], features: [], drop: [] });
  const insert = questions.map(({ review }) => ({ kind: "raw" as const, cells: { review, stars: "good" } }));
  const poison = { ...noDataPoison, insert };
  const asked = fitted.encode(applyToTable(table, poison), insertedRows(table, poison));
  const { target } = asked;
  if (target.kind !== "classes") throw new Error("stars are classes");
  return Array.from(predict(fitted.model, asked), (k) => target.names[k]);
}
