// Holds src/ to its layers: who may import whom. With --graph it prints the folders as a Mermaid graph instead.
import { readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = join(dirname(fileURLToPath(import.meta.url)), "..", "src");

const methods = ["attacks", "detectors", "repairs", "certificates", "metrics"];
const belowMethods = ["learners", "blocks", "data", "core", "numeric"];
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
const methodFolders = ["learners", ...methods].flatMap((folder) => [folder, `node/${folder}`, `${folder}/ratings`]);

const files = readdirSync(src, { recursive: true })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));

if (process.argv.includes("--graph")) console.log(mermaid());
else {
  const faults = [...files.flatMap(faultsOf), ...findCycles()];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
}

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
    if (layer === "catalog" && targetLayer !== "core" && !methodFolders.includes(dirname(target)))
      return fault("the catalog imports methods alone");
    if (methodFolders.includes(dirname(file)) && dirname(target) === dirname(file)) return fault("a method never imports another");
    return [];
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

function layerOf(file) {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
}

function mermaid() {
  const edges = new Set();
  for (const [file, list] of imports)
    for (const { target } of list)
      if (target !== null && layerOf(target) !== layerOf(file)) edges.add(`  ${layerOf(file)} --> ${layerOf(target)}`);
  return ["graph TD", ...[...edges].sort()].join("\n");
}
