import { UsageError } from "../../../core/errors.ts";
import { type Cell, cellIn } from "../../../core/table.ts";
import { writtenCell } from "../columns/number-style.ts";
import { writtenList } from "../lists/list-style.ts";
import { dataRecords } from "../delimited/load-delimited.ts";
import { parseRecord } from "../delimited/parse-record.ts";
import type { Dialect } from "../request.ts";
import { recordShape } from "../delimited/sniff-dialect.ts";
import type { Rewriter } from "./rewriter.ts";

/** CSV and TSV. */
export function delimitedRewriter(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  const shape = recordShape(dialect);
  const places = new Map(dialect.columns.map((name, j) => [name, j]));
  const join = (cells: readonly string[]): string => {
    const record = cells.join(dialect.delimiter);
    if (record !== "") return record;
    if (dialect.quoted) return '""';
    throw new UsageError(`${path}: a row of one empty cell cannot be written without quotes`);
  };
  return {
    records: dataRecords(path, bytes, dialect),
    rewrite(record, changes) {
      const cells = parseRecord(bytes, record, shape);
      const changed = [...changes].map(([name, change]) => ({ name, change, cell: cells[places.get(name) ?? -1] }));
      changed.sort((a, b) => a.cell.start - b.cell.start);
      let text = "";
      let at = record.start;
      for (const { name, change, cell } of changed) {
        text += bytes.toString("utf8", at, cell.start);
        text += printCell(path, name, change, dialect, dialect.quoted && bytes[cell.start] === 0x22);
        at = cell.end;
      }
      text += bytes.toString("utf8", at, record.end);
      return text === "" ? join([""]) : text;
    },
    render(cells) {
      return join(dialect.columns.map((name) => printCell(path, name, cellIn(cells, name), dialect, false)));
    },
  };
}

/** One cell as the dialect writes it; in quotes where it must be or was. */
export function printCell(path: string, column: string, cell: Cell, dialect: Dialect, wasQuoted: boolean): string {
  const text = plainText(cell, column, dialect);
  const isSpecial = text.includes(dialect.delimiter) || /[\r\n]/.test(text) || (dialect.wide === "blanks" && /^$|\t/.test(text));
  if (dialect.wide !== undefined && /[\r\n]/.test(text))
    throw new UsageError(
      `${path}: ${JSON.stringify(text.slice(0, 60))} in column "${column}" holds a newline, which this file of one record a line cannot express`,
    );
  if (!dialect.quoted) {
    if (!isSpecial) return text;
    throw new UsageError(
      `${path}: ${JSON.stringify(text.slice(0, 60))} in column "${column}" holds a newline or the delimiter, which this file without quotes cannot express`,
    );
  }
  return wasQuoted || isSpecial || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainText(cell: Cell, column: string, { numbers, lists }: Dialect): string {
  if (cell !== null && typeof cell === "object") {
    if (lists === undefined || !Object.hasOwn(lists, column)) throw new Error(`column "${column}" holds plain cells`);
    return writtenList(cell, lists[column]);
  }
  const written = writtenCell(cell, column, numbers);
  return written === null ? "" : String(written);
}
