import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, theriac } from "../cli/command.ts";
import { writeRows } from "./rows.ts";

const study = [
  "--attack",
  "label-flip",
  "--budget",
  "10%",
  "--seed",
  "1",
  "--seeds",
  "1",
  "--repair",
  "none",
  "--detector",
  "none",
  "--quiet",
];

async function inAudit<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    writeRows(folder);
    copyFileSync(new URL("serving.mjs", import.meta.url), join(folder, "train.mjs"));
    return use(folder);
  });
}

describe.concurrent("a request for a training command", () => {
  it("may stand behind -- alone, or in a configuration, and is told again without the folder that it stands in", () =>
    inAudit(async (folder) => {
      const spoken = await theriac(
        folder,
        "audit",
        "rows.csv",
        "--label",
        "kind",
        ...study,
        "--out",
        "spoken",
        "--json",
        "--",
        "node",
        "train.mjs",
      );
      expect(spoken.exitCode, spoken.stderr).toBe(0);
      mkdirSync(join(folder, "elsewhere"));
      const written = {
        data: { path: join(folder, "rows.csv"), labels: ["kind"] },
        learner: { id: "command", params: { run: ["node", "train.mjs"] } },
      };
      writeFileSync(join(folder, "audit.json"), JSON.stringify(written));
      const configured = await theriac(folder, "audit", "--config", "audit.json", ...study, "--out", "configured", "--json");
      expect(configured.exitCode, configured.stderr).toBe(0);
      const [a, b] = [spoken, configured].map(({ stdout }) => JSON.parse(stdout));
      expect(b.transfer).toEqual(a.transfer);
      expect(b.trials.map(({ id }: { id: string }) => id)).toEqual(a.trials.map(({ id }: { id: string }) => id));
      const page = readFileSync(join(folder, "spoken", "report.html"), "utf8");
      expect(page).toContain("What reaches the command");
      expect(page).toContain("-- node train.mjs");
      expect(page).not.toContain(folder);
    }));

  it("goes beside other learners, of which each is attacked by itself", () =>
    inAudit(async (folder) => {
      const asked = ["audit", "rows.csv", "--label", "kind", "--learner", "logistic,command:mode=long-lived", ...study, "--json"];
      const { exitCode, stdout, stderr } = await theriac(folder, ...asked, "--", "node", "train.mjs");
      expect(exitCode, stderr).toBe(0);
      const { trials, transfer } = JSON.parse(stdout) as {
        trials: { learner: string; transfer?: unknown }[];
        transfer: { learner: string };
      };
      expect(trials.map(({ learner, transfer: own }) => [learner, own !== undefined])).toEqual([
        ...[false, false].map((has) => ["logistic", has]),
        ...[true, true].map((has) => ["command", has]),
      ]);
      expect(transfer.learner).toBe("command");
    }));

  it.each([
    [["--learner", "command"], [], 'the learner "command" needs the command that trains'],
    [["--learner", "logistic"], ["node", "train.mjs"], "what stands after -- is a training command"],
    [["--learner", "command", "--knowledge", "white-box"], ["node", "train.mjs"], "of this one nobody knows more than what it answers"],
    [["--learner", "command", "--persistence"], ["node", "train.mjs"], "--persistence trains on from a model"],
    [["--learner", "command", "--unnoticed"], ["node", "train.mjs"], "--unnoticed would train it"],
    [["--learner", "command", "--label", "c", "--predict", "classes"], ["node", "train.mjs"], "it answers one label"],
    [
      ["--learner", "command", "--attack", "tampered-weights"],
      ["node", "train.mjs"],
      "it changes the learner, and a command is handed data alone",
    ],
    [["--learner", "command", "--repair", "reweight", "--detector", "loss"], ["node", "train.mjs"], "rows in a file have none"],
    [["--learner", "command", "--repair", "trim"], ["node", "train.mjs"], "a command trains in its own"],
    [["--learner", "command:surrogates=command"], ["node", "train.mjs"], "a surrogate is looked into"],
    [["--learner", "command:seconds=0"], ["node", "train.mjs"], "command.seconds must be"],
  ] as const)("%j %j is refused in words", (options, words, reason) =>
    inAudit(async (folder) => {
      const own = study.filter((_, i) => !(options as readonly string[]).includes(study[i - (i % 2)]));
      const given = ["audit", "rows.csv", "--label", "kind", ...own, ...options, ...(words.length === 0 ? [] : ["--", ...words])];
      const { exitCode, stderr } = await theriac(folder, ...given);
      expect(stderr).toContain(reason);
      expect(exitCode).toBe(2);
    }),
  );

  it.each([["scan"], ["certify"], ["attack", "--attack", "label-flip", "--budget", "5%", "--out", "poisoned"]])(
    "is refused by theriac %s",
    (name, ...more) =>
      inAudit(async (folder) => {
        const { exitCode, stderr } = await theriac(folder, name, "rows.csv", "--label", "kind", "--learner", "command", ...more);
        expect(exitCode, stderr).toBe(2);
        expect(stderr).toMatch(/audit alone|after --/);
      }),
  );

  it("says of a program that there is not that it cannot be started", () =>
    inAudit(async (folder) => {
      const asked = ["audit", "rows.csv", "--label", "kind", "--learner", "command", ...study, "--json"];
      const { exitCode, stdout } = await theriac(folder, ...asked, "--", "no-such-program", "$(touch canary)");
      expect(exitCode).toBe(3);
      expect(JSON.parse(stdout).failures[0].error).toMatch(/it cannot be started: "spawn no-such-program ENOENT"/);
    }));
});
