import type { CampaignFinding, RowFinding } from "../../study/scan/scan-result.ts";

/** A row as people and files name it: from 1 among the data rows, with its line where its file has lines. */
export interface NumberedFinding extends RowFinding {
  readonly line?: number;
}

export function numbered(finding: RowFinding, lines: Int32Array | null): NumberedFinding {
  const { row, ...rest } = finding;
  return { row: row + 1, ...(lines === null ? {} : { line: lines[row] }), ...rest };
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
