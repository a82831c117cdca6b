import { basename, extname, relative, sep } from "node:path";
import { UsageError, didYouMean } from "../../../core/errors.ts";
import { fetchTexts, internalName } from "../duckdb.ts";
import { findFiles } from "../find/find-files.ts";
import { type LabelledImage, partOf } from "./image-classes.ts";
import { isMissing } from "../missing.ts";
import type { RawData } from "../raw.ts";
import type { Note, SourceFile } from "../request.ts";
import { listColumns } from "../resolve-columns.ts";

/** How columns of labels are called, signs and case aside. */
const usualNames = [
  "label",
  "labels",
  "class",
  "classname",
  "classid",
  "classlabel",
  "category",
  "target",
  "y",
  "outcome",
  "diagnosis",
  "dx",
  "species",
  "breed",
  "tag",
];

export interface JoinedLabels {
  readonly images: readonly LabelledImage[];
  readonly file: SourceFile;
  readonly notes: readonly Note[];
}

interface JoinRequest {
  /** The table with names and labels. */
  readonly path: string;
  /** The column of labels as asked for. */
  readonly label: string | undefined;
  /** Where names in the table may begin. */
  readonly folder: string;
  /** To be labelled. */
  readonly images: readonly string[];
  /** These and others below the folder, so that names of others are told from mistakes. */
  readonly all: readonly string[];
  /** Whether the table counts only where a column is named like a label: there is another way to tell. */
  readonly isOptional: boolean;
  readonly load: (path: string) => Promise<RawData>;
  readonly placeOf: (raw: RawData, row: number) => Promise<string>;
}

/**
 * Gives each image the label that a table says by its name; null where the table is optional and has no column of labels.
 *
 * @throws UsageError where no column names images, or two rows disagree about one
 */
export async function joinLabels(request: JoinRequest): Promise<JoinedLabels | null> {
  const { path, label, folder, images, all, isOptional, load, placeOf } = request;
  const raw = await load(findFiles(path).paths[0]);
  try {
    const names = raw.columns.map(({ name }) => name);
    const cells: { codes: Int32Array; names: string[] }[] = [];
    for (const j of names.keys()) cells.push(await fetchTexts(raw.connection, `nullif(trim(${internalName(j)}::VARCHAR), '')`, raw.rows));
    const find = imageFinder(folder, images, all);
    const found = cells.map((column) => column.names.map(find));
    const hits = found.map((own) => own.filter((image) => image !== null && image !== other).length);
    const by = hits.indexOf(Math.max(...hits));
    if (!(hits[by] > 0))
      throw new UsageError(
        `no column of ${path} names images of ${folder}, such as "${basename(images[0])}"; its columns are ${listColumns(names)}`,
      );
    const of = labelColumn(names, by, label, path, isOptional);
    if (of === null) return null;
    const imageOf = (row: number): number | null => (cells[by].codes[row] < 0 ? null : found[by][cells[by].codes[row]]);
    const rowOf = new Map<number, number>();
    const unknown: number[] = [];
    let others = 0;
    const textAt = (row: number): string | null => {
      const text = cells[of].codes[row] < 0 ? null : cells[of].names[cells[of].codes[row]];
      return text === null || isMissing(text) ? null : text;
    };
    for (let row = 0; row < raw.rows; row++) {
      const image = imageOf(row);
      const before = image === null ? undefined : rowOf.get(image);
      if (image === other) others++;
      else if (image === null) unknown.push(row);
      else if (before === undefined) rowOf.set(image, row);
      else if (textAt(before) !== textAt(row))
        throw new UsageError(
          `${await placeOf(raw, row)} says ${JSON.stringify(textAt(row))} of ${basename(images[image])}, of which row ${before + 1} says ${JSON.stringify(textAt(before))}`,
        );
    }
    const labelled = images.map((image, i): LabelledImage => {
      const row = rowOf.get(i);
      return { path: image, label: row === undefined ? null : textAt(row) };
    });
    const notes: Note[] = [
      ...raw.notes,
      {
        level: "info",
        text: `labels: column "${names[of]}" of ${path}, by the names in column "${names[by]}" (override with --label-file, --label)`,
      },
    ];
    if (others > 0) notes.push({ level: "info", text: `${others} of ${raw.rows} rows of ${path} name images that are left out` });
    if (unknown.length > 0)
      notes.push({
        level: "warning",
        text: `${unknown.length} of ${raw.rows} rows of ${path} name no image in ${folder} (the first: ${await placeOf(raw, unknown[0])}, "${cells[by].names[cells[by].codes[unknown[0]]] ?? ""}")`,
      });
    const bare = labelled.filter(({ label: own }) => own === null);
    if (bare.length > 0)
      notes.push({
        level: "warning",
        text: `${bare.length} of ${images.length} images have no label in ${path} and are left out (the first: ${relative(folder, bare[0].path)})`,
      });
    return { images: labelled.filter(({ label: own }) => own !== null), file: { ...raw.files[0], rows: 0 }, notes };
  } finally {
    raw.connection.closeSync();
  }
}

