import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, theriac } from "../cli/command.ts";
import { writeRows } from "./rows.ts";

/** Answers the class whose mean of the first two columns is nearest. */
const train = `
import { readFileSync, writeFileSync } from "node:fs";
const task = JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8"));
const read = (path) => readFileSync(path, "utf8").trim().split("\\n").slice(1).map((line) => line.split(","));
const rows = read(task.train);
const means = ["yes", "no"].map((name) => [0, 1].map((j) => {
  const own = rows.filter((row) => row[3] === name);
  return own.reduce((sum, row) => sum + Number(row[j]), 0) / own.length;
}));
const far = (row, [a, b]) => (row[1] - a) ** 2 + (row[2] - b) ** 2;
writeFileSync(task.predictions, [task.id + ",prediction", ...read(task.test).map((row) => row[0] + "," + (far(row, means[0]) < far(row, means[1]) ? "yes" : "no"))].join("\\n"));
`;
/** Answers by the sign of its first column, turned round only where nearly all of its training labels say so: no labels that are mixed at random do. */
const stubborn = `
import { readFileSync, writeFileSync } from "node:fs";
const task = JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8"));
const read = (path) => readFileSync(path, "utf8").trim().split("\\n").slice(1).map((line) => line.split(","));
const rows = read(task.train);
const isTurned = rows.filter((row) => (row[0] > 0) === (row[1] === "no")).length > 0.8 * rows.length;
writeFileSync(task.predictions, [task.id + ",prediction", ...read(task.test).map((row) => row[0] + "," + ((row[1] > 0) !== isTurned ? "yes" : "no"))].join("\\n"));
`;
const study = ["--attack", "label-flip", "--seeds", "1", "--repair", "none", "--detector", "none", "--quiet", "--json"];

it("searches how little poison is enough for a training command", { timeout: 300_000 }, () =>
  inFolder(async (folder) => {
    writeRows(folder);
    writeFileSync(join(folder, "train.mjs"), train);
    const asked = [
      "audit",
      "rows.csv",
      "--label",
      "kind",
      ...study,
      "--budget",
      "40%",
      "--until",
      "accuracyDrop >= 0.1",
      "--learner",
      "command",
    ];
    const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", process.execPath, "train.mjs");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { until } = JSON.parse(stdout);
    expect(until).toMatchObject({ metric: "accuracyDrop", operator: ">=", bound: 0.1, attack: "label-flip", unit: "rows", splits: 8 });
    expect(until.rows === null || (until.rows > 0 && until.rows <= 0.4 * 240)).toBe(true);
  }),
);

it("does not call a command one that learns nothing for answering alike after labels that were mixed at random", { timeout: 300_000 }, () =>
  inFolder(async (folder) => {
    const lines = Array.from({ length: 120 }, (_, i) => `${(i % 2 === 0 ? 1 : -1) * (1 + (i % 7))},${i % 2 === 0 ? "yes" : "no"}`);
    writeFileSync(join(folder, "apart.csv"), `a,kind\n${lines.join("\n")}\n`);
    writeFileSync(join(folder, "stubborn.mjs"), stubborn);
    const asked = ["audit", "apart.csv", "--label", "kind", ...study, "--budget", "10%", "--learner", "command"];
    const { exitCode, stdout } = await theriac(folder, ...asked, "--", process.execPath, "stubborn.mjs");
    expect([exitCode, JSON.parse(stdout).failures]).toEqual([0, []]);
  }),
);
