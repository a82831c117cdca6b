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

  it("library runs an attack of one's own beside those of the catalog", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, "library", "flip-curve.mjs")], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(6);
    expect(stdout).toMatch(/shortest-flip at 20 %: accuracy falls by 0\.\d+/);
  });
});
