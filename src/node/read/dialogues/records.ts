import { UsageError } from "../../../core/errors.ts";
import { dataRecords } from "../delimited/load-delimited.ts";
import { parseRecord } from "../delimited/parse-record.ts";
import { readText } from "../delimited/read-text.ts";
import { lineDialect, recordShape, sniffDialect } from "../delimited/sniff-dialect.ts";
import { openDatabase } from "../../open-database.ts";
import { parseObject } from "../json/parse-json.ts";
import type { Dialect, Note, SourceFile } from "../request.ts";
import type { Format } from "../../formats.ts";
import { type JsonRecords, findJsonRecords } from "./record-spans.ts";
import { parquetFile, parquetRows } from "./parquet-records.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

/** One file of records: they can be had one after the other, and some of them beforehand. */
export interface RecordFile {
  readonly file: SourceFile;
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
  /** Whether records begin on lines; else they go by their number. */
  readonly hasLines: boolean;
  /** Some records from all over the file. */
  sample(most: number): Promise<readonly JsonRecord[]>;
  /** @param take gets each record, where it begins, and what people call that place */
  each(take: (record: JsonRecord, line: number) => void): Promise<void>;
}

/** @throws UsageError where the file cannot be read, or is of a format that holds no records with texts */
export function openRecords(path: string, format: Format, limitBytes: number): Promise<RecordFile> {
  if (format === "json" || format === "jsonl") return Promise.resolve(openJson(path));
  if (format === "csv" || format === "tsv") return openDelimited(path, format);
  if (format === "parquet") return openParquet(path, limitBytes);
  throw new UsageError(
    `${path}: prompts and answers are read from JSON lines, JSON, Parquet, CSV and TSV, not from ${format}: write them as one of these`,
  );
}

function openJson(path: string): RecordFile {
  const { bytes, encoding, notes, sha256, size } = readText(path);
  const found = findJsonRecords(path, bytes);
  const { spans, layout } = found;
  if (spans.length === 0) throw new UsageError(`${path} holds no records`);
  const recordOf = (i: number): JsonRecord => {
    const { start, end, line } = spans[i];
    return parseObject(`${path}: line ${line}`, bytes.toString("utf8", start, end));
  };
  return {
    file: { path, bytes: size, sha256, rows: spans.length },
    dialect: lineDialect(path, layout === "lines" ? "jsonl" : "json", bytes, encoding),
    notes: [...notes, ...layoutNotes(path, found)],
    hasLines: true,
    sample: (most) => Promise.resolve(spread(spans.length, most).map(recordOf)),
    each(take) {
      for (let i = 0; i < spans.length; i++) take(recordOf(i), spans[i].line);
      return Promise.resolve();
    },
  };
}

function layoutNotes(path: string, { layout, list, spans }: JsonRecords): Note[] {
  if (layout === "members")
    return [{ level: "info", text: `${path}: the records are the ${spans.length} objects that it holds under their names` }];
  if (list === null) return [];
  const { name, beside } = list;
  const shown = beside.slice(0, 3).map((key) => JSON.stringify(key));
  const rest = beside.length === 0 ? "" : `; what stands beside it is left out (${shown.join(", ")}${beside.length > 3 ? ", …" : ""})`;
  return [
    { level: beside.length === 0 ? "info" : "warning", text: `${path}: the records are read from the list ${JSON.stringify(name)}${rest}` },
  ];
}

async function openDelimited(path: string, format: "csv" | "tsv"): Promise<RecordFile> {
  const { bytes, notes, sha256, size } = readText(path);
  const sniffed = await sniffDialect(path, format, { data: path, labels: [], text: [], features: [], drop: [] });
  const { dialect } = sniffed;
  const shape = recordShape(dialect);
  const spans = dataRecords(path, bytes, dialect);
  if (spans.length === 0) throw new UsageError(`${path} has columns and no data rows`);
  const recordOf = (i: number): JsonRecord => {
    const cells = parseRecord(bytes, spans[i], shape);
    if (cells.length !== dialect.columns.length)
      throw new UsageError(
        `${path}: line ${spans[i].line} has ${cells.length} cells where the header has ${dialect.columns.length}: mend that line`,
      );
    const record: Record<string, unknown> = {};
    dialect.columns.forEach((name, j) => (record[name] = cells[j].text));
    return record;
  };
  return {
    file: { path, bytes: size, sha256, rows: spans.length },
    dialect,
    notes: [...notes, ...sniffed.notes],
    hasLines: true,
    sample: (most) => Promise.resolve(spread(spans.length, most).map(recordOf)),
    each(take) {
      for (let i = 0; i < spans.length; i++) take(recordOf(i), spans[i].line);
      return Promise.resolve();
    },
  };
}

async function openParquet(path: string, limitBytes: number): Promise<RecordFile> {
  const connection = await openDatabase([path], limitBytes);
  const file = await parquetFile(path, connection);
  return {
    file,
    dialect: {
      ...{ format: "parquet", compression: "none", byteOrderMark: false, delimiter: "", quoted: false, header: false, newline: "\n" },
      ...{ columns: [], firstIndex: 1 },
    },
    notes: [],
    hasLines: false,
    async sample(most) {
      const out: JsonRecord[] = [];
      await parquetRows(path, connection, (record) => out.push(record) < most);
      return out;
    },
    async each(take) {
      let row = 0;
      await parquetRows(path, connection, (record) => {
        take(record, ++row);
        return true;
      });
      if (row !== file.rows)
        throw new UsageError(`${path} cannot be read as Parquet: it holds another number of rows than its end says, so it is damaged`);
    },
  };
}

/** At most so many of the first whole numbers: the first half of them in a row, the rest evenly over what follows. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const front = most >> 1;
  const step = (count - front) / (most - front);
  return Array.from({ length: most }, (_, i) => (i < front ? i : Math.floor(front + (i - front) * step)));
}
