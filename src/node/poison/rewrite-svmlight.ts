import type { Cell } from "../../core/table.ts";
import { parseSvmlightLine } from "../read/read-svmlight.ts";
import type { Dialect } from "../read/request.ts";
import { recordsOf } from "../read/delimited/scan-records.ts";
import { recordShape } from "../read/delimited/sniff-dialect.ts";
import type { Rewriter } from "./rewriter.ts";

/** svmlight. A change of features rewrites the pairs and keeps label, qid and comment as they stand. */
export function svmlightRewriter(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  const textOf = (start: number, end: number): string => bytes.toString("utf8", start, end);
  const printPairs = (cell: Cell): string[] => {
    if (cell === null || typeof cell !== "object") throw new Error("svmlight features are sparse cells");
    return cell.indices.map((index, p) => `${index + dialect.firstIndex}:${cell.values[p]}`);
  };
  return {
    records: recordsOf(path, bytes, recordShape(dialect)).filter(
      ({ start, end, line }) => parseSvmlightLine(path, line, textOf(start, end)) !== null,
    ),
    rewrite(record, changes) {
      let text = textOf(record.start, record.end);
      const features = changes.get("features");
      if (features !== undefined) {
        const hash = text.indexOf("#");
        const body = hash < 0 ? text : text.slice(0, hash);
        const kept = body
          .trim()
          .split(/\s+/)
          .filter((part, i) => i === 0 || part.startsWith("qid:"));
        text = [...kept, ...printPairs(features), ...(hash < 0 ? [] : [text.slice(hash)])].join(" ");
      }
      const label = changes.get("label");
      return label === undefined ? text : text.replace(/^\s*\S+/, String(label));
    },
    render(cells) {
      return [String(cells.label), ...printPairs(cells.features ?? { indices: [], values: [] })].join(" ");
    },
  };
}
