import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inFolder, reviewLines } from "./command.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const csv = `${reviewLines().join("\n")}\n`;

/** Runs the command with these bytes on standard input, null = nothing yet and no end; its temporary files go into a folder of their own. */
function run(folder: string, input: string | Buffer | null, ...args: readonly string[]) {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary, { recursive: true });
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...process.env, TMPDIR: temporary } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  if (input !== null) child.stdin.end(input);
  const outcome = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
  return { child, outcome, left: () => readdirSync(temporary) };
}

describe.concurrent("data over standard input", () => {
  it("are read like a file, in any format, and leave nothing behind", { timeout: 120_000 }, () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "reviews.csv"), csv);
      const header = csv.slice(0, csv.indexOf("\n")).split(",");
      const options = ["--label", header[0], "--detector", "loss", "--json", "--quiet"];
      const expected = JSON.parse((await run(folder, "", "scan", "reviews.csv", ...options, "--out", "a").outcome).stdout) as {
        rows: readonly { readonly line: number }[];
      };
      // What came over standard input lies nowhere, so its rows are on no line.
      const rows = expected.rows.map(({ line: _, ...row }) => row);
      for (const [i, input] of [csv, gzipSync(csv), csv.replaceAll(",", ";")].entries()) {
        const one = run(folder, input, "scan", "-", ...options, "--out", `s${i}`);
        const { exitCode, stdout, stderr } = await one.outcome;
        expect([exitCode, stderr]).toEqual([0, ""]);
        expect((JSON.parse(stdout) as { rows: unknown }).rows).toEqual(rows);
        expect(one.left()).toEqual([]);
      }
      const manifest = JSON.parse(readFileSync(join(folder, "s0", "manifest.json"), "utf8")) as {
        files: { path: string; sha256: string }[];
      };
      const named = JSON.parse(readFileSync(join(folder, "a", "manifest.json"), "utf8")) as typeof manifest;
      expect(manifest.files).toEqual([{ ...named.files[0], path: "-" }]);
      const cleaned = await run(folder, csv, "clean", "-", "--scan", "s0").outcome;
      expect([cleaned.exitCode, cleaned.stderr]).toEqual([2, expect.stringContaining("save the data to a file and name that")]);
    }),
  );

  it("are named so in messages", { timeout: 60_000 }, () =>
    inFolder(async (folder) => {
      for (const [input, said] of [
        ["", "standard input is empty"],
        ["x,label\n1\n", "standard input: row 1 (line 2) has 1 cell where the header names 2"],
        ["%PDF-1.7", "standard input is a PDF document"],
      ]) {
        const one = run(folder, input, "scan", "-");
        const { exitCode, stderr } = await one.outcome;
        expect([exitCode, one.left()]).toEqual([2, []]);
        expect(stderr).toContain(said);
        expect(stderr).not.toContain("temporary");
      }
    }),
  );

  it.each(["SIGINT", "SIGTERM"] as const)("leave nothing behind on %s", { timeout: 60_000 }, (signal) =>
    inFolder(async (folder) => {
      const one = run(folder, null, "audit", "-", "--out", "run");
      one.child.stdin.write(csv);
      while (one.left().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      one.child.kill(signal);
      const { stderr } = await one.outcome;
      expect(one.left()).toEqual([]);
      expect(stderr).not.toContain("at ");
    }),
  );

  it("are refused where they would be needed again, before anything is computed", { timeout: 120_000 }, () =>
    inFolder(async (folder) => {
      const [header] = csv.split(",");
      const data = ["-", "--label", header, "--quiet"];
      const refused = await run(folder, csv, "attack", ...data, "--attack", "label-flip", "--budget", "5%", "--out", "out").outcome;
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("save the data to a file and name that")]);
      expect(readdirSync(folder)).not.toContain("out");

      const study = ["--seeds", "2", "--budget", "5%", "--attack", "label-flip", "--repair", "none", "--detector", "none", "--jobs", "1"];
      expect((await run(folder, csv, "audit", ...data, ...study, "--out", "run").outcome).exitCode).toBe(0);
      const records = join(folder, "run", "records.jsonl");
      writeFileSync(records, readFileSync(records, "utf8").split("\n").slice(0, 1).join("\n") + "\n");
      const resumed = await run(folder, null, "audit", "--resume", "run").outcome;
      expect([resumed.exitCode, resumed.stderr]).toEqual([2, expect.stringContaining("came over standard input and are gone")]);
    }),
  );
});
