// Writes src/catalog.ts from the method folders, and src/node/formats.ts and src/node/read/readers.ts from the readers: `node scripts/catalog.mjs`; with --check
// it only says whether they are up to date.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const printWidth = 140;

/** Each kind of method with the types that its constants may be declared with, of which the first is the kind's; a kind is looked for in its folder and all rooms of it. */
const kinds = {
  learners: ["Learner"],
  attacks: ["Attack"],
  detectors: ["Detector"],
  repairs: ["Repair", "CleaningRepair", "FittingRepair"],
  certificates: ["Certificate"],
  metrics: ["Metric"],
};
/** The same for other kinds of data, which have a list each: where their types are declared and, of each kind, the folder to look in and its types. */
const otherData = {
  ratings: {
    about: "What works on ratings.",
    nouns: "./core/recommender.ts",
    kinds: {
      recommenders: { folder: "learners", types: ["Recommender"] },
      attacks: { folder: "attacks", types: ["RatingAttack"] },
      detectors: { folder: "detectors", types: ["AccountDetector"] },
      repairs: { folder: "repairs", types: ["RatingRepair"] },
      certificates: { folder: "certificates", types: ["RatingCertificate"] },
    },
  },
  dialogues: {
    about: "What works on fine-tuning and retrieval data.",
    nouns: "./core/dialogues.ts",
    kinds: {
      learners: { folder: "learners", types: ["DialogueLearner"] },
      attacks: { folder: "attacks", types: ["DialogueAttack"] },
      detectors: { folder: "detectors", types: ["DialogueDetector"] },
    },
  },
};

const faults = [];
const declared = Object.keys(kinds).flatMap((folder) => declaredIn(folder));
const methodsOf = (folder, types) => declared.filter((method) => method.folder === folder && types.includes(method.type));
const found = Object.fromEntries(Object.entries(kinds).map(([kind, types]) => [kind, methodsOf(kind, types)]));
const foundForOthers = Object.fromEntries(
  Object.entries(otherData).map(([data, { kinds: own }]) => [
    data,
    Object.fromEntries(Object.entries(own).map(([kind, { folder, types }]) => [kind, methodsOf(folder, types)])),
  ]),
);
const all = [found, ...Object.values(foundForOthers)].flatMap((lists) => Object.values(lists).flat());
for (const { name, path } of all)
  if (all.some((other) => other.name === name && other.path !== path)) faults.push(`${path}: another method is called ${name} too`);
const readers = readersIn("src/node/read/formats");
if (faults.length > 0) fail(faults.join("\n"));
const outputs = {
  "src/catalog.ts": render(found, foundForOthers),
  "src/node/formats.ts": renderFormats(readers),
  "src/node/read/readers.ts": renderReaders(readers),
};
for (const [path, text] of Object.entries(outputs)) {
  const isCurrent = existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === text;
  if (!isCurrent && process.argv.includes("--check")) fail(`${path} is stale: run node scripts/catalog.mjs`);
  if (!isCurrent) writeFileSync(join(root, path), text);
}

/** Readers with what tells their files, which stands in each as a literal of one line. */
function readersIn(folder) {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => {
      const text = readFileSync(join(root, folder, file), "utf8");
      const [, name, body] = /^export const (\w+): Reader = \{$([^]*?)^\};$/m.exec(text) ?? [];
      if (name === undefined) faults.push(`${folder}/${file} must export one reader (export const name: Reader = {…};)`);
      const marks = ["format", "title", "endings", "names", "magic", "inZip"].flatMap((key) => {
        const [line] = new RegExp(`^  ${key}: .*(?=,$)`, "m").exec(body ?? "") ?? [];
        return line === undefined ? [] : [line.trim()];
      });
      return { name, file, marks, format: /"(.*)"/.exec(marks[0] ?? "")?.[1] };
    })
    .sort((a, b) => (a.format < b.format ? -1 : 1));
}

function renderFormats(all) {
  return [
    "// Generated from the readers in src/node/read/formats by `node scripts/catalog.mjs`; do not edit.",
    "",
    "/** What tells files of a format, without loading what reads them. */",
    "export const formatMarks = [",
    ...all.map(({ marks }) => `  { ${marks.join(", ")} },`),
    "] as const;",
    'export type Format = (typeof formatMarks)[number]["format"];',
    "export const formats = formatMarks.map(({ format }) => format);",
    "",
  ].join("\n");
}

