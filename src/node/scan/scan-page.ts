import { basename, resolve } from "node:path";
import type { PageDocument } from "../../report/page/document.ts";
import { type ScanPageInput, scanPage } from "../../report/scan/page.ts";
import { redactNote } from "../../report/words/redact.ts";
import { countOf } from "../../report/words/words.ts";
import type { ScanResult } from "../../study/scan/scan-result.ts";
import { commandText } from "../config/command-line.ts";
import type { RowsOfScan } from "../kinds/scannable.ts";
import type { Note, SourceFile } from "../read/request.ts";

/** What the manifest of a scan says of it. */
interface ScanAbout extends Pick<ScanPageInput, "theriac" | "notRun" | "cannotSee"> {
  readonly read: { readonly data: string };
  readonly files: readonly SourceFile[];
  readonly notes: readonly Note[];
  readonly finishedAt: string;
}

/** The page of a scan; cells and names of accounts are told only where they were asked for. */
export function scanPageOf(
  folder: string,
  data: RowsOfScan,
  result: ScanResult,
  lines: Int32Array | null,
  { read, files, notes, notRun, cannotSee, theriac, finishedAt }: ScanAbout,
  includeRows: boolean,
): PageDocument {
  const paths = [...files.map(({ path }) => path), read.data].sort((a, b) => b.length - a.length);
  const known = [...data.columns.map(({ name }) => name), ...(data.known ?? [])];
  return scanPage({
    title: basename(read.data),
    size: `${countOf(data.rows, "row")} · ${finishedAt.slice(0, 16).replace("T", " ")} UTC · run ${basename(resolve(folder))}`,
    theriac,
    result,
    notRun,
    cannotSee,
    notes: notes.map(({ text }) => redactNote(text, known, paths)),
    rows: data.rows,
    lines,
    knownNames: known,
    cells: includeRows ? data.columns : null,
    command: commandText(["theriac", "clean", basename(read.data), "--scan", basename(resolve(folder))]),
  });
}
