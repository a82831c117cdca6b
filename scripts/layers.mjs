// Holds src/ to its layers and rooms, and ui/ to the types of src/: who may import whom, and how much a folder may hold. ARCHITECTURE.md shows the picture that is drawn here:
// node scripts/layers.mjs --write draws it anew, and without --write a stale one is a fault.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = join(dirname(fileURLToPath(import.meta.url)), "..", "src");

const methods = ["attacks", "detectors", "repairs", "certificates", "metrics"];
const belowMethods = ["blocks", "data", "core", "numeric"];
const pure = ["numeric", "core", "data", "blocks", "learners", ...methods, "study", "report"];

/** What each layer may import besides itself. */
const mayImport = {
  numeric: [],
  core: ["numeric"],
  data: ["core", "numeric"],
  blocks: ["core", "data", "numeric"],
  learners: ["blocks", "core", "numeric"],
  ...Object.fromEntries(methods.map((layer) => [layer, belowMethods])),
  catalog: ["learners", ...methods, "node", "core"],
  // What a recommender shows is measured by the attacks on it too, so it lies in blocks.
  study: ["metrics", "blocks", "data", "core", "numeric"],
  // Summaries are made of figures, which are numeric/intervals.ts.
  report: ["study", "core", "numeric"],
  node: [...pure, "catalog"],
  server: [...pure, "catalog", "node"],
  cli: [...pure, "catalog", "node", "server"],
  index: [...pure, "catalog", "node", "server"],
};
/**
 * Rooms of a layer, from the ground up: a room imports those before it alone. A room within a room is one of its own where it stands here. Files that lie beside
 * the rooms may import all of them; what rooms import of these is held by the circles alone.
 */
const rooms = {
  numeric: ["orders", "matrices", "statistics", "solvers"],
  blocks: [
    ...[
      "kernels",
      "certified",
      "recommended",
      "feasible",
      "copies",
      "held-out",
      "outliers",
      "linear",
      "noisy-labels",
      "network",
      "injection",
      "mtrl",
    ],
    ...["edits", "relabel", "reviews", "triggers", "ratings", "accounts", "dialogues", "trigger-answers"],
  ],
  node: [
    ...[
      "write",
      "onnx",
      "command",
      "learners",
      "contract",
      "config/options",
      "read",
      "schemas",
      "runs",
      "methods",
      "config",
      "ratings",
      "tasks",
    ],
    ...["poison", "parts", "kinds", "workers", "queue", "scan", "past-memory", "review", "ci", "attest", "evidence"],
  ],
  report: ["words", "judging", "compare", "page", "certify", "audit", "ratings", "tasks", "dialogues", "scan", "ci", "evidence"],
};
const mostFiles = 40;
const mostArrows = 30;
const isMethod = (file) => ["learners", ...methods].includes(file.startsWith("node/") ? file.split("/")[1] : layerOf(file));

const files = readdirSync(src, { recursive: true })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const ui = join(src, "..", "ui");
const uiTypes = new Set();

const faults = [...files.flatMap(faultsOf), ...uiFaults(), ...findCycles(), ...crowds()];

const page = join(src, "..", "ARCHITECTURE.md");
const shown = readFileSync(page, "utf8").replace(
  /(<!-- picture -->\n)[^]*?(<!-- end -->)/,
  (_, start, end) => `${start}${picture()}${end}`,
);
if (process.argv.includes("--write")) writeFileSync(page, shown);
else if (readFileSync(page, "utf8") !== shown) faults.push("the picture in ARCHITECTURE.md is stale: run node scripts/layers.mjs --write");
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);

function importsOf(file) {
  const text = readFileSync(join(src, file), "utf8");
  const pattern = /^(import|export)\s+(?:[\w\s*{},$]+?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].map(([, keyword, from, dynamic]) => {
    const specifier = from ?? dynamic;
    const target = specifier.startsWith(".") ? relative(src, normalize(join(src, dirname(file), specifier))) : null;
    return { specifier, target: target?.split(sep).join("/") ?? null, isReExport: keyword === "export" };
  });
}

function faultsOf(file) {
  const layer = layerOf(file);
  const allowed = mayImport[layer];
  if (allowed === undefined) return [`src/${file}: ${layer} is not a layer that scripts/layers.mjs knows`];
  return imports.get(file).flatMap(({ specifier, target, isReExport }) => {
    const fault = (what) => [`src/${file} → ${specifier}: ${what}`];
    if (isReExport && file !== "index.ts") return fault("only src/index.ts re-exports");
    if (target === null) {
      if (pure.includes(layer)) return fault(`${layer} is pure: no packages, no files, no clock`);
      if (builtinModules.includes(specifier)) return fault(`write node:${specifier}`);
      return [];
    }
    if (!imports.has(target)) return fault("there is no such file under src (imports end in .ts)");
    const targetLayer = layerOf(target);
    if (targetLayer !== layer && !allowed.includes(targetLayer)) return fault(`${layer} may not import ${targetLayer}`);
    if (layer === "catalog" && targetLayer !== "core" && !isMethod(target)) return fault("the catalog imports methods alone");
    if (isMethod(file) && isMethod(target) && folderOf(file) === folderOf(target)) return fault("a method never imports another");
    const order = rooms[layer];
    if (order === undefined || targetLayer !== layer || roomOf(target) === roomOf(file)) return [];
    for (const one of [file, target])
      if (roomOf(one) !== null && !order.includes(roomOf(one)))
        return [`src/${one}: ${roomOf(one)} is not a room that scripts/layers.mjs knows`];
    const floor = (one) => (roomOf(one) === null ? order.length : order.indexOf(roomOf(one)));
    if (roomOf(file) !== null && roomOf(target) !== null && floor(target) > floor(file))
      return fault(`in ${layer}, ${roomOf(file)} lies below ${roomOf(target)}`);
    return [];
  });
}