/** Stands for an image that is there and not to be labelled. */
const other = -1;
/** Folders of a path that are looked at, from its end. */
const mostParts = 24;

/**
 * The image that a cell names: by its path, by what ends its path, or by its name alone, with or without ending; null where it is none or several. A name
 * alone goes before none of a path, and a path in one part of a data set names no image of another.
 */
function imageFinder(folder: string, images: readonly string[], all: readonly string[]): (cell: string) => number | null {
  const used = new Map(images.map((path, i) => [path, i]));
  const byPath = new Map<string, number | null>();
  const byName = new Map<string, number | null>();
  const put = (map: Map<string, number | null>, name: string, image: number): void => {
    for (const key of [name, name.slice(0, name.length - extname(name).length)])
      map.set(key, map.has(key) && map.get(key) !== image ? null : image);
  };
  const partsOf = images.map((path) => foldersOf(relative(folder, path).split(sep)));
  for (const path of all) {
    const parts = relative(folder, path).split(sep);
    const image = used.get(path) ?? other;
    for (let from = 0; from + 1 < parts.length; from++) put(byPath, parts.slice(from).join("/"), image);
    if (image !== other) put(byName, parts[parts.length - 1], image);
  }
  return (cell) => {
    const parts = cell.replaceAll("\\", "/").split("/").slice(-mostParts);
    for (let from = 0; from + 1 < parts.length; from++) {
      const image = byPath.get(parts.slice(from).join("/"));
      if (image !== undefined) return image;
    }
    const image = byName.get(parts[parts.length - 1]) ?? null;
    if (image === null) return null;
    const said = foldersOf(parts);
    return said.length > 0 && partsOf[image].length > 0 && !said.some((part) => partsOf[image].includes(part)) ? null : image;
  };
}

/** Parts of a data set that a path goes through. */
function foldersOf(parts: readonly string[]): string[] {
  return parts.slice(0, -1).flatMap((name) => partOf(name) ?? []);
}

function labelColumn(names: readonly string[], by: number, asked: string | undefined, path: string, isOptional: boolean): number | null {
  // Once read, the label of images is called "label" whatever it was called in the table.
  if (asked !== undefined && (asked !== "label" || names.includes(asked))) {
    const at = names.indexOf(asked);
    if (at >= 0) return at;
    if (/^\d+$/.test(asked) && Number(asked) >= 1 && Number(asked) <= names.length) return Number(asked) - 1;
    throw new UsageError(`--label "${asked}" is not a column of ${path}${didYouMean(asked, names)}; its columns are ${listColumns(names)}`);
  }
  const free = [...names.keys()].filter((j) => j !== by);
  for (const usual of usualNames) {
    const at = free.find((j) => names[j].toLowerCase().replace(/[^\p{L}\p{N}]/gu, "") === usual);
    if (at !== undefined) return at;
  }
  if (isOptional) return null;
  if (free.length === 1) return free[0];
  throw new UsageError(`no column of ${path} is named like a label: say which one with --label; its columns are ${listColumns(names)}`);
}
