import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { CopiedReading } from "../kinds/attackable.ts";
import type { AnyScannable } from "../kinds/scannable.ts";
import { digest } from "../runs/provenance.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { parseOwn, readOwnFile } from "../schemas/read-own-file.ts";
import { findingFile, scanManifestFile, unnamedKind } from "./scan-files.ts";
import { shownPath } from "../schemas/shown.ts";
import type { NumberedFinding } from "./numbered-finding.ts";
import { type ScanManifest, scanFiles } from "./scan-folder.ts";

const mostBytes = 2 ** 31 - 1;

/** What a scan left in its folder; rows count from 1. */
export interface StoredScan {
  readonly kind: AnyScannable;
  readonly manifest: ScanManifest<any>;
  readonly findings: readonly NumberedFinding[];
}

/** @throws UsageError where there is none of these kinds, or what is there does not belong together */
export function readScan(folder: string, kinds: readonly AnyScannable[]): StoredScan {
  const scan = readScanManifest(folder, kinds);
  return { ...scan, findings: readFindings(folder, scan.manifest) };
}

/** The same without what was found, which may be long. @throws UsageError where there is no scan of these kinds */
export function readScanManifest(folder: string, kinds: readonly AnyScannable[]): Omit<StoredScan, "findings"> {
  const path = join(folder, scanFiles.manifest);
  if (!existsSync(path)) throw new UsageError(`${shownPath(folder)} holds no scan: theriac scan DATA --out FOLDER writes one`);
  const manifest = readOwnFile(path, scanManifestFile(kinds)).value;
  return { kind: kinds.find(({ id }) => id === (manifest.dataKind ?? unnamedKind))!, manifest };
}

/**
 * Reads the data of a scan again.
 *
 * @param data the data as they are here; where the scan read them by default
 * @throws UsageError where they are not what was scanned
 */
export async function readScanned(folder: string, { kind, manifest }: Omit<StoredScan, "findings">, data?: string): Promise<CopiedReading> {
  const read: CopiedReading = await kind.read({ ...manifest.read, ...(data === undefined ? {} : { data }) });
  read.files.forEach(({ path, sha256 }, i) => {
    if (manifest.files.length !== read.files.length || manifest.files[i].sha256 !== sha256)
      throw new UsageError(`${path} is not what ${folder} scanned: its content differs; scan it again`);
  });
  if (read.table.rows !== manifest.rows)
    throw new UsageError(
      `${folder} was made of ${manifest.rows} rows, and read as its manifest says the data have ${read.table.rows}: the manifest was changed; scan the data again`,
    );
  return read;
}

function readFindings(folder: string, { findings: told, rows }: Pick<ScanManifest, "findings" | "rows">): NumberedFinding[] {
  const path = join(folder, scanFiles.findings);
  if (!existsSync(path)) throw new UsageError(`${path} is missing: scan the data again`);
  const bytes = readBytes(path, { what: "the findings of a scan", maxBytes: mostBytes });
  if (digest(bytes) !== told.sha256)
    throw new UsageError(
      `${path} is not what the scan wrote: it has ${countLines(bytes)} lines of ${told.count}, and another digest; scan the data again`,
    );
  if (!isUtf8(bytes)) throw new UsageError(`${path} is damaged: it is not text in UTF-8; scan the data again`);
  const findings: NumberedFinding[] = [];
  const seen = new Set<number>();
  // Line by line: those of a million rows may be too long for one string.
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(10, at);
    const end = feed < 0 ? bytes.length : feed;
    const where = `${path}: line ${findings.length + 1}`;
    const finding = parseOwn(bytes.toString("utf8", at, end), where, findingFile);
    if (finding.row > rows || seen.has(finding.row))
      throw new UsageError(`${where} is on no row from 1 to ${rows}, or on one again: scan the data again`);
    seen.add(finding.row);
    findings.push(finding);
    at = end + 1;
  }
  if (findings.length !== told.count)
    throw new UsageError(`${path} has ${findings.length} lines where the manifest says ${told.count}: scan the data again`);
  return findings;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
