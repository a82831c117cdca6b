import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Outcome, inFolder, writeReviews } from "./command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "dist/cli/main.js");
const auditArgs =
  "audit reviews.csv --label stars --text review --seeds 2 --budget 10% --attack label-flip --repair none --detector none --jobs 2 --quiet --out run";

/** Runs a line of the shell; in it, `theriac` is the program. */
function shell(folder: string, line: string, program = main): Promise<Outcome> {
  const child = spawn("sh", ["-c", `theriac() { "${process.execPath}" "${program}" "$@"; }\n${line}`], { cwd: folder });
  const read = (stream: NodeJS.ReadableStream): { text: string } => {
    const seen = { text: "" };
    stream.setEncoding("utf8").on("data", (chunk: string) => (seen.text += chunk));
    return seen;
  };
  const [stdout, stderr] = [read(child.stdout), read(child.stderr)];
  return new Promise((resolve) => child.on("close", (code) => resolve({ exitCode: code ?? -1, stdout: stdout.text, stderr: stderr.text })));
}

const isLinux = process.platform === "linux";

describe.runIf(isLinux)("where the machine gives out, the program", () => {
  it.each([22, 26, 32, 48, 80])("says in one line that %i file handles are too few, and does not claim a broken limit", async (handles) => {
    await inFolder(async (folder) => {
      writeReviews(folder);
      const { exitCode, stderr } = await shell(folder, `ulimit -n ${handles}; theriac ${auditArgs}`);
      expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/^theriac: [^\n]*ulimit -n[^\n]*\n$/)]);
    });
  });

  it.each([1_500_000, 4_000_000, 8_000_000])("says in one line that %i KiB of address space are too few", async (kib) => {
    await inFolder(async (folder) => {
      writeReviews(folder);
      const { exitCode, stderr } = await shell(folder, `ulimit -v ${kib}; theriac ${auditArgs}`);
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringMatching(/^theriac: the machine gives no more memory: [^\n]*ulimit -v[^\n]*\n$/),
      ]);
    });
  });

  it.each(["list", "list --json", "--help", "audit --help"])("says that the output of %s did not arrive", async (args) => {
    await inFolder(async (folder) => {
      const { exitCode, stderr } = await shell(folder, `theriac ${args} > /dev/full`);
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringMatching(/^theriac: the result could not be written to standard output [^\n]*\n$/),
      ]);
    });
  });

  it("says so of a verdict too, whose limit holds or is broken", async () => {
    await inFolder(async (folder) => {
      writeReviews(folder);
      expect((await shell(folder, `theriac ${auditArgs} --limit 'accuracy >= 0' > /dev/full`)).exitCode).toBe(3);
      expect((await shell(folder, "theriac check run --limit 'accuracy >= 2' > /dev/full")).exitCode).toBe(3);
      expect((await shell(folder, "theriac check run --limit 'accuracy >= 2'")).exitCode).toBe(1);
    });
  });

  it("keeps its exit code where only nobody can be told, or the reader has seen enough", async () => {
    await inFolder(async (folder) => {
      expect((await shell(folder, "theriac nothing 2> /dev/full")).exitCode).toBe(2);
      expect((await shell(folder, "theriac list > /dev/full 2>&1")).exitCode).toBe(3);
      expect((await shell(folder, "theriac list >&-")).exitCode).toBe(0);
      expect((await shell(folder, "(theriac list; echo $? >&2) | head -n 1")).stderr).toBe("0\n");
    });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("stops at %s, says how to go on, and gives the code %i", async (signal, code) => {
    await inFolder(async (folder) => {
      writeReviews(folder);
      const child = spawn(process.execPath, [main, ...auditArgs.replace("--seeds 2", "--seeds 60").split(" ")], { cwd: folder });
      let stderr = "";
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      const end = new Promise((resolve) => child.on("close", (exitCode, by) => resolve(exitCode ?? by)));
      while (!existsSync(join(folder, "run/records.jsonl"))) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill(signal);
      expect([await end, stderr]).toEqual([
        code,
        expect.stringMatching(/^stopped: \d+ of \d+ trials are recorded; go on with: theriac audit --resume run\n$/),
      ]);
    });
  });
});

describe("an installation that is not whole", () => {
  /** The built program in another place, where parts of it can be taken away. */
  async function inCopy(use: (copy: string) => Promise<void>): Promise<void> {
    await inFolder(async (folder) => {
      cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true, filter: (path) => !/\.(map|d\.ts|tsbuildinfo)$/.test(path) });
      cpSync(join(root, "package.json"), join(folder, "package.json"));
      mkdirSync(join(folder, "node_modules"));
      for (const name of readdirSync(join(root, "node_modules")))
        if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
      await use(folder);
    });
  }

  it.each([
    ["node_modules/commander", "--help"],
    ["node_modules/yaml", "audit x.csv"],
    ["node_modules/@duckdb", "scan x.csv --label y"],
    ["dist/catalog.js", "list"],
    ["dist/core/errors.js", "list"],
    ["dist/cli/output.js", "list"],
    ["dist/cli/program.js", "list"],
    ["dist/cli/conclude.js", "list"],
  ])("without %s says so in one line, and what to do", async (part, args) => {
    await inCopy(async (copy) => {
      rmSync(join(copy, part), { recursive: true });
      writeFileSync(join(copy, "x.csv"), "a,y\n1,p\n2,q\n");
      const { exitCode, stderr } = await shell(copy, `theriac ${args}`, join(copy, "dist/cli/main.js"));
      expect([exitCode, stderr]).toEqual([70, expect.stringMatching(/^theriac: [^\n]*install it again[^\n]*\n$/)]);
    });
  });

  it("tells a fault of its own in one line first, then where it lies and that it be reported", async () => {
    await inCopy(async (copy) => {
      renameSync(join(copy, "dist/catalog.js"), join(copy, "dist/catalog.old.js"));
      writeFileSync(
        join(copy, "dist/catalog.js"),
        'export const catalog = {};\nthrow new TypeError("x is \\u001b[31mnot\\nVerdict: pass");\n',
      );
      const { exitCode, stderr } = await shell(copy, "theriac list", join(copy, "dist/cli/main.js"));
      expect(exitCode).toBe(70);
      expect(stderr).toMatch(
        /^theriac: TypeError: x is \\u001b\[31mnot Verdict: pass\n( {4}at [^\n]*\n)+This is a fault of Theriac [^\n]*please report[^\n]*\n$/,
      );
    });
  });

  it.each([
    ["a rejection that nobody waits for", 'void Promise.reject(new Error("lost"));'],
    ["an error in a callback", 'setTimeout(() => { throw new Error("lost"); });'],
    ["a thing thrown that is no error", "setTimeout(() => { throw 7; });"],
    ["an end before the end", "await new Promise(() => {});"],
  ])("does not end with the code of a broken limit after %s", async (_what, code) => {
    await inCopy(async (copy) => {
      writeFileSync(
        join(copy, "dist/catalog.js"),
        `${code}\nawait new Promise((resolve) => setTimeout(resolve, 50));\nexport const catalog = { ratings: {} };\n`,
      );
      const { exitCode, stderr } = await shell(copy, "theriac list", join(copy, "dist/cli/main.js"));
      expect([exitCode, stderr]).toEqual([70, expect.stringMatching(/^theriac: [^\n]*\n/)]);
    });
  });
});
