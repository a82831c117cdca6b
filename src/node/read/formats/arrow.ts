import { createContext, runInContext } from "node:vm";
import type * as Arrow from "apache-arrow";
import { UsageError } from "../../../core/errors.ts";
import { type TypedCell, type TypedFile, loadTexts } from "../load-texts.ts";
import { unpackLz4 } from "../lz4.ts";
import type { Reader } from "../reader.ts";
import { readWhole } from "../whole-file.ts";

/** Arrow IPC, as a file or a stream; Feather is its second version. */
export const arrowReader: Reader = {
  format: "arrow",
  title: "Arrow IPC (Feather)",
  endings: ["arrow", "feather", "ipc"],
  magic: "ARROW1",
  options: ["missing", "notMissing"],
  memoryFactor: 6,
  hasLines: false,
  load: async ({ found, limitBytes }) =>
    loadTexts("arrow", await Promise.all(found.paths.map((path) => readArrow(path, limitBytes))), limitBytes),
  copiesAsCsv: true,
};

async function readArrow(path: string, limitBytes: number): Promise<TypedFile> {
  const { bytes, sha256 } = readWhole(path, arrowReader.format, "Arrow file");
  const arrow = await import("apache-arrow");
  // pandas packs Feather so unless it is told not to.
  arrow.compressionRegistry.set(arrow.CompressionType.LZ4_FRAME, { decode: (frame) => unpackLz4(frame, limitBytes) });
  try {
    const { names, cells, unreadable, rows } = withinTime(5000 + bytes.length / 5000, () => decode(arrow, bytes));
    return {
      ...{ path, bytes: bytes.length, sha256, rows, names, cell: (row, j) => cells[j][row] },
      unreadable: new Map([...unreadable].map(([name, type]) => [name, `${path}: its type is ${type}`])),
    };
  } catch (error) {
    const why = (error as Error).message.split("\n")[0];
    if (/codec not found/.test(why))
      throw new UsageError(`${path} is packed inside with Zstandard: write it with LZ4 or plain, in pandas with to_feather(path)`);
    throw new UsageError(`${path} cannot be read as Arrow: it is cut off or damaged (${why})`);
  }
}

interface Decoded {
  readonly names: readonly string[];
  readonly rows: number;
  /** Shape: [columns][rows]; empty for what is not read. */
  readonly cells: readonly (readonly TypedCell[])[];
  /** Types by the names of such columns. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Every cell is decoded at once, so that what is damaged is refused here. */
function decode(arrow: typeof Arrow, bytes: Uint8Array): Decoded {
  const table = arrow.tableFromIPC(bytes);
  const unreadable = new Map<string, string>();
  const cells = table.schema.fields.map(({ name, type }, j): TypedCell[] => {
    const vector = table.getChildAt(j);
    if (vector === null || vector.length !== table.numRows) throw new Error(`column "${name}" has another number of rows`);
    if (vector.length > 8 * bytes.length) throw new Error("it names more rows than it can hold");
    const read = readerOf(arrow, type, bytes.length);
    if (read === null) unreadable.set(name, String(type));
    return read === null ? [] : Array.from(vector, (value) => (value === null ? null : read(value)));
  });
  return { names: table.schema.fields.map(({ name }) => name), rows: table.numRows, cells, unreadable };
}

/** The package takes counts in a damaged file at their word and may loop for years: such a loop is broken off. @throws Error after so many milliseconds */
function withinTime<T>(ms: number, work: () => T): T {
  return runInContext("work()", createContext({ work }), { timeout: Math.ceil(ms) }) as T;
}

/** How values of a type become cells; null = such a column is not read. @param mostEntries that a list may have */
function readerOf(arrow: typeof Arrow, given: Arrow.DataType, mostEntries: number): ((value: unknown) => TypedCell) | null {
  const { DataType: is } = arrow;
  const type = is.isDictionary(given) ? (given.dictionary as Arrow.DataType) : given;
  if (is.isInt(type) || is.isFloat(type) || is.isBool(type) || is.isUtf8(type) || is.isLargeUtf8(type))
    return (value) => value as TypedCell;
  if (is.isDate(type) || is.isTimestamp(type)) return (value) => new Date(Number(value));
  if (is.isNull(type)) return () => null;
  if (!(is.isList(type) || is.isFixedSizeList(type))) return null;
  const [{ type: entryType }] = type.children;
  if (!is.isInt(entryType) && !is.isFloat(entryType)) return null;
  return (value) => {
    const list = value as Arrow.Vector;
    if (list.length > mostEntries) throw new Error("a list is longer than the file");
    return Array.from(list, (entry: unknown) => (entry === null ? null : Number(entry)));
  };
}
