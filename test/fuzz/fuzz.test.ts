import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const fuzz = fileURLToPath(new URL("../../fuzz/main.mjs", import.meta.url));

it("refuses odd and damaged inputs of every reader in a line, and takes what is sound", () => {
  const printed = execFileSync(process.execPath, [fuzz, "--inputs", "1500", "--seed", "7", "--jobs", "2"], { encoding: "utf8" });
  const lines = printed.trim().split("\n");
  expect(lines.at(-1)).toMatch(/^1500 inputs .* 0 faults$/);
  const rows = lines.slice(1, -1).map((line) => line.split("\t"));
  expect(rows.length).toBe(15);
  for (const [id, , taken, refused] of rows)
    if (id !== "command")
      expect([Number(taken) > 0, Number(refused) > 0], `${id} takes some inputs and refuses some`).toEqual([true, true]);
}, 300_000);
