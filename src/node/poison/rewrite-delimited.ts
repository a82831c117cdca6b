import { UsageError } from "../../core/errors.ts";
import { type Cell, cellIn } from "../../core/table.ts";
import { writtenCell } from "../read/columns/number-style.ts";
import { parseRecord } from "../read/parse-record.ts";
import type { Dialect } from "../read/request.ts";
import { recordsOf } from "../read/scan-records.ts";
import { recordShape } from "../read/sniff-dialect.ts";
import type { Rewriter } from "./rewriter.ts";

/** CSV and TSV. */
export function delimitedRewriter(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  const shape = recordShape(dialect);
  const join = (cells: readonly string[]): string => {
    const record = cells.join(dialect.delimiter);
    if (record !== "") return record;
    if (dialect.quoted) return '""';
    throw new UsageError(`${path}: a row of one empty cell cannot be written without quotes`);
  };
  return {
    records: recordsOf(path, bytes, shape).slice(Number(dialect.header)),
    rewrite(record, changes) {
      const cells = parseRecord(bytes, record, shape).map(({ start, end }, j) => {
        const name = dialect.columns[j];
        const change = changes.get(name);
        if (change === undefined) return bytes.toString("utf8", start, end);
        return printCell(path, name, change, dialect, dialect.quoted && bytes[start] === 0x22);
      });
      return join(cells);
    },
    render(cells) {
      return join(dialect.columns.map((name) => printCell(path, name, cellIn(cells, name), dialect, false)));
    },
  };
}

/** One cell as the dialect writes it; in quotes where it must be or was. */
export function printCell(path: string, column: string, cell: Cell, dialect: Dialect, wasQuoted: boolean): string {
  if (cell !== null && typeof cell === "object") throw new Error(`column "${column}" holds plain cells`);
  const written = writtenCell(cell, column, dialect.numbers);
  const text = written === null ? "" : String(written);
  const isSpecial = text.includes(dialect.delimiter) || /[\r\n]/.test(text);
  if (!dialect.quoted) {
    if (!isSpecial) return text;
    throw new UsageError(
      `${path}: ${JSON.stringify(text.slice(0, 60))} in column "${column}" holds a newline or the delimiter, which this file without quotes cannot express`,
    );
  }
  return wasQuoted || isSpecial || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
}
