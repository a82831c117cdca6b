import { UsageError, didYouMean } from "../../../core/errors.ts";
import { looksLikeHeader, readHeader } from "../delimited/read-header.ts";
import { type TypedCell, type TypedFile, loadTexts } from "../load-texts.ts";
import type { Reader } from "../reader.ts";
import type { Note, ReadRequest } from "../request.ts";
import { readWhole } from "../whole-file.ts";
import { readZip } from "../zip.ts";

/** Workbooks of Excel and what writes like it: one sheet, with the values that its formulas had when it was saved. */
export const xlsxReader: Reader = {
  format: "xlsx",
  title: "an Excel workbook",
  endings: ["xlsx", "xlsm"],
  inZip: "xl/",
  options: ["sheet", "header", "missing", "notMissing"],
  memoryFactor: 40,
  hasLines: false,
  load: async ({ found, request, limitBytes }) => {
    const files: TypedFile[] = [];
    for (const path of found.paths) files.push(await readSheet(path, request, limitBytes));
    return loadTexts("xlsx", files, limitBytes);
  },
  copiesAsCsv: true,
};

/** Records that the guess of a header looks at. */
const recordsSeen = 200;
/** A cell far from all others makes a sheet of that many cells. */
const mostCells = 50_000_000;

async function readSheet(path: string, { header, sheet: asked }: ReadRequest, limitBytes: number): Promise<TypedFile> {
  const { bytes, sha256 } = readWhole(path, xlsxReader.format, "Excel workbook");
  const entries = await readZip(path, bytes, limitBytes, (name) => /\.(xml|rels)$/.test(name));
  const { zipSync } = await import("fflate");
  const { readSheet: read } = await import("read-excel-file/universal");
  const sheets = sheetNames(entries["xl/workbook.xml"]);
  const damaged = (why: string): UsageError => new UsageError(`${path} cannot be read as an Excel workbook: ${why}`);
  if (sheets.length === 0) throw damaged("it names no sheet");
  const sheet = asked === undefined ? 0 : placeOfSheet(path, asked, sheets);
  const all = Object.keys(entries).filter((name) => isSheet.test(name));
  const part = partsOfSheets(entries)[sheet];
  // What lies in the others is neither read nor held in memory.
  if (part !== undefined) for (const name of all) if (name !== part) entries[name] = noCells;
  for (const name of part === undefined ? all : [part]) refuseSparse(path, entries[name]);
  let records: readonly (readonly TypedCell[])[];
  try {
    // Packed anew without compression: the package would unpack without a limit.
    const plain = zipSync(entries, { level: 0 });
    records = (await read(plain.buffer as ArrayBuffer, sheet + 1, { trim: false })) as unknown as TypedCell[][];
  } catch (error) {
    throw damaged(`it is damaged (${(error as Error).message.split("\n")[0]})`);
  }
  const isEmpty = (record: readonly TypedCell[]): boolean => record.every((cell) => cell === null || cell === "");
  const given = records.filter((record) => !isEmpty(record));
  if (given.length === 0) throw new UsageError(`${path}: the sheet "${sheets[sheet]}" is empty`);
  const width = given.reduce((most, record) => Math.max(most, record.length), 0);
  const texts = given.slice(0, recordsSeen).map((record) => Array.from({ length: width }, (_, j) => String(record[j] ?? "")));
  const hasHeader = header ?? looksLikeHeader(texts);
  const named = readHeader(path, hasHeader ? texts[0] : texts[0].map(() => ""));
  const notes: Note[] = hasHeader
    ? [...named.notes]
    : [{ level: "info", text: `${path}: the first row is read as data (override with --header); columns are called c1 to c${width}` }];
  if (sheets.length > 1 && asked === undefined)
    notes.push({
      level: "info",
      text: `${path} has the sheets ${sheets.map((name) => `"${name}"`).join(", ")}: the first is read (--sheet names another)`,
    });
  const rows = given.slice(Number(hasHeader));
  return {
    ...{ path, bytes: bytes.length, sha256, names: named.names, unnamed: named.unnamed, rows: rows.length, header: hasHeader, notes },
    cell: (row, j) => (rows[row][j] === "" ? null : (rows[row][j] ?? null)),
  };
}

/** @throws UsageError where there is no such sheet */
function placeOfSheet(path: string, asked: string, sheets: readonly string[]): number {
  const place = sheets.includes(asked) ? sheets.indexOf(asked) : /^\d{1,9}$/.test(asked) ? Number(asked) - 1 : -1;
  if (place >= 0 && place < sheets.length) return place;
  const known = sheets.map((name) => `"${name}"`).join(", ");
  throw new UsageError(`${path}: --sheet: there is no sheet "${asked}"${didYouMean(asked, sheets)}; there are: ${known}`);
}

const noCells = Buffer.from("<worksheet><sheetData/></worksheet>");
const isSheet = /^xl\/worksheets\/[^/]+\.xml$/;

/** In the order of the tabs. */
function sheetNames(workbook: Uint8Array | undefined): string[] {
  return sheetTags(workbook).map((tag) => attribute(tag, "name").replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, readEntity));
}

function sheetTags(workbook: Uint8Array | undefined): string[] {
  return (
    Buffer.from(workbook ?? [])
      .toString("utf8")
      .match(/<(?:\w+:)?sheet\s[^>]*?\bname="[^"]*"[^>]*>/g) ?? []
  );
}

/** The names of the parts that hold the sheets, in the order of the tabs; undefined where the workbook does not say. */
function partsOfSheets(entries: Readonly<Record<string, Uint8Array>>): (string | undefined)[] {
  const relations = Buffer.from(entries["xl/_rels/workbook.xml.rels"] ?? []).toString("utf8");
  const targets = new Map(
    (relations.match(/<(?:\w+:)?Relationship\s[^>]*>/g) ?? []).map((tag) => [attribute(tag, "Id"), attribute(tag, "Target")]),
  );
  return sheetTags(entries["xl/workbook.xml"]).map((tag) => {
    const target = targets.get(/\s\w+:id="([^"]*)"/.exec(tag)?.[1] ?? "");
    const part = target?.startsWith("/") === true ? target.slice(1) : `xl/${target}`;
    return entries[part] === undefined ? undefined : part;
  });
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

function readEntity(whole: string, decimal?: string, hex?: string, word?: string): string {
  const plain: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  if (word !== undefined) return plain[word] ?? whole;
  const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
  return code > 0x10ffff ? whole : String.fromCodePoint(code);
}

/** @throws UsageError where a sheet reaches so far that its cells would not fit, nearly all of them empty */
function refuseSparse(path: string, bytes: Uint8Array): void {
  let [lastRow, lastColumn] = [0, 0];
  const text = Buffer.from(bytes).toString("latin1");
  for (const [, letters, digits] of text.matchAll(/\br="([A-Z]{1,9})(\d{1,12})"/g)) {
    lastRow = Math.max(lastRow, Number(digits));
    lastColumn = Math.max(
      lastColumn,
      [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0),
    );
  }
  if (lastRow * lastColumn > mostCells)
    throw new UsageError(
      `${path}: a sheet reaches to row ${lastRow} and column ${lastColumn}, which is more than is read of a workbook: save it as CSV`,
    );
}
