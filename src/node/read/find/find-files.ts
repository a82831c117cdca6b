import { accessSync, constants, existsSync, lstatSync, readdirSync, statSync, type Stats } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { UsageError, didYouMean } from "../../../core/errors.ts";
import { endingOf } from "./ending.ts";
import { contentOf, findImages, imageEndings, tablesNaming } from "../images/find-images.ts";
import { isGlob, matchGlob } from "./glob.ts";
import { type Format, formatMarks, formats } from "../../formats.ts";
import type { FoundFiles } from "../reader.ts";
import type { Note } from "../request.ts";
import { type Marks, titleOf } from "./marks.ts";
import { sniffFormat } from "./sniff-format.ts";
import { kindOfEnding } from "./what-it-is.ts";

const marks: readonly Marks[] = formatMarks;
const formatOfEnding = new Map(marks.flatMap(({ endings, format }) => endings.map((ending) => [ending, format])));
/** Endings of data that say nothing about its format; the content does. */
const vagueEndings = ["data", "dat", "txt"];
const knownEndings = `${[...formatOfEnding.keys(), ...vagueEndings].map((ending) => `.${ending}`).join(" ")} -idx3-ubyte (also with .gz, but not .parquet)`;
const poisonedCopy = /\.poisoned-/;
const otherImages = [
  ".gif",
  ".bmp",
  ".tif",
  ".tiff",
  ".webp",
  ".heic",
  ".heif",
  ".avif",
  ".pgm",
  ".ppm",
  ".pnm",
  ".ico",
  ".jp2",
  ".svg",
  ".dcm",
];

/** The files that `--data` names. Throws UsageError for URLs, missing files, and folders or globs without data. */
export function findFiles(data: string, format?: Format): FoundFiles {
  if (data.trim() === "") throw new UsageError("no data was named: give a file, a glob or a folder");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(data)) {
    throw new UsageError(
      `${data.replace(/\/\/[^/@]*@/, "//")} is a URL, and Theriac does not talk to a network: download the file and name it`,
    );
  }
  if (format !== undefined && !formats.includes(format)) {
    throw new UsageError(`--format must be one of ${formats.join(", ")}, got "${format}"${didYouMean(format, formats)}`);
  }
  const stat = statOf(data);
  if (stat !== null) {
    if (stat.isDirectory()) return filesOfFolder(data, format);
    if (stat.isFIFO() || stat.isSocket())
      throw new UsageError(`${data} is a pipe, which can be read only once: name a file, or "-" and let the data come over standard input`);
    if (!stat.isFile()) throw new UsageError(`${data} is neither a file nor a folder`);
    if (format === "images") throw new UsageError(`${data} is a file: images are read from a folder with one subfolder for each class`);
    return oneFormat(data, [data], format, []);
  }
  if (isGlob(data)) {
    if (format === "images") throw new UsageError(`${data}: images are read from a folder, with one subfolder for each class`);
    const paths = matchGlob(data);
    const kept = paths.filter((path) => !poisonedCopy.test(basename(path)) || poisonedCopy.test(data));
    if (kept.length === 0) throw new UsageError(`no file matches ${data}`);
    return oneFormat(data, kept, format, leftOut(paths.length - kept.length));
  }
  throw new UsageError(`there is no file ${data}${nearFile(data)}`);
}

