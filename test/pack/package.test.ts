import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReviews } from "../cli/command.ts";

// The package as users get it: packed, unpacked into an empty project, its dependencies beside it, without the optional ones that npm may leave out.
const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
};
let app = "";
let files: string[] = [];
let tarballBytes = 0;

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), "theriac-package-"));
  execFileSync(process.execPath, [join(root, "scripts/prepack.mjs")]);
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", app], { cwd: root, stdio: "ignore" });
  const tarball = join(app, `theriac-${manifest.version}.tgz`);
  tarballBytes = statSync(tarball).size;
  const home = join(app, "node_modules/theriac");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", home, "--strip-components=1"]);
  files = readdirSync(home, { recursive: true }).map(String);
  // Packages are found from where they lie, so those that are linked find their own in the checkout; the package itself is no link, and finds these alone.
  for (const name of [...Object.keys(manifest.dependencies), "@types/node", "undici-types"]) {
    mkdirSync(dirname(join(app, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(app, "node_modules", name));
  }
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", type: "module", private: true }));
  writeReviews(app);
}, 120_000);
afterAll(() => rmSync(app, { recursive: true, force: true }));

function theriac(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(app, "node_modules/theriac/dist/cli/main.js"), ...args], { cwd: app, encoding: "utf8" });
}

describe("the packed package", () => {
  it("holds what it needs and nothing else, in less than 2.2 MB", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "dist/index.js",
        "dist/index.d.ts",
        "dist/cli/main.js",
        "dist/ui/app.js",
        "dist/ui/app.css",
      ]),
    );
    expect(files.filter((file) => /\.map$|\.test\.|tsbuildinfo$|(?<!\.d)\.ts$|^test|^src|^bench/.test(file))).toEqual([]);
    expect(tarballBytes).toBeLessThan(2.2e6);
  });

  it("has no script of its own that an installation would run or ask about", () => {
    const { scripts } = JSON.parse(readFileSync(join(app, "node_modules/theriac/package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const name of ["preinstall", "install", "postinstall", "prepare"]) expect(scripts).not.toHaveProperty(name);
  });

  it("tells its version and audits a file", () => {
    expect(theriac("--version")).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    const asked = [
      "--seeds",
      "2",
      "--budget",
      "10%",
      "--attack",
      "label-flip",
      "--repair",
      "none",
      "--detector",
      "none",
      "--quiet",
      "--json",
    ];
    const { status, stdout } = theriac("audit", "reviews.csv", "--label", "stars", "--text", "review", ...asked);
    expect([status, JSON.parse(stdout).schema]).toEqual([0, 2]);
  });

  it("says what is missing and the command that installs it, in the list and at first use", () => {
    const version = manifest.optionalDependencies["onnxruntime-node"];
    const command = `npm install --no-save --ignore-scripts onnxruntime-node@${version}`;
    expect(theriac("list", "learners").stdout).toMatch(new RegExp(`\\n {2}mlp\\n(?: {6}[^\\n]*\\n)*? {6}not here: [^\\n]*${command}\\n`));
    const listed = JSON.parse(theriac("list", "learners", "--json").stdout) as { methods: { id: string; lacks?: string }[] };
    expect(listed.methods.filter(({ lacks }) => lacks?.includes(command)).map(({ id }) => id)).toEqual(["encoder-head", "mlp"]);
    for (const learner of ["mlp", "encoder-head"]) {
      const { status, stderr } = theriac("audit", "reviews.csv", "--label", "stars", "--learner", learner, "--quiet");
      expect([status, stderr]).toEqual([2, expect.stringMatching(new RegExp(`^theriac: [^\\n]*${command}\\n$`))]);
    }
    mkdirSync(join(app, "pictures/a"), { recursive: true });
    mkdirSync(join(app, "pictures/b"), { recursive: true });
    for (const kind of ["a", "b"]) writeFileSync(join(app, "pictures", kind, "1.png"), "\x89PNG\r\n\x1a\n");
    const { status, stderr } = theriac("audit", "pictures", "--quiet");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^theriac: [^\n]*npm install --no-save --ignore-scripts sharp@[\d.]+\n$/)]);
  });

  it.each([
    ["node16", "node16"],
    ["bundler", "preserve"],
  ])("has types that hold under moduleResolution %s, with the checks of libraries on", (moduleResolution, module) => {
    const folder = join(app, moduleResolution);
    mkdirSync(folder);
    writeFileSync(
      join(folder, "use.ts"),
      [
        'import { type AuditConfig, type Verdict, UsageError, audit, catalog, readTable, scan } from "theriac";',
        'const config: AuditConfig = { data: { path: "reviews.csv", labels: ["stars"] }, budgets: ["1%"], limits: ["accuracyDrop@1% <= 0.02"] };',
        "const { verdict } = await audit(config);",
        "const judged: Verdict = verdict;",
        "const ids: string[] = catalog.attacks.map(({ id }) => id);",
        "// @ts-expect-error: a seed is no text, so the types are those of the package and not any",
        'const wrong: AuditConfig = { seed: "1" };',
        "export { UsageError, ids, judged, readTable, scan, wrong };",
      ].join("\n"),
    );
    const compilerOptions = {
      module,
      moduleResolution,
      target: "es2023",
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: ["node"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8",
    });
    expect([stdout, status]).toEqual(["", 0]);
  });
});
