import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { RowFinding } from "../../study/scan/scan-result.ts";
import { type ScanManifest, scanFiles } from "../scan.ts";
import { readBytes } from "./read-bytes.ts";
import { parseOwn, readOwnFile } from "./read-own-file.ts";
import { findingFile, scanManifestFile } from "./scan-files.ts";
import { shownPath } from "./shown.ts";

/** What a scan left in its folder. @throws UsageError where it is no scan, or one that was damaged */
export function readScan(folder: string): { manifest: ScanManifest; findings: RowFinding[] } {
  const path = join(folder, scanFiles.manifest);
  if (!existsSync(path)) throw new UsageError(`${shownPath(folder)} holds no scan: theriac scan DATA --out FOLDER writes one`);
  const manifest = readOwnFile(path, scanManifestFile).value;
  const file = join(folder, scanFiles.findings);
  if (!existsSync(file)) throw new UsageError(`${file} is missing: scan the data again`);
  return { manifest, findings: readFindings(file) };
}

function readFindings(file: string): RowFinding[] {
  const bytes = readBytes(file, { what: "the findings of a scan", maxBytes: 2 ** 31 - 1 });
  if (!isUtf8(bytes)) throw new UsageError(`${file} is damaged: it is not text in UTF-8; scan the data again`);
  const findings: RowFinding[] = [];
  // Line by line: those of a million rows may be too long for one string.
  for (let from = 0, line = 1, to = 0; from < bytes.length; from = to + 1, line++) {
    const end = bytes.indexOf(10, from);
    to = end < 0 ? bytes.length : end;
    if (to > from) findings.push(parseOwn(bytes.toString("utf8", from, to), `${file}: line ${line}`, findingFile));
  }
  return findings;
}
