import { type Cell, type SparseCell, cellIn } from "../../../core/table.ts";
import { writtenCell } from "../columns/number-style.ts";
import { writtenList } from "../lists/list-style.ts";
import { skipBlanks, stringEnd, valueEnd } from "../json/json-records.ts";
import { withoutNaN } from "../json/parse-json.ts";
import type { Dialect } from "../request.ts";
import { recordsOf } from "../delimited/scan-records.ts";
import { recordShape } from "../delimited/sniff-dialect.ts";
import type { Rewriter } from "./rewriter.ts";

/** Where the value of a key stands in the text of a line. */
interface ValueSpan {
  readonly start: number;
  readonly end: number;
}

/** JSON lines. A new value has the type of the one it replaces, else of the first that its column has. */
export function jsonlRewriter(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  const records = recordsOf(path, bytes, recordShape(dialect)).filter(({ start, end }) => bytes.toString("utf8", start, end).trim() !== "");
  const usual = new Map<string, unknown>();
  const usualOf = (column: string): unknown => {
    for (let i = 0; i < records.length && !usual.has(column); i++) {
      const line = JSON.parse(withoutNaN(bytes.toString("utf8", records[i].start, records[i].end))) as Record<string, unknown>;
      if (Object.hasOwn(line, column) && line[column] !== null) usual.set(column, line[column]);
    }
    return usual.get(column);
  };
  return {
    records,
    rewrite(record, changes) {
      let text = bytes.toString("utf8", record.start, record.end);
      for (const [column, change] of changes) {
        const cell = printable(change, column, dialect);
        const span = valueSpans(text).get(column);
        if (span === undefined) {
          const brace = text.lastIndexOf("}");
          const comma = /\{\s*$/.test(text.slice(0, brace)) ? "" : ",";
          text = `${text.slice(0, brace)}${comma}${JSON.stringify(column)}:${printValue(cell, usualOf(column))}${text.slice(brace)}`;
        } else {
          const old = JSON.parse(withoutNaN(text.slice(span.start, span.end))) as unknown;
          text = text.slice(0, span.start) + printValue(cell, old ?? usualOf(column)) + text.slice(span.end);
        }
      }
      return text;
    },
    render(cells) {
      const pairs = dialect.columns.flatMap((column) => {
        const cell = printable(cellIn(cells, column), column, dialect);
        return cell === null ? [] : [`${JSON.stringify(column)}:${printValue(cell, usualOf(column))}`];
      });
      return `{${pairs.join(",")}}`;
    },
  };
}

/** A cell as its column writes it where that is a text. */
function printable(cell: Cell, column: string, { numbers, lists }: Dialect): Cell {
  const isList = cell !== null && typeof cell === "object" && lists !== undefined && Object.hasOwn(lists, column);
  return isList ? writtenList(cell, lists[column]) : writtenCell(cell, column, numbers);
}

function printValue(cell: Cell, like: unknown): string {
  if (cell === null) return "null";
  if (typeof cell === "object") return printVector(cell, like);
  const text = String(cell);
  if (typeof like === "string") return JSON.stringify(text);
  if (typeof cell === "number") return text;
  const isLiteral = typeof like === "boolean" ? text === "true" || text === "false" : /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  return isLiteral && like !== undefined ? text : JSON.stringify(text);
}

/** The spans of the values of an object's own keys; of a key that stands twice the last, which is the one that counts. */
function valueSpans(text: string): Map<string, ValueSpan> {
  const out = new Map<string, ValueSpan>();
  let at = skipBlanks(text, text.indexOf("{") + 1);
  while (text[at] !== "}") {
    const keyEnd = stringEnd(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const start = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    const end = valueEnd(text, start);
    out.set(key, { start, end });
    at = skipBlanks(text, end);
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return out;
}

/** A list as long as those that its column has. */
function printVector({ indices, values }: SparseCell, like: unknown): string {
  if (!Array.isArray(like)) throw new Error("a vector in a column without lists");
  const list = new Array<number>(like.length).fill(0);
  indices.forEach((index, p) => (list[index] = values[p]));
  return JSON.stringify(list);
}
