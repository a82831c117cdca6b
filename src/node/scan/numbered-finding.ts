import type { RowsOfScan } from "../kinds/scannable.ts";
import { digest } from "../runs/provenance.ts";
import type { CampaignFinding, RowFinding } from "../../study/scan/scan-result.ts";

/** A row as people and files name it: from 1 among the data rows, with its line where its file has lines. */
export interface NumberedFinding extends RowFinding {
  readonly line?: number;
  /** The first 16 digits of the SHA-256 of what the row says, by which it is known again in other data; absent in scans of 0.1.0. */
  readonly content?: string;
}

/** @param data absent = without the digest of the content */
export function numbered(finding: RowFinding, lines: Int32Array | null, data?: RowsOfScan): NumberedFinding {
  const { row, ...rest } = finding;
  const content = data === undefined ? {} : { content: contentDigest(data, row) };
  return { row: row + 1, ...(lines === null ? {} : { line: lines[row] }), ...content, ...rest };
}

/** See `NumberedFinding.content`. */
export function contentDigest(data: RowsOfScan, row: number): string {
  return digest(contentOf(data, row)).slice(0, 16);
}

/** What a row says. */
export function contentOf(data: RowsOfScan, row: number): string {
  return data.contentOf?.(row) ?? JSON.stringify(data.columns.map(({ name, cellOf }) => [name, cellOf(row)]));
}

/** The same of a campaign: its rows count from 1. */
export function numberedCampaign({ rows, examples, ...rest }: CampaignFinding, lines: Int32Array | null): CampaignFinding {
  return {
    ...rest,
    rows: rows.map((row) => row + 1),
    ...(examples === undefined
      ? {}
      : { examples: examples.map(({ row, ...texts }) => ({ row: row + 1, ...(lines === null ? {} : { line: lines[row] }), ...texts })) }),
  };
}