/** Null where nothing bears that name. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM" || code === "ELOOP") throw new UsageError(`${path} cannot be opened: ${message}`);
    if (isLink(path)) throw new UsageError(`${path} is a link to a file that is not there`);
    return null;
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function filesOfFolder(folder: string, format?: Format): FoundFiles {
  const names = readNames(folder)
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
  if (format === "images" || (format === undefined && (names.every((name) => guessFormat(name) === null) || labelsImages(folder)))) {
    const images = findImages(folder);
    if (images !== null) return { ...images, format: "images" };
    if (format === "images")
      throw new UsageError(
        `the folder ${folder} holds no images: PNG and JPEG files are looked for in one subfolder for each class${whatIsThere(folder)}`,
      );
  }
  const data = names.filter((name) => guessFormat(name) !== null && (format === undefined || guessFormat(name) === format));
  const kept = data.filter((name) => !poisonedCopy.test(name));
  const vague = names.filter((name) => vagueEndings.includes(endingOf(name)) && !poisonedCopy.test(name));
  const notes = leftOut(data.length - kept.length);
  const chosen = kept.length > 0 || format === "parquet" ? kept : vague;
  if (chosen.length === 0) {
    throw new UsageError(
      `the folder ${folder} holds no data: no file ends in ${format === undefined ? knownEndings : `a ${format} ending`}${whatIsThere(folder)}`,
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

/** What a folder holds instead of data, with what to do about it; the empty string where it holds nothing. */
function whatIsThere(folder: string): string {
  const counts = new Map<string, number>();
  let isFlat = true;
  const count = (name: string): void => {
    const ending = extname(name).toLowerCase();
    if (!name.startsWith(".")) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  };
  for (const entry of readNames(folder)) {
    if (!entry.isDirectory()) count(entry.name);
    else if (!entry.name.startsWith("."))
      for (const inner of readNames(join(folder, entry.name))) {
        isFlat = false;
        if (!inner.isDirectory()) count(inner.name);
      }
  }
  if (counts.size === 0) return "";
  const shown = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 4);
  const list = shown.map(([ending, many]) => `${many} ${ending === "" ? "without ending" : ending}`).join(", ");
  const images = shown.find(([ending]) => otherImages.includes(ending));
  const read = shown.find(([ending]) => [".png", ".jpg", ".jpeg"].includes(ending));
  const remedy =
    images !== undefined && shown[0] === images
      ? `: convert them to PNG or JPEG, in one subfolder for each class`
      : read !== undefined && isFlat
        ? ": put the images into one subfolder for each class"
        : shown[0][0] === ".txt" && !isFlat
          ? ": where each is a text of the class that its subfolder names, write one CSV file with a column of texts and one of classes"
          : "";
  return `; it holds ${list}${remedy}`;
}

function readNames(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`the folder ${folder} cannot be read: ${(error as Error).message}`);
  }
}

function oneFormat(data: string, paths: readonly string[], format: Format | undefined, given: readonly Note[]): FoundFiles {
  const notes = [...given];
  for (const path of paths) {
    try {
      accessSync(path, constants.R_OK);
    } catch (error) {
      throw new UsageError(`${path} cannot be opened: ${(error as Error).message}`);
    }
  }
  if (format !== undefined) return { paths, format, notes };
  const found = paths.map((path) => {
    const guessed = guessFormat(basename(path));
    if (guessed !== null) return guessed;
    if (imageEndings.includes(extname(path).toLowerCase()))
      throw new UsageError(`${path} is one image: name the folder, in which each class is a subfolder or a table names images and labels`);
    const kind = kindOfEnding(path);
    if (kind !== null) throw new UsageError(`${path} is ${kind.what}: ${kind.remedy}; or say --format ${formats.join("|")}`);
    const format = sniffFormat(path);
    if (!vagueEndings.includes(endingOf(path)) || format !== "csv")
      notes.push({
        level: "info",
        text: `${path}: its ending says no format; by its content it is read as ${titleOf(format)} (override with --format)`,
      });
    return format;
  });
  const other = found.findIndex((candidate) => candidate !== found[0]);
  if (other >= 0) {
    throw new UsageError(
      `${data} holds files of several formats (${basename(paths[0])}, ${basename(paths[other])}): name one with --format or a glob`,
    );
  }
  return { paths, format: found[0], notes };
}

function guessFormat(name: string): Format | null {
  const named = marks.find(({ names }) => names?.test(name.toLowerCase()));
  return named?.format ?? formatOfEnding.get(endingOf(name)) ?? null;
}

function leftOut(count: number): Note[] {
  return count === 0 ? [] : [{ level: "info", text: `${count} poisoned ${count === 1 ? "copy" : "copies"} beside the data left out` }];
}

function nearFile(path: string): string {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) return `: there is no folder ${dirname(path)} either`;
  try {
    const name = basename(path);
    return didYouMean(
      name,
      readdirSync(folder).filter((other) => other !== name),
    );
  } catch {
    return `: ${dirname(path)} is no folder that can be read`;
  }
}
