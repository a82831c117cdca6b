import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

it("the bench runs a tiny case and writes its result", () => {
  const out = mkdtempSync(join(tmpdir(), "theriac-bench-test-"));
  const main = resolve(import.meta.dirname, "../../bench/main.mjs");
  const { status, stdout } = spawnSync(process.execPath, [main, "--small", "--only", "dense-logistic", "--repeats", "1", "--out", out], {
    encoding: "utf8",
    env: { ...process.env, THERIAC_PYTHON: "no-such-python" },
  });
  expect(status).toBe(0);
  expect(stdout).toContain("our times alone");
  const [file] = readdirSync(out);
  const { machine, results } = JSON.parse(readFileSync(join(out, file), "utf8"));
  rmSync(out, { recursive: true });
  expect(machine).toMatchObject({ node: process.version, peers: null });
  expect(results).toMatchObject([{ name: "dense-logistic", ratio: null, peerCpuMs: null }]);
  expect(results[0].gap).toBeLessThan(1e-5);
});

it.each([
  ["", "is not set"],
  ["no-such-python", "names no Python that has scikit-learn"],
])("the bench of defences passes over its peers where THERIAC_PYTHON is %j, and says so", (python, reason) => {
  const main = resolve(import.meta.dirname, "../../bench/defences/main.mjs");
  const { status, stdout } = spawnSync(process.execPath, [main, "--small", "--only", "peers"], {
    encoding: "utf8",
    env: { ...process.env, THERIAC_PYTHON: python },
  });
  expect(status).toBe(0);
  expect(stdout).toBe(`\n## peers\n\npeers skipped: THERIAC_PYTHON ${reason}\n`);
});