/** The application shares types with src/ and nothing else. */
function uiFaults() {
  const own = readdirSync(ui, { recursive: true })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"));
  return own.flatMap((file) => {
    const text = readFileSync(join(ui, file), "utf8");
    return [...text.matchAll(/^import\s+(type\s)?[^"']*["']([^"']+)["']/gm)].flatMap(([, type, specifier]) => {
      const target = specifier.startsWith(".")
        ? relative(src, join(ui, dirname(file), specifier))
            .split(sep)
            .join("/")
        : "";
      if (!imports.has(target)) return [];
      uiTypes.add(`ui --> ${layerOf(target)}`);
      return type === undefined ? [`ui/${file} → ${specifier}: ui shares types with src, and nothing else`] : [];
    });
  });
}

/** One line for each circle of files, found depth first. */
function findCycles() {
  const faults = [];
  const state = new Map();
  const visit = (file, path) => {
    state.set(file, "open");
    for (const { target } of imports.get(file) ?? []) {
      if (target === null || !imports.has(target)) continue;
      if (state.get(target) === "open") faults.push(`circle: ${[...path.slice(path.indexOf(target)), target].join(" → ")}`);
      else if (!state.has(target)) visit(target, [...path, target]);
    }
    state.set(file, "done");
  };
  for (const file of files) if (!state.has(file)) visit(file, [file]);
  return faults;
}

/** Folders that hold more than a room does, and more arrows between rooms of blocks than can be followed. */
function crowds() {
  const counts = new Map();
  for (const file of readdirSync(src, { recursive: true, withFileTypes: true }))
    if (file.isFile()) counts.set(file.parentPath ?? file.path, (counts.get(file.parentPath ?? file.path) ?? 0) + 1);
  const arrows = arrowsIn("blocks").length;
  return [
    ...[...counts]
      .filter(([, count]) => count > mostFiles)
      .map(([folder, count]) => `${relative(src, folder)} holds ${count} files: ${mostFiles} at most`),
    ...(arrows > mostArrows ? [`${arrows} arrows between the rooms of blocks: ${mostArrows} at most`] : []),
  ];
}

function layerOf(file) {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
}

/** The folder of a kind of method, with its rooms. */
function folderOf(file) {
  return file.startsWith("node/") ? dirname(file) : layerOf(file);
}

/** The folder within the layer; null = beside the rooms. */
function roomOf(file) {
  const parts = file.split("/");
  const inner = parts.slice(1, 3).join("/");
  if (parts.length > 3 && rooms[parts[0]]?.includes(inner)) return inner;
  return parts.length > 2 ? parts[1] : null;
}

function arrowsIn(layer) {
  const found = new Set();
  for (const [file, list] of imports)
    for (const { target } of list)
      if (target !== null && layerOf(file) === layer && layerOf(target) === layer && roomOf(file) !== roomOf(target))
        if (roomOf(file) !== null && roomOf(target) !== null) found.add(`${drawn(roomOf(file))} --> ${drawn(roomOf(target))}`);
  return [...found].sort();
}

/** Layers with methods as one and the learners with a native runtime or another process apart, with what they write through, and the rooms of blocks and of node; of arrows that follow from others only the others are drawn. */
function picture() {
  const layers = new Set(uiTypes);
  const named = (file) =>
    methods.includes(layerOf(file))
      ? "methods"
      : /^node\/(learners|onnx|command|write)\/|^node\/(optional|open-database)/.test(file)
        ? "native"
        : layerOf(file);
  for (const [file, list] of imports)
    for (const { target } of list) if (target !== null && named(target) !== named(file)) layers.add(`${named(file)} --> ${named(target)}`);
  const draw = (arrows) => ["```mermaid", "graph TD", ...reduced(arrows).map((arrow) => `  ${arrow}`), "```", ""];
  const inside = ["blocks", "node"].flatMap((layer) => [`The rooms of \`src/${layer}\`:`, "", ...draw(arrowsIn(layer))]);
  return ["", ...draw([...layers].sort()), ...inside, ""].join("\n");
}

/** A name that Mermaid takes for one. */
function drawn(room) {
  return room.replace("/", "-");
}

function reduced(arrows) {
  const next = new Map();
  for (const arrow of arrows) {
    const [from, to] = arrow.split(" --> ");
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const reaches = (from, to) => (next.get(from) ?? []).some((middle) => middle === to || reaches(middle, to));
  return arrows.filter((arrow) => {
    const [from, to] = arrow.split(" --> ");
    return !next.get(from).some((middle) => middle !== to && reaches(middle, to));
  });
}
