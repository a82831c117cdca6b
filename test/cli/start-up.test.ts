import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeProgram } from "../../src/cli/program.ts";
import { inFolder } from "./command.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The scripts that a run of the program loads, as V8 counts them. */
async function scriptsOf(args: readonly string[]): Promise<string[]> {
  let urls: string[] = [];
  await inFolder(async (folder) => {
    spawnSync(process.execPath, [main, ...args], { cwd: folder, env: { ...process.env, NODE_V8_COVERAGE: folder } });
    const [report] = readdirSync(folder).filter((name) => name.startsWith("coverage-"));
    const { result } = JSON.parse(readFileSync(join(folder, report), "utf8")) as { readonly result: readonly { readonly url: string }[] };
    urls = result.map(({ url }) => url).filter((url) => url.startsWith("file:"));
  });
  return urls;
}

const commands = makeProgram().commands.map((command) => command.name());

describe.concurrent("what the program only says", () => {
  it.each([["--version"], ["--help"], ...commands.map((name) => [name, "--help"])])(
    "is said without loading the work: %s %s",
    async (...args) => {
      const scripts = await scriptsOf(args);
      const own = scripts.filter((url) => url.includes("/dist/"));
      expect(own.length).toBeGreaterThan(3);
      expect(own.length).toBeLessThan(80);
      expect(own.filter((url) => /\/dist\/(?:catalog|learners|attacks|detectors|blocks|numeric|node\/read)/.test(url))).toEqual([]);
      const packages = new Set(scripts.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
      expect([...packages]).toEqual(["commander"]);
    },
  );
});