function renderReaders(all) {
  return [
    "// Generated from the readers in src/node/read/formats by `node scripts/catalog.mjs`; do not edit.",
    'import type { Format } from "../formats.ts";',
    ...all
      .map(({ name, file }) => `import { ${name} } from "./formats/${file}";`)
      .sort((a, b) => (a.split("from")[1] < b.split("from")[1] ? -1 : 1)),
    'import type { Reader } from "./reader.ts";',
    "",
    "/** What reads each format. */",
    "export const readers: Readonly<Record<Format, Reader>> = {",
    ...all.map(({ name, format }) => `  ${format}: ${name},`),
    "};",
    "",
  ].join("\n");
}

function declaredIn(folder) {
  const others = Object.values(otherData).flatMap(({ kinds: own }) => Object.values(own));
  const types = [...kinds[folder], ...others.flatMap((kind) => (kind.folder === folder ? kind.types : []))];
  return [`src/${folder}`, `src/node/${folder}`]
    .filter((place) => existsSync(join(root, place)))
    .flatMap((place) => readdirSync(join(root, place), { recursive: true }).map((file) => `${place}/${file.replaceAll("\\", "/")}`))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.endsWith(".d.ts"))
    .map((path) => ({ ...methodIn(path, types), path, folder }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function methodIn(path, types) {
  const declaration = new RegExp(`^export const (\\w+): (${types.join("|")})(?:<.*>)? =`, "gm");
  const matches = [...readFileSync(join(root, path), "utf8").matchAll(declaration)];
  if (matches.length !== 1) faults.push(`${path} must export one method (export const name: ${types[0]} = …), and has ${matches.length}`);
  return { name: matches[0]?.[1] ?? "", type: matches[0]?.[2] ?? "" };
}

function render(methods, forOthers) {
  const used = Object.keys(methods).filter((kind) => methods[kind].length > 0);
  const usedOf = (data) => Object.keys(forOthers[data]).filter((kind) => forOthers[data][kind].length > 0);
  const typeOfKind = (data, kind) => otherData[data].kinds[kind].types[0];
  const imports = [
    ...used.map((kind) => ({ what: `type { ${kinds[kind][0]} }`, from: `./core/${kinds[kind][0].toLowerCase()}.ts` })),
    ...Object.keys(otherData)
      .filter((data) => usedOf(data).length > 0)
      .map((data) => {
        const names = usedOf(data).map((kind) => typeOfKind(data, kind));
        return { what: `type { ${names.sort().join(", ")} }`, from: otherData[data].nouns };
      }),
    ...all.map(({ name, path }) => ({ what: `{ ${name} }`, from: path.replace(/^src\//, "./") })),
  ].sort((a, b) => (a.from < b.from ? -1 : 1));
  const typeOf = (kind, isUsed, name, indent) => `${indent}readonly ${kind}: readonly ${isUsed ? name : "never"}[];`;
  const types = [
    ...Object.keys(methods).map((kind) => typeOf(kind, used.includes(kind), kinds[kind][0], "  ")),
    ...Object.entries(otherData).flatMap(([data, { about, kinds: own }]) => [
      `  /** ${about} */`,
      `  readonly ${data}: {`,
      ...Object.keys(own).map((kind) => typeOf(kind, usedOf(data).includes(kind), typeOfKind(data, kind), "    ")),
      "  };",
    ]),
  ];
  const lists = [
    ...Object.entries(methods).map(([kind, list]) => renderList(kind, list, "  ")),
    ...Object.entries(forOthers).flatMap(([data, own]) => [
      `  ${data}: {`,
      ...Object.entries(own).map(([kind, list]) => renderList(kind, list, "    ")),
      "  },",
    ]),
  ];
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

function renderList(kind, methods, indent) {
  const names = methods.map(({ name }) => name);
  const line = `${indent}${kind}: [${names.join(", ")}],`;
  return line.length <= printWidth
    ? line
    : [`${indent}${kind}: [`, ...names.map((name) => `${indent}  ${name},`), `${indent}],`].join("\n");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
