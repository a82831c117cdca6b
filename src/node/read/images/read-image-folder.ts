import { relative } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import type { Column } from "../../../core/table.ts";
import { contentOf, tablesNaming } from "./find-images.ts";
import { type LabelledImage, classesOf, hasClasses, imageRoot } from "./image-classes.ts";
import { joinLabels } from "./image-labels.ts";
import { isMissing } from "../missing.ts";
import { type NumberProfile, type TextProfile, profileNumbers } from "../profile.ts";
import type { TableTools } from "../reader.ts";
import { readImages } from "./read-images.ts";
import { readLabels } from "../read-labels.ts";
import type { Note, ReadRequest, ReadResult, SourceFile } from "../request.ts";

interface Labelled {
  readonly images: readonly LabelledImage[];
  /** The table of labels, where there is one. */
  readonly files: readonly SourceFile[];
  readonly notes: readonly Note[];
}

/** Images with labels from a table that names them, else from the folders they lie in; their names identify them. */
export async function readImageFolder(request: ReadRequest, limitBytes: number, tools: TableTools): Promise<ReadResult> {
  refuseRoles(request);
  const { images, files: tables, notes } = await labelImages(request, tools);
  const {
    matrix,
    size,
    files,
    dialect,
    notes: pixelNotes,
  } = await readImages(
    images.map(({ path }) => path),
    request,
    limitBytes,
  );
  const { column, notes: labelNotes } = labelColumn(images, tables.length > 0, request);
  const names = images.map(({ path }) => relative(request.data, path));
  const file: Column = { kind: "category", name: "file", codes: Int32Array.from(names.keys()), names };
  const kind = request.colour === true ? "colour (override by leaving --colour out)" : "grey (override with --colour)";
  const how = request.imageSize === undefined ? "" : ", to which they were resized";
  return {
    table: {
      rows: names.length,
      columns: [column, { kind: "vector", name: "image", matrix }, file],
      roles: { labels: ["label"], features: ["image"], task: null, source: null, id: "file" },
    },
    notes: [
      ...notes,
      { level: "info", text: `images of ${size.width} × ${size.height} pixels${how}, in ${kind}` },
      ...pixelNotes,
      ...labelNotes,
    ],
    files: [...files, ...tables],
    dialect,
  };
}

/** From the table that is named, else from one that lies there and names images, else from the folders. */
async function labelImages(request: ReadRequest, tools: TableTools): Promise<Labelled> {
  const { data, labelFile, labels } = request;
  const root = labelFile === undefined ? imageRoot(data) : { folder: data, notes: [] };
  const { images } = contentOf(root.folder);
  const tables = labelFile === undefined ? tablesNaming([data, root.folder], images) : [labelFile];
  const isOptional = labelFile === undefined && labels.length === 0 && hasClasses(root.folder);
  if (tables.length > 1 && !isOptional)
    throw new UsageError(`${tables[0]} and ${tables[1]} both name images: say with --label-file which of them holds the labels`);
  if (tables.length === 1) {
    const all = root.folder === data ? images : contentOf(data).images;
    const joined = await joinLabels({ path: tables[0], label: labels.at(0), folder: data, images, all, isOptional, ...tools });
    if (joined !== null) return { images: joined.images, files: [joined.file], notes: [...root.notes, ...joined.notes] };
  }
  if (request.predict === "number") throw new UsageError(`${data}: the label of an image is the name of its folder, which is no number`);
  const asked = labels.find((name) => name !== "label");
  if (asked !== undefined)
    throw new UsageError(`--label "${asked}": the label of an image is the name of its folder, or a column of --label-file`);
  const classes = classesOf(root.folder);
  return { images: classes.images, files: [], notes: [...root.notes, ...classes.notes] };
}

/** A folder is a class whatever its name, also one that would mean "missing" in a cell. */
function labelColumn(
  images: readonly LabelledImage[],
  isOfTable: boolean,
  request: ReadRequest,
): { column: Column; notes: readonly Note[] } {
  const mark = isOfTable || !images.some(({ label }) => label !== null && isMissing(label)) ? "" : "folder ";
  const marked = mark === "" ? images : images.map(({ path, label }) => ({ path, label: `${mark}${label}` }));
  const { columns, notes } = readLabels([profileOf(marked, isOfTable, request)], isOfTable ? request.predict : "classes");
  const [column] = columns.values();
  if (mark === "" || column.kind !== "category") return { column, notes };
  return { column: { ...column, names: column.names.map((name) => name.slice(mark.length)) }, notes };
}

function profileOf(images: readonly LabelledImage[], isOfTable: boolean, { predict }: ReadRequest): NumberProfile | TextProfile {
  const texts = images.map(({ label }) => label ?? "");
  const classes = [...new Set(texts)];
  const numbers = Float64Array.from(texts, Number);
  if (isOfTable && predict !== "classes" && texts.length > 0 && numbers.every(Number.isFinite)) return profileNumbers("label", numbers);
  const place = new Map(classes.map((name, code) => [name, code]));
  return {
    ...{ kind: "text", name: "label", codes: Int32Array.from(texts, (text) => place.get(text) ?? -1), names: classes },
    ...{ missing: 0, distinct: classes.length, averageWords: 1, isDate: false },
  };
}

/** @throws UsageError where a role is asked for that images do not have */
function refuseRoles(request: ReadRequest): void {
  const { data, labels, task, source, id, text, drop, features } = request;
  const wrong = [task, source, id, ...text, ...drop, ...features.filter((name) => name !== "image"), ...labels.slice(1)].find(
    (name) => name !== undefined && name !== "none",
  );
  if (wrong !== undefined) throw new UsageError(`${data}: images have a label and pixels and no other roles, got "${wrong}"`);
}
