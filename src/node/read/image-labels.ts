import { basename, extname, relative, sep } from "node:path";
import { UsageError, didYouMean } from "../../core/errors.ts";
import { fetchTexts, internalName } from "./duckdb.ts";
import { findFiles } from "./find-files.ts";
import type { LabelledImage } from "./image-classes.ts";
import { isMissing } from "./missing.ts";
import type { RawData } from "./raw.ts";
import type { Note, SourceFile } from "./request.ts";
import { listColumns } from "./resolve-columns.ts";

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
  readonly images: readonly string[];
  readonly load: (path: string) => Promise<RawData>;
  readonly placeOf: (raw: RawData, row: number) => Promise<string>;
}

/** Gives each image the label that a table says by its name. @throws UsageError where no column names images, or two rows disagree about one */
export async function joinLabels({ path, label, folder, images, load, placeOf }: JoinRequest): Promise<JoinedLabels> {
  const raw = await load(findFiles(path).paths[0]);
  try {
    const names = raw.columns.map(({ name }) => name);
    const cells: { codes: Int32Array; names: string[] }[] = [];
    for (const j of names.keys()) cells.push(await fetchTexts(raw.connection, `nullif(trim(${internalName(j)}::VARCHAR), '')`, raw.rows));
    const find = imageFinder(folder, images);
    const found = cells.map((column) => column.names.map(find));
    const hits = found.map((own) => own.filter((image) => image !== null).length);
    const by = hits.indexOf(Math.max(...hits));
    if (!(hits[by] > 0))
      throw new UsageError(
        `no column of ${path} names images of ${folder}, such as "${basename(images[0])}"; its columns are ${listColumns(names)}`,
      );
    const of = labelColumn(names, by, label, path);
    const imageOf = (row: number): number | null => (cells[by].codes[row] < 0 ? null : found[by][cells[by].codes[row]]);
    const rowOf = new Map<number, number>();
    const unknown: number[] = [];
    const textAt = (row: number): string | null => {
      const text = cells[of].codes[row] < 0 ? null : cells[of].names[cells[of].codes[row]];
      return text === null || isMissing(text) ? null : text;
    };
    for (let row = 0; row < raw.rows; row++) {
      const image = imageOf(row);
      const before = image === null ? undefined : rowOf.get(image);
      if (image === null) unknown.push(row);
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

/** The image that a cell names: by its path, by what ends its path, or by its name alone, with or without ending; null where it is none or several. */
function imageFinder(folder: string, images: readonly string[]): (cell: string) => number | null {
  const known = new Map<string, number | null>();
  for (const [i, path] of images.entries()) {
    const parts = relative(folder, path).split(sep);
    for (let from = 0; from < parts.length; from++) {
      const name = parts.slice(from).join("/");
      for (const key of [name, name.slice(0, name.length - extname(name).length)])
        known.set(key, known.has(key) && known.get(key) !== i ? null : i);
    }
  }
  return (cell) => {
    const parts = cell.replaceAll("\\", "/").split("/");
    for (let from = 0; from < parts.length; from++) {
      const image = known.get(parts.slice(from).join("/"));
      if (image !== undefined) return image;
    }
    return null;
  };
}

function labelColumn(names: readonly string[], by: number, asked: string | undefined, path: string): number {
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
  if (free.length === 1) return free[0];
  throw new UsageError(`no column of ${path} is named like a label: say which one with --label; its columns are ${listColumns(names)}`);
}
