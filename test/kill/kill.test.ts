import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

// The whole of it takes most of an hour: node scripts/kill-test.mjs.
it("a command killed while it writes loses nothing, leaves nothing half, and goes on when it is given again", () => {
  const script = fileURLToPath(new URL("../../scripts/kill-test.mjs", import.meta.url));
  const asked = ["--commands", "new-key,clean,tasks,report,resume", "--sample", "3", "--chain", "3"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...asked], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/\n15 kills: .* 0 faults\n$/);
}, 400_000);
