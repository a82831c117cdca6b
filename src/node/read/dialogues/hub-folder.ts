import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { UsageError, didYouMean } from "../../../core/errors.ts";
import { parseYaml } from "../../parse-yaml.ts";
import { endingOf } from "../find/ending.ts";
import { isGlob, matchGlob } from "../find/glob.ts";
import type { Note } from "../request.ts";
import { isObject } from "./content.ts";

const endings = ["parquet", "jsonl", "ndjson", "json", "csv", "tsv"];
/** What lies beside data and is none. */
const about = /^(dataset_infos?|dataset_dict|state|config|package|metadata|.*\.schema)\.json$/i;
const poisonedCopy = /\.poisoned-/;
const deepest = 4;
const splitName = /(?:^|[^a-z])(train|training|test|testing|validation|valid|dev|val|eval|evaluation)(?=[^a-z]|$)/i;
const usual = new Map([
  ...["train", "training"].map((name) => [name, "train"] as const),
  ...["test", "testing", "eval", "evaluation"].map((name) => [name, "test"] as const),
  ...["validation", "valid", "dev", "val"].map((name) => [name, "validation"] as const),
]);

/** A split and its files. */
interface Split {
  readonly name: string;
  readonly paths: readonly string[];
}

/**
 * The files of one split of a folder in the layout of a hub's data sets: as the head of its README says, else by their names. Without a split asked for it is
 * `train`, or all where the files are of one.
 *
 * @throws UsageError where there is no such split or there are no files of data
 */
export function hubFiles(
  folder: string,
  asked: string | undefined,
): { readonly paths: readonly string[]; readonly notes: readonly Note[] } {
  const { splits, notes } = saidByReadme(folder) ?? { splits: byName(folder), notes: [] };
  if (splits.length === 0)
    throw new UsageError(
      `the folder ${folder} holds no data: no file in it or up to ${deepest} folders below ends in .${endings.join(" .")}`,
    );
  const names = splits.map(({ name }) => name);
  if (asked !== undefined && asked !== "all") {
    const found = splits.find(({ name }) => name === asked);
    if (found === undefined)
      throw new UsageError(
        `--split ${asked}: ${folder} has the splits ${names.join(", ")}${didYouMean(asked, names)}; "all" reads them together`,
      );
    return { paths: found.paths, notes };
  }
  if (asked === "all" || splits.length === 1) return { paths: splits.flatMap(({ paths }) => paths).sort(), notes };
  const train = splits.find(({ name }) => name === "train") ?? splits[0];
  const others = names.filter((name) => name !== train.name);
  const text = `${folder}: the split ${train.name} is read, and not ${others.join(", ")} (--split NAME, or --split all)`;
  return { paths: train.paths, notes: [...notes, { level: "warning", text }] };
}

export function isFolder(data: string): boolean {
  try {
    return data.trim() !== "" && statSync(data).isDirectory();
  } catch {
    return false;
  }
}

/** What the YAML head of a README says of the files; null where it says nothing. */
function saidByReadme(folder: string): { splits: Split[]; notes: Note[] } | null {
  const path = join(folder, "README.md");
  if (!existsSync(path)) return null;
  const head = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/.exec(readFileSync(path, "utf8").slice(0, 1 << 20));
  if (head === null) return null;
  const said = parseYaml(path, head[1]);
  const configs =
    isObject(said) && Array.isArray(said.configs)
      ? said.configs.filter(isObject).filter(({ data_files: files }) => files !== undefined)
      : [];
  if (configs.length === 0) return null;
  const nameOf = (config: Record<string, unknown>): string => (typeof config.config_name === "string" ? config.config_name : "default");
  const chosen = configs.find((config) => config.default === true) ?? configs.find((config) => nameOf(config) === "default") ?? configs[0];
  const root = typeof chosen.data_dir === "string" ? chosen.data_dir : "";
  const entries = Array.isArray(chosen.data_files) ? (chosen.data_files as unknown[]) : [chosen.data_files];
  const splits = new Map<string, string[]>();
  for (const entry of entries) {
    const split = isObject(entry) && typeof entry.split === "string" ? entry.split : "train";
    const patterns = isObject(entry) ? entry.path : entry;
    for (const pattern of Array.isArray(patterns) ? (patterns as unknown[]) : [patterns]) {
      if (typeof pattern !== "string") throw new UsageError(`${path}: data_files must name files, got ${JSON.stringify(pattern)}`);
      splits.set(split, [...(splits.get(split) ?? []), ...filesOf(path, folder, join(root, pattern))]);
    }
  }
  const others = configs.filter((config) => config !== chosen).map(nameOf);
  const notes: Note[] =
    others.length === 0
      ? []
      : [
          {
            level: "warning",
            text: `${folder}: its part "${nameOf(chosen)}" is read, and not ${others.join(", ")}: name the files of another one`,
          },
        ];
  return { splits: Array.from(splits, ([name, paths]) => ({ name, paths: [...new Set(paths)].sort() })), notes };
}

function filesOf(readme: string, folder: string, pattern: string): string[] {
  const path = join(folder, pattern);
  if (relative(folder, path).split(sep)[0] === ".." || /^[a-z][a-z0-9+.-]*:/i.test(pattern))
    throw new UsageError(`${readme} names "${pattern}", which is not in ${folder}: name the files themselves`);
  const found = isGlob(pattern) ? matchGlob(path) : existsSync(path) ? [path] : [];
  const kept = found.filter((file) => !poisonedCopy.test(basename(file)));
  if (kept.length === 0) throw new UsageError(`${readme} names "${pattern}", and there is no such file in ${folder}`);
  return kept;
}

/** Splits by what files or their folders are called; one of all files where they do not say. */
function byName(folder: string): Split[] {
  const splits = new Map<string, string[]>();
  const walk = (at: string, level: number): void => {
    for (const entry of namesIn(at)) {
      if (entry.name.startsWith(".")) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (level < deepest) walk(path, level + 1);
      } else if (endings.includes(endingOf(entry.name)) && !about.test(entry.name) && !poisonedCopy.test(entry.name)) {
        const said = splitName.exec(relative(folder, path));
        const name = said === null ? "all" : usual.get(said[1].toLowerCase())!;
        splits.set(name, [...(splits.get(name) ?? []), path]);
      }
    }
  };
  walk(folder, 0);
  return Array.from(splits, ([name, paths]) => ({ name, paths: paths.sort() }));
}

function namesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`the folder ${folder} cannot be read: ${(error as Error).message}`);
  }
}
