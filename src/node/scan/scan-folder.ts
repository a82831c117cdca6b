import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CampaignFinding, NotRun, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import type { OldRows, RowsOfScan } from "../kinds/scannable.ts";
import { type Provenance, digest, provenance } from "../runs/provenance.ts";
import type { Note, ReadRequest, SourceFile } from "../read/request.ts";
import { pageHtml } from "../write/page-html.ts";
import { writeFiles } from "../write/write-files.ts";
import { numbered, numberedCampaign } from "./numbered-finding.ts";
import { reviewFile } from "./review-file.ts";
import { scanPageOf } from "./scan-page.ts";

/** What a scan leaves in its folder beside the findings. */
export interface ScanManifest<Q extends { readonly data: string } = ReadRequest> extends Provenance {
  /** 2: rows count from 1 among the data rows. */
  readonly schema: 2;
  readonly kind: "scan";
  readonly status: "finished";
  readonly finishedAt: string;
  /** What the data are; absent in those of 0.1.0, which scanned tables alone. */
  readonly dataKind?: string;
  readonly read: Q;
  readonly files: readonly SourceFile[];
  /** The old rows that an addition was held against; absent where the whole was scanned. */
  readonly against?: OldRows;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rows: number;
  readonly flagged: number;
  readonly expectedFalseAlarms: ScanResult["expectedFalseAlarms"];
  readonly falseAlarms: ScanResult["falseAlarms"];
  /** What was guessed and what looks wrong. */
  readonly notes: readonly Note[];
  /** Detectors that said nothing, and why. */
  readonly notRun: readonly NotRun[];
  /** What such a scan could not have seen, a part of a sentence each. */
  readonly cannotSee: readonly string[];
  readonly detectors: ScanResult["detectors"];
  readonly sources: ScanResult["sources"];
  /** Rows count from 1; absent in those of 0.1.0. */
  readonly campaigns?: readonly CampaignFinding[];
  readonly tasks: ScanResult["tasks"];
  /** Lines and SHA-256 of `findings.jsonl`. */
  readonly findings: { readonly count: number; readonly sha256: string };
  /** Rows of `review.csv`, and the mark of this scan that each of them bears; a moderator writes into that file, so it has no digest. */
  readonly review: { readonly count: number; readonly scan: string };
}

export const scanFiles = { manifest: "manifest.json", findings: "findings.jsonl", review: "review.csv", page: "report.html" } as const;

const linesAtOnce = 4096;

/** Writes what a scan found: all of its files or none. @throws UsageError where they are there already or the folder cannot be written */
export async function writeScan<Q extends { readonly data: string }>(
  folder: string,
  data: RowsOfScan,
  result: ScanResult,
  lines: Int32Array | null,
  {
    includeRows,
    ...about
  }: Pick<ScanManifest<Q>, "dataKind" | "read" | "files" | "against" | "settings" | "notes" | "notRun" | "cannotSee"> & {
    readonly includeRows: boolean;
  },
): Promise<void> {
  const { rows, sources, campaigns, tasks, detectors, expectedFalseAlarms, falseAlarms } = result;
  const sha256 = createHash("sha256");
  for (const piece of findingLines(rows, lines, data)) sha256.update(piece);
  const findings = { count: rows.length, sha256: sha256.digest("hex") };
  // A letter in front: a spreadsheet would take digits and an e for a number.
  const mark = `scan-${digest(JSON.stringify([findings, about.files.map((file) => file.sha256)])).slice(0, 12)}`;
  const review = reviewFile(data, result, lines, mark);
  const manifest: ScanManifest<Q> = {
    schema: 2,
    kind: "scan",
    status: "finished",
    finishedAt: new Date().toISOString(),
    ...(await provenance()),
    ...about,
    rows: data.rows,
    flagged: rows.filter(({ flagged }) => flagged).length,
    expectedFalseAlarms,
    falseAlarms,
    detectors,
    sources,
    campaigns: campaigns.map((campaign) => numberedCampaign(campaign, lines)),
    tasks,
    findings,
    review: { count: review.rows, scan: mark },
  };
  writeFiles([
    { path: join(folder, scanFiles.findings), content: findingLines(rows, lines, data) },
    { path: join(folder, scanFiles.review), content: review.text },
    { path: join(folder, scanFiles.page), content: pageHtml(scanPageOf(folder, data, result, lines, manifest, includeRows)) },
    { path: join(folder, scanFiles.manifest), content: `${JSON.stringify(manifest, null, 2)}\n` },
  ]);
}

/** One JSON line for each, some thousands at a time: those of a million rows would be too long for one string. */
function* findingLines(rows: readonly RowFinding[], lines: Int32Array | null, data: RowsOfScan): Generator<string> {
  for (let from = 0; from < rows.length; from += linesAtOnce) {
    const some = rows.slice(from, from + linesAtOnce);
    yield some.map((row) => `${JSON.stringify(numbered(row, lines, data))}\n`).join("");
  }
}
