import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const fuzz = fileURLToPath(new URL("../../fuzz/main.mjs", import.meta.url));

it("refuses odd and damaged inputs of every reader in a line, and takes what is sound", () => {
  const printed = execFileSync(process.execPath, [fuzz, "--inputs", "1500", "--seed", "7", "--jobs", "2"], { encoding: "utf8" });
  const lines = printed.trim().split("\n");
  expect(lines.at(-1)).toMatch(/^1500 inputs .* 0 faults$/);
  const rows = lines.slice(1, -1).map((line) => line.split("\t"));
  expect(rows.length).toBe(34);
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  expect(sum(2)).toBeGreaterThan(300);
  expect(sum(3)).toBeGreaterThan(600);
}, 300_000);
