import { type Dirent, closeSync, openSync, readSync, readdirSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import type { Note } from "../request.ts";

export const imageEndings: readonly string[] = [".png", ".jpg", ".jpeg"];
const otherEndings = [
  ...[".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jp2", ".jpe", ".jfif", ".jxl", ".svg", ".ico"],
  ...[".pgm", ".ppm", ".pbm", ".pnm", ".tga", ".dcm"],
];
const tableEndings = [".csv", ".tsv", ".jsonl", ".ndjson", ".txt"];
/** Deeper folders than anybody makes by hand; a loop of links ends here. */
const deepest = 12;

export interface FoundImages {
  /** All below the folder, in sorted order. */
  readonly paths: readonly string[];
  readonly notes: readonly Note[];
}

/** What lies below a folder. */
export interface FolderContent {
  readonly images: readonly string[];
  /** Images that are not read, by their ending. */
  readonly others: ReadonlyMap<string, number>;
  /** What is no image at all. */
  readonly rest: readonly string[];
}

/** Images anywhere below a folder; null where there are none. @throws UsageError where there are images of other kinds alone */
export function findImages(folder: string): FoundImages | null {
  const { images, others } = contentOf(folder);
  if (images.length > 0) return { paths: images, notes: others.size === 0 ? [] : [{ level: "warning", text: leftOut(others) }] };
  if (others.size === 0) return null;
  const [first] = others.keys();
  throw new UsageError(
    `the folder ${folder} holds ${countText(others)} and none in PNG or JPEG, which are read: convert them first, as ImageMagick does with magick mogrify -format png *${first} in each subfolder`,
  );
}

/** Every file below a folder, hidden ones aside, in sorted order. @throws UsageError where a folder cannot be opened */
export function contentOf(folder: string, { depth: most = deepest, entries = Infinity } = {}): FolderContent {
  let left = entries;
  const images: string[] = [];
  const rest: string[] = [];
  const others = new Map<string, number>();
  const walk = (at: string, depth: number): void => {
    for (const entry of namesIn(at)) {
      if (left-- <= 0) return;
      if (entry.name.startsWith(".") || entry.name === "__MACOSX") continue;
      const path = join(at, entry.name);
      const ending = extname(entry.name).toLowerCase();
      if (entry.isDirectory()) {
        if (depth < most) walk(path, depth + 1);
      } else if (imageEndings.includes(ending) && entry.isFile()) images.push(path);
      else if (otherEndings.includes(ending)) others.set(ending, (others.get(ending) ?? 0) + 1);
      else rest.push(path);
    }
  };
  walk(folder, 0);
  return { images: images.sort(), others, rest: rest.sort() };
}

export function namesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`${folder} cannot be opened: ${(error as Error).message}`);
  }
}

/** `12 images in .gif and 3 in .bmp` */
export function countText(others: ReadonlyMap<string, number>): string {
  const parts = [...others].map(([ending, count], i) => `${count}${i > 0 ? "" : count === 1 ? " image" : " images"} in ${ending}`);
  return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

function leftOut(others: ReadonlyMap<string, number>): string {
  const count = [...others.values()].reduce((sum, own) => sum + own, 0);
  return `${countText(others)} ${count === 1 ? "is" : "are"} left out: PNG and JPEG are read, so convert them first`;
}

/** Tables in these folders that name some of the images, as their labels would; told from their first lines. */
export function tablesNaming(folders: readonly string[], images: readonly string[]): string[] {
  const names = new Set(images.map((path) => basename(path)));
  const stems = new Set(images.map((path) => basename(path, extname(path))));
  return [...new Set(folders)].flatMap((folder) =>
    namesIn(folder)
      .filter((entry) => entry.isFile() && tableEndings.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(folder, entry.name))
      .filter((path) => {
        const lines = headOf(path).split(/\r\n|\r|\n/);
        const cells = lines.map((line) => line.split(/[\s,;|"'/\\]+/));
        if (cells.some((line) => line.some((cell) => names.has(cell)))) return true;
        const data = cells.slice(1).filter((line) => line.some((cell) => cell !== ""));
        return data.length > 0 && data.filter((line) => line.some((cell) => stems.has(cell))).length >= 0.8 * data.length;
      })
      .sort(),
  );
}

/** Empty where the file cannot be opened: what is asked for by name will say so. */
function headOf(path: string): string {
  const head = Buffer.alloc(1 << 16);
  try {
    const file = openSync(path, "r");
    try {
      return head.toString("utf8", 0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
