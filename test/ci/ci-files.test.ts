import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { inFolder, reviewLines } from "../cli/command.ts";
import { schemaFaults } from "../schemas/check-schema.ts";
import { parseXml } from "../parse-xml.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): any => parse(readFileSync(join(root, path), "utf8"));

/** Twelve copies in front of two hundred reviews, and the program on the PATH. */
function makeRepository(folder: string): NodeJS.ProcessEnv {
  const [header, ...lines] = reviewLines();
  const flood = Array.from({ length: 20 }, () => "bad,great fine lovely sturdy great lamp fine lovely box great,21.00,red");
  mkdirSync(join(folder, "my data"));
  writeFileSync(join(folder, "my data", "reviews.csv"), `${[header, ...flood, ...lines].join("\n")}\n`);
  mkdirSync(join(folder, "bin"));
  const shim = join(folder, "bin", "theriac");
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/cli/main.js")}" "$@"\n`);
  chmodSync(shim, 0o755);
  return { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
}

const columns = "--label\nstars\n--text\nreview\n";

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the steps of the action as a runner would, those of other actions left out. Gives the exit codes and the outputs. */
function runAction(folder: string, base: NodeJS.ProcessEnv, given: Readonly<Record<string, string>>) {
  const { inputs, runs } = read("ci/action.yml") as {
    inputs: Record<string, { default?: string }>;
    runs: { using: string; steps: Step[] };
  };
  expect(runs.using).toBe("composite");
  const [output, summary] = ["output", "summary"].map((name) => join(folder, name));
  for (const file of [output, summary]) writeFileSync(file, "");
  const outputs: Record<string, string> = {};
  const filled = (text: string): string =>
    text.replace(/\$\{\{ (inputs|steps\.theriac\.outputs)\.([\w-]+) \}\}/g, (_, of: string, name: string) =>
      of === "inputs" ? (given[name] ?? inputs[name].default ?? "") : (outputs[name] ?? ""),
    );
  const codes = runs.steps.flatMap(({ run, env = {} }) => {
    if (run === undefined) return [];
    // Nothing of an input may stand in what is run.
    expect(run).not.toContain("${{");
    const own = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text)]));
    const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
      cwd: folder,
      env: { ...base, ...own, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
    });
    for (const line of readFileSync(output, "utf8").split("\n"))
      if (line.includes("=")) outputs[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    return [status];
  });
  return { codes, outputs, summary: readFileSync(summary, "utf8") };
}

describe.concurrent("files for systems that check changes", () => {
  it("scan in an action, whose job fails where more rows are flagged than it allows", () =>
    inFolder(async (folder) => {
      const env = makeRepository(folder);
      const inputs = { data: "my data/reviews.csv", arguments: columns, package: "", "most-flagged": "3" };
      const { codes, outputs, summary } = runAction(folder, env, inputs);
      expect([codes, outputs["exit-code"]]).toEqual([[0, 0, 1], "1"]);
      expect(summary).toMatch(/^## Theriac: scan of reviews\.csv\n/);
      const log = JSON.parse(readFileSync(join(folder, outputs.sarif), "utf8"));
      expect(schemaFaults("sarif-2.1.0", log)).toEqual([]);
      const uris = log.runs[0].results.flatMap(({ locations }: any) =>
        locations.map(({ physicalLocation }: any) => physicalLocation.artifactLocation.uri),
      );
      expect([...new Set(uris)]).toEqual(["my%20data/reviews.csv"]);
    }));

  it("take arguments as they are, which no shell reads", () =>
    inFolder(async (folder) => {
      const env = makeRepository(folder);
      const { codes, outputs } = runAction(folder, env, {
        data: "my data/reviews.csv",
        arguments: "--label\n$(touch escaped); `touch escaped` 'stars",
        package: "",
      });
      expect([codes, outputs["exit-code"], existsSync(join(folder, "escaped"))]).toEqual([[0, 0, 2], "2", false]);
    }));

  it("scan in a pipeline of GitLab, with its reports", () =>
    inFolder(async (folder) => {
      const base = makeRepository(folder);
      const { script, variables, artifacts } = read("ci/gitlab-ci.yml")[".theriac"];
      const own = {
        ...variables,
        THERIAC_PACKAGE: "",
        THERIAC_DATA: "my data/reviews.csv",
        THERIAC_ARGUMENTS: columns,
        THERIAC_MOST_FLAGGED: "3",
      };
      const { status } = spawnSync("sh", ["-e", "-c", script.join("\n")], { cwd: folder, env: { ...base, ...own } });
      expect(status).toBe(1);
      const at = (path: string): string => readFileSync(join(folder, path.replace("$THERIAC_RESULTS", variables.THERIAC_RESULTS)), "utf8");
      const findings = JSON.parse(at(artifacts.reports.codequality));
      expect(schemaFaults("gitlab-code-quality", findings)).toEqual([]);
      expect(findings[0]).toMatchObject({ severity: "critical", location: { path: "my data/reviews.csv" } });
      const [suite] = parseXml(at(artifacts.reports.junit)).children;
      expect(suite.attributes).toMatchObject({ failures: "1", errors: "0" });
    }));

  it("scan before a commit, and let one pass that brings nothing", () =>
    inFolder(async (folder) => {
      const env = makeRepository(folder);
      const [{ entry, files, language }] = read(".pre-commit-hooks.yaml");
      expect([language, new RegExp(files).test("my data/reviews.csv")]).toEqual(["node", true]);
      const args = [...entry.split(" "), ...columns.trim().split("\n")];
      const commit = (path: string): number | null => spawnSync(args[0], [...args.slice(1), path], { cwd: folder, env }).status;
      expect(commit("my data/reviews.csv")).toBe(1);
      writeFileSync(join(folder, "clean.csv"), `${reviewLines().join("\n")}\n`);
      expect(commit("clean.csv")).toBe(0);
    }));
});

it("check tells of a run in the same forms", () =>
  inFolder(async (folder) => {
    const env = makeRepository(folder);
    const theriac = (...args: string[]): number | null => spawnSync("theriac", args, { cwd: folder, env }).status;
    const few =
      "--label stars --text review --attack label-flip --repair none --detector none --certificate none --quiet --seeds 2 --budget 20% --limit".split(
        " ",
      );
    expect(theriac("audit", "my data/reviews.csv", ...few, "accuracy <= 0.3", "--out", "run")).toBe(1);
    const forms = "--sarif out/a.sarif --markdown out/a.md --code-quality out/a.json --junit out/a.xml".split(" ");
    expect(theriac("check", "run", ...forms)).toBe(1);
    const read = (name: string): string => readFileSync(join(folder, "out", name), "utf8");
    const log = JSON.parse(read("a.sarif"));
    expect([schemaFaults("sarif-2.1.0", log), schemaFaults("gitlab-code-quality", JSON.parse(read("a.json")))]).toEqual([[], []]);
    expect(log.runs[0].results[0]).toMatchObject({ ruleId: "limit-broken", level: "error" });
    expect(read("a.md")).toContain("Verdict: fail");
    expect(read("a.xml")).toBe(readFileSync(join(folder, "run", "junit.xml"), "utf8"));
    expect(theriac("check", "run", "--sarif", "x", "--junit", "x")).toBe(2);
  }));
