import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { digest } from "../provenance.ts";
import { type NumberedFinding, type ScanManifest, scanFiles } from "./scan-folder.ts";

/** What a scan left in its folder; rows count from 1. @throws UsageError where there is none, or what is there does not belong together */
export function readScan(folder: string): { manifest: ScanManifest; findings: NumberedFinding[] } {
  const path = join(folder, scanFiles.manifest);
  const text = readBytes(path, `${folder} holds no scan: theriac scan DATA --out ${folder} writes one`).toString("utf8");
  const manifest = parseJson(path, text) as Partial<Omit<ScanManifest, "schema">> & { readonly schema?: number };
  if (typeof manifest !== "object" || manifest?.kind !== "scan") throw new UsageError(`${path} is not the manifest of a scan`);
  if (manifest.schema === 1)
    throw new UsageError(
      `${path} is of an earlier version, which counted rows from 0 and kept no digest of what it found: scan the data again`,
    );
  if (manifest.schema !== 2 || manifest.findings === undefined || manifest.review === undefined)
    throw new UsageError(`${path} is not the manifest of a scan that this version reads`);
  return { manifest: manifest as ScanManifest, findings: readFindings(folder, manifest as ScanManifest) };
}

function readFindings(folder: string, { findings: told, rows }: ScanManifest): NumberedFinding[] {
  const path = join(folder, scanFiles.findings);
  const bytes = readBytes(path, `${path} is missing: scan the data again`);
  if (digest(bytes) !== told.sha256)
    throw new UsageError(
      `${path} is not what the scan wrote: it has ${countLines(bytes)} lines of ${told.count}, and another digest; scan the data again`,
    );
  const findings: NumberedFinding[] = [];
  const seen = new Set<number>();
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(10, at);
    const end = feed < 0 ? bytes.length : feed;
    const finding = parseJson(path, bytes.toString("utf8", at, end)) as NumberedFinding;
    if (!Number.isInteger(finding?.row) || finding.row < 1 || finding.row > rows || seen.has(finding.row))
      throw new UsageError(`${path}: line ${findings.length + 1} is on no row from 1 to ${rows}, or on one again: scan the data again`);
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

function readBytes(path: string, missing: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === "ENOENT" || code === "ENOTDIR" ? missing : `${path} cannot be read: ${message}`);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is damaged: scan the data again`);
  }
}
