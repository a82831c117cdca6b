import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { inFolder, theriac } from "../cli/command.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));

describe("the example", () => {
  it("marketplace audits the demo's data from its configuration", () =>
    inFolder(async (folder) => {
      cpSync(join(examples, "marketplace"), folder, { recursive: true });
      await theriac(folder, "demo", "--data-only", "--out", "data");
      const { exitCode, stdout } = await theriac(folder, "audit", "--config", "theriac.config.yaml", "--quiet");
      expect(exitCode).toBe(0);
      expect(stdout).toContain("accuracy >= 0.8 holds");
      expect(stdout).not.toContain("label-flip");
    }));

  it("own-methods audits with methods of its own, from its configuration, and they keep to their contracts", () =>
    inFolder(async (folder) => {
      cpSync(join(examples, "own-methods"), folder, { recursive: true });
      await theriac(folder, "demo", "--data-only", "--out", "data");
      const asked = ["--quiet", "--json", "--out", "run"];
      const { exitCode, stdout } = await theriac(folder, "audit", "--config", "theriac.config.yaml", ...asked);
      const { summary, trials } = JSON.parse(stdout) as {
        readonly summary: readonly { readonly attack: string | null }[];
        readonly trials: readonly { readonly detections: readonly { readonly detector: string }[] }[];
      };
      expect([exitCode, summary.some(({ attack }) => attack === "shortest-flip")]).toEqual([0, true]);
      expect(trials.flatMap(({ detections }) => detections).every(({ detector }) => detector === "short-texts")).toBe(true);
      const alone = await theriac(folder, "check", "run");
      expect([alone.exitCode, alone.stderr]).toEqual([
        2,
        expect.stringMatching(/no run loads code by itself: name .*methods\.mjs with --methods/),
      ]);
      expect((await theriac(folder, "check", "run", "--methods", "methods.mjs")).exitCode).toBe(0);
      const { status, stdout: said } = spawnSync(process.execPath, [join(examples, "own-methods", "check.mjs")], { encoding: "utf8" });
      expect([status, said]).toEqual([0, "shortest-flip and short-texts do what they declare\n"]);
    }));

  it("library runs an attack of one's own beside those of the catalog", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, "library", "flip-curve.mjs")], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(6);
    expect(stdout).toMatch(/shortest-flip at 20 %: accuracy falls by 0\.\d+/);
  });
});
