import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { inFolder, start, theriac } from "../cli/command.ts";
import { isLinux, keptProcesses, writeRows } from "./rows.ts";

// It says that it has begun, starts a child in a session of its own, and both stay for ever.
const endless = `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true });
writeFileSync(process.env.THERIAC_TEST_FOLDER + "/begun", "");
setInterval(() => {}, 1000);
`;

afterEach(() => vi.unstubAllEnvs());

describe.runIf(isLinux)("a training command whose audit is ended", () => {
  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("by %s leaves no process and no folder", (signal) =>
    inFolder(async (folder) => {
      writeRows(folder);
      writeFileSync(join(folder, "endless.mjs"), endless);
      const temporary = join(folder, "temporary");
      mkdirSync(temporary);
      vi.stubEnv("THERIAC_TEST_FOLDER", folder);
      vi.stubEnv("TMPDIR", temporary);
      const asked = ["audit", "rows.csv", "--label", "kind", "--learner", "command", "--attack", "label-flip", "--out", "run", "--quiet"];
      const { child, outcome } = start(folder, ...asked, "--", process.execPath, "endless.mjs");
      await expect.poll(() => existsSync(join(folder, "begun")), { timeout: 120_000 }).toBe(true);
      expect(keptProcesses(folder).length).toBeGreaterThan(1);
      child.kill(signal);
      const { exitCode } = await outcome;
      expect(exitCode).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: -1 }[signal]);
      await expect.poll(() => keptProcesses(folder), { timeout: 5000 }).toEqual([]);
      await expect.poll(() => readdirSync(temporary), { timeout: 5000 }).toEqual([]);
      if (signal !== "SIGINT") return;
      // What the command is has changed: the trials to come would not be of the learner of those before.
      writeFileSync(join(folder, "endless.mjs"), "process.exit(0);");
      const resumed = await theriac(folder, "audit", "--resume", "run", "--json", "--quiet", "--", process.execPath, "endless.mjs");
      expect(resumed.exitCode).toBe(3);
      expect(resumed.stdout).toContain("the files of the command have changed since the run was begun");
    }),
  );
});
