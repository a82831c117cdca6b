import { readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type ParamSpec, describeAllowed } from "../core/params.ts";
import type { MethodInfo } from "../core/method.ts";
import { isSaid } from "../node/config/choose-method.ts";
import { methodsByKind } from "../node/config/config-schema.ts";
import { type DataKind, type Option, dataKinds } from "../node/config/options/option.ts";
import { optionsOf } from "../node/config/options/options.ts";
import { formatMarks } from "../node/formats.ts";
import type { Form, FormField, FormMethod } from "./api.ts";

/** What the server decides itself, or what could name a file that nobody chose here. */
const ownOptions = ["config", "resume", "out", "json", "tables", "quiet", "methods", "queue", "shard"];
const mostFiles = 500;
const deepest = 3;
const dataEndings: ReadonlySet<string> = new Set(formatMarks.flatMap(({ endings }) => endings as readonly string[]));

const titles: Readonly<Record<DataKind, string>> = { table: "a table", ratings: "ratings", dialogues: "fine-tuning data" };

/** The options of an audit of such data that a form may set: none that loads code, and not the one that says what the data are. */
export function formOptions(kind: DataKind): Option[] {
  return optionsOf("audit", kind).filter(
    ({ name, fileOnly, type }) => fileOnly !== true && type.of !== "paths" && !ownOptions.includes(name) && name !== kind,
  );
}

/** The form that starts a study: a field for each option, made from the table of options and the parameters that methods describe. */
export function formOf(root: string): Form {
  const kinds = dataKinds.map((kind) => ({
    ...{ kind, title: titles[kind] },
    fields: formOptions(kind)
      .map((option) => fieldOf(option, kind))
      .filter((field) => field.type !== "methods" || field.methods?.length !== 0),
  }));
  return { files: dataFiles(root), kinds };
}

function fieldOf(option: Option, kind: DataKind): FormField {
  const { name, group = "Result:", help, about = help, first, type } = option;
  const common = { name, group: group.replace(/:$/, ""), help: about, isUsual: first === true };
  switch (type.of) {
    case "switch":
    case "off":
      return { ...common, type: "switch" };
    case "either":
      return { ...common, type: "choice", among: ["yes", "no"] };
    case "choice":
    case "one-choice":
      return { ...common, type: "choice", among: type.among };
    case "choices":
      return { ...common, type: "choices", among: type.among };
    case "whole":
      return { ...common, type: "number", isWhole: true, min: type.min, ...(type.max === undefined ? {} : { max: type.max }) };
    case "method":
    case "methods":
      return { ...common, type: "methods", methods: methodsByKind[kind][type.list].filter((method) => !runsCommand(method)).map(methodOf) };
    case "path":
      return { ...common, type: "file" };
    case "texts":
    case "columns":
    case "values":
    case "budgets":
      return { ...common, type: "texts" };
    default:
      return { ...common, type: "text" };
  }
}

/** Whether it is a learner that starts a program: one is named where it is started, on a command line. */
export function runsCommand(method: MethodInfo): boolean {
  return (method as { readonly outside?: unknown }).outside !== undefined || Object.values(method.params as object).some(isWords);
}

export function namesFile(spec: ParamSpec): boolean {
  return spec.type === "text" && spec.namesFile === true;
}

function isWords({ type }: ParamSpec): boolean {
  return type === "words";
}

/** Parameters that name files are left to the command line. */
function methodOf({ id, title, summary, params }: MethodInfo): FormMethod {
  const specs = Object.entries(params) as [string, ParamSpec][];
  return {
    ...{ id, title, summary },
    params: specs
      .filter(([, spec]) => !namesFile(spec) && isSaid(spec))
      .map(([name, spec]) => ({ name, allowed: describeAllowed(spec), default: String(spec.default), help: spec.help })),
  };
}

/** Files of a folder that may be data, by their endings; links are not followed. */
function dataFiles(root: string): string[] {
  const files: string[] = [];
  const look = (folder: string, depth: number): void => {
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return;
    }
    // Runs hold files of data's endings too.
    if (depth > 0 && entries.some(({ name }) => name === "manifest.json")) return;
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
      if (files.length === mostFiles) return;
      const path = join(folder, entry.name);
      if (entry.isFile() && isData(entry.name)) files.push(relative(root, path).split(sep).join("/"));
      else if (entry.isDirectory() && depth < deepest && !entry.name.startsWith(".") && entry.name !== "node_modules")
        look(path, depth + 1);
    }
  };
  look(resolve(root), 0);
  return files;
}

function isData(name: string): boolean {
  // What Theriac wrote itself.
  if (/^theriac[.-]|\.poisoned-|\.(cleaned|quarantined)\.|\.patch\.json$/.test(name)) return false;
  const parts = name.toLowerCase().replace(/\.gz$/, "").split(".");
  return parts.length > 1 && dataEndings.has(parts.at(-1)!) && !/^(package(-lock)?|tsconfig.*)\.json$/.test(name);
}
