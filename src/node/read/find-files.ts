import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UsageError, didYouMean } from "../../core/errors.ts";
import { contentOf, findImages, imageEndings, tablesNaming } from "./find-images.ts";
import type { Format, Note } from "./request.ts";

export interface FoundFiles {
  /** In sorted order; at least one. */
  readonly paths: readonly string[];
  readonly format: Format;
  readonly notes: readonly Note[];
}

const formatOfEnding: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  parquet: "parquet",
  svm: "svmlight",
  svmlight: "svmlight",
  libsvm: "svmlight",
  idx: "idx",
};
/** Endings that say little; read as CSV, and the delimiter is looked for. */
const vagueEndings = ["data", "txt"];
const knownEndings = `${Object.keys(formatOfEnding)
  .map((ending) => `.${ending}`)
  .join(" ")} -idx3-ubyte (also with .gz, but not .parquet)`;
const formats: readonly string[] = ["csv", "tsv", "jsonl", "parquet", "svmlight", "idx", "images"];
const poisonedCopy = /\.poisoned-/;

/** The files that `--data` names. Throws UsageError for URLs, missing files, and folders or globs without data. */
export function findFiles(data: string, format?: Format): FoundFiles {
  if (data.trim() === "") throw new UsageError("no data was named: give a file, a glob or a folder");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(data)) {
    throw new UsageError(`${data} is a URL, and Theriac does not talk to a network: download the file and name it`);
  }
  if (format !== undefined && !formats.includes(format)) {
    throw new UsageError(`--format must be one of ${formats.join(", ")}, got "${format}"${didYouMean(format, formats)}`);
  }
  if (existsSync(data)) {
    const stat = statSync(data);
    if (stat.isDirectory()) return filesOfFolder(data, format);
    if (!stat.isFile()) throw new UsageError(`${data} is neither a file nor a folder`);
    if (format === "images") throw new UsageError(`${data} is a file: images are read from a folder with one subfolder for each class`);
    return oneFormat(data, [data], format, []);
  }
  if (/[*?[{]/.test(data)) {
    if (format === "images") throw new UsageError(`${data}: images are read from a folder, with one subfolder for each class`);
    const paths = matchGlob(data);
    const kept = paths.filter((path) => !poisonedCopy.test(basename(path)) || poisonedCopy.test(data));
    if (kept.length === 0) throw new UsageError(`no file matches ${data}`);
    return oneFormat(data, kept, format, leftOut(paths.length - kept.length));
  }
  throw new UsageError(`there is no file ${data}${nearFile(data)}`);
}

function filesOfFolder(folder: string, format?: Format): FoundFiles {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
  if (format === "images" || (format === undefined && (names.every((name) => guessFormat(name) === null) || labelsImages(folder)))) {
    const images = findImages(folder);
    if (images !== null) return { ...images, format: "images" };
    if (format === "images")
      throw new UsageError(`the folder ${folder} holds no images: PNG and JPEG files are looked for in one subfolder for each class`);
  }
  const data = names.filter((name) => guessFormat(name) !== null && (format === undefined || guessFormat(name) === format));
  const kept = data.filter((name) => !poisonedCopy.test(name));
  const vague = names.filter((name) => vagueEndings.includes(endingOf(name)) && !poisonedCopy.test(name));
  const notes = leftOut(data.length - kept.length);
  const chosen = kept.length > 0 || format === "parquet" ? kept : vague;
  if (chosen.length === 0) {
    throw new UsageError(
      `the folder ${folder} holds no data: no file ends in ${format === undefined ? knownEndings : `a ${format} ending`}`,
    );
  }
  return oneFormat(
    folder,
    chosen.map((name) => join(folder, name)),
    format,
    notes,
  );
}

/** Whether a table in the folder names images in or a little below it, so that these are the data. */
function labelsImages(folder: string): boolean {
  try {
    const { images } = contentOf(folder, { depth: 3, entries: 50_000 });
    return images.length > 0 && tablesNaming([folder], images).length > 0;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function oneFormat(data: string, paths: readonly string[], format: Format | undefined, notes: readonly Note[]): FoundFiles {
  for (const path of paths) {
    try {
      accessSync(path, constants.R_OK);
    } catch (error) {
      throw new UsageError(`${path} cannot be opened: ${(error as Error).message}`);
    }
  }
  if (format !== undefined) return { paths, format, notes };
  const found = paths.map((path) => {
    const guessed = guessFormat(basename(path)) ?? (vagueEndings.includes(endingOf(basename(path))) ? "csv" : null);
    if (guessed === null && imageEndings.includes(extname(path).toLowerCase()))
      throw new UsageError(`${path} is one image: name the folder, in which each class is a subfolder or a table names images and labels`);
    if (guessed === null) {
      throw new UsageError(`${path}: its ending says no format; known endings are ${knownEndings}; or use --format ${formats.join("|")}`);
    }
    return guessed;
  });
  const other = found.findIndex((candidate) => candidate !== found[0]);
  if (other >= 0) {
    throw new UsageError(
      `${data} holds files of several formats (${basename(paths[0])}, ${basename(paths[other])}): name one with --format or a glob`,
    );
  }
  return { paths, format: found[0], notes };
}

/** Whether the ending leaves the delimiter open. */
export function isVague(path: string): boolean {
  return vagueEndings.includes(endingOf(basename(path)));
}

export function isGzip(path: string): boolean {
  return path.toLowerCase().endsWith(".gz");
}

/** Handwritten digits come as train-images-idx3-ubyte; the labels beside them, idx1, are no data of their own. */
const imageEnding = /[-.]idx[2-9]-[a-z]+(\.gz)?$/;

function guessFormat(name: string): Format | null {
  if (imageEnding.test(name.toLowerCase())) return "idx";
  return formatOfEnding[endingOf(name)] ?? null;
}

function endingOf(name: string): string {
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  return plain.includes(".") ? plain.slice(plain.lastIndexOf(".") + 1) : "";
}

function leftOut(count: number): Note[] {
  return count === 0 ? [] : [{ level: "info", text: `${count} poisoned ${count === 1 ? "copy" : "copies"} beside the data left out` }];
}

function nearFile(path: string): string {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) return `: there is no folder ${dirname(path)} either`;
  return didYouMean(basename(path), readdirSync(folder));
}

/** Files that match, sorted; `*`, `?`, `[…]`, `{a,b}` within a name and `**` over folders. */
function matchGlob(pattern: string): string[] {
  const parts = pattern.split("/");
  const firstWild = parts.findIndex((part) => /[*?[{]/.test(part));
  const root = parts.slice(0, firstWild).join("/");
  const base = root === "" ? (pattern.startsWith("/") ? "/" : ".") : root;
  const matcher = globExpression(parts.slice(firstWild).join("/"));
  const deep = pattern.includes("**");
  const depth = parts.length - firstWild;
  const out: string[] = [];
  const walk = (folder: string, prefix: string, level: number): void => {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (deep || level < depth) walk(path, `${prefix}${entry.name}/`, level + 1);
      } else if (matcher.test(prefix + entry.name)) out.push(path);
    }
  };
  walk(base, "", 1);
  return out.sort();
}

function globExpression(pattern: string): RegExp {
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const rest = pattern.slice(i);
    const special = /^(\*\*\/|\*\*|\*|\?|\[[^\]]+\]|\{[^}]*\})/.exec(rest)?.[0];
    if (special === undefined) {
      out += pattern[i].replace(/[.+^${}()|[\]\\]/, "\\$&");
      continue;
    }
    if (special === "**/") out += "(?:.*/)?";
    else if (special === "**") out += ".*";
    else if (special === "*") out += "[^/]*";
    else if (special === "?") out += "[^/]";
    else if (special.startsWith("[")) out += special.replace(/^\[!/, "[^").replace(/\\/g, "\\\\");
    else out += `(?:${special.slice(1, -1).split(",").map(escapeExpression).join("|")})`;
    i += special.length - 1;
  }
  return new RegExp(`^${out}$`);
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
