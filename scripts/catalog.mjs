// Writes src/catalog.ts from the method folders: `node scripts/catalog.mjs`; with --check it only says whether the file is up to date.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const output = join(root, "src", "catalog.ts");
const printWidth = 140;

/** Each kind of method: its type, and others that its constants may be declared with. */
const kinds = {
  learners: ["Learner"],
  attacks: ["Attack"],
  detectors: ["Detector"],
  repairs: ["Repair", "CleaningRepair", "FittingRepair"],
  certificates: ["Certificate"],
  metrics: ["Metric"],
};

const faults = [];
const found = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, findMethods(kind)]));
const all = Object.values(found).flat();
for (const { name, path } of all)
  if (all.some((other) => other.name === name && other.path !== path)) faults.push(`${path}: another method is called ${name} too`);
if (faults.length > 0) fail(faults.join("\n"));

const text = render(found);
const isCurrent = existsSync(output) && readFileSync(output, "utf8") === text;
if (process.argv.includes("--check")) {
  if (!isCurrent) fail("src/catalog.ts is stale: run node scripts/catalog.mjs");
} else if (!isCurrent) writeFileSync(output, text);

function findMethods(kind) {
  return [`src/${kind}`, `src/node/${kind}`]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.endsWith(".d.ts"))
        .map((file) => ({ name: methodIn(`${folder}/${file}`, kinds[kind]), path: `${folder}/${file}` })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function methodIn(path, types) {
  const declaration = new RegExp(`^export const (\\w+): (?:${types.join("|")})(?:<.*>)? =`, "gm");
  const declared = [...readFileSync(join(root, path), "utf8").matchAll(declaration)].map((match) => match[1]);
  if (declared.length !== 1) faults.push(`${path} must export one method (export const name: ${types[0]} = …), and has ${declared.length}`);
  return declared[0] ?? "";
}

function render(methods) {
  const used = Object.keys(methods).filter((kind) => methods[kind].length > 0);
  const imports = [
    ...used.map((kind) => ({ what: `type { ${kinds[kind][0]} }`, from: `./core/${kinds[kind][0].toLowerCase()}.ts` })),
    ...used.flatMap((kind) => methods[kind]).map(({ name, path }) => ({ what: `{ ${name} }`, from: path.replace(/^src\//, "./") })),
  ].sort((a, b) => (a.from < b.from ? -1 : 1));
  const types = Object.keys(methods).map((kind) => `  readonly ${kind}: readonly ${used.includes(kind) ? kinds[kind][0] : "never"}[];`);
  const lists = Object.entries(methods).map(([kind, list]) => renderList(kind, list));
  return [
    "// Generated from the method folders by `node scripts/catalog.mjs`; do not edit.",
    ...imports.map(({ what, from }) => `import ${what} from "${from}";`),
    "",
    "/** Every method, by kind. */",
    "export const catalog: {",
    ...types,
    "} = {",
    ...lists,
    "};",
    "",
  ].join("\n");
}

function renderList(kind, methods) {
  const names = methods.map(({ name }) => name);
  const line = `  ${kind}: [${names.join(", ")}],`;
  return line.length <= printWidth ? line : [`  ${kind}: [`, ...names.map((name) => `    ${name},`), "  ],"].join("\n");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
