import type { Cell } from "../../../core/table.ts";
import type { RecordSpan } from "../delimited/scan-records.ts";

/** What knows how to write records of one file in the manner of that file. */
export interface Rewriter {
  /** Data rows in order, without header, blank lines and comments. */
  readonly records: readonly RecordSpan[];
  /** The record with these cells (by column name) changed and everything else as it stands. */
  rewrite(record: RecordSpan, changes: ReadonlyMap<string, Cell>): string;
  /** A new record, without its newline. */
  render(cells: Readonly<Record<string, Cell>>): string;
}
