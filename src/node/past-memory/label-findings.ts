import type { DuckDBConnection } from "@duckdb/node-api";
import { columnsOf } from "./shuffle.ts";

/** Labels that surprise models that never saw them, as a group. */
export interface SurprisingRows {
  /** The least probable first. Shape: [rows]. */
  readonly records: Int32Array;
  /** Probability of the label of each. Shape: [rows]. */
  readonly chances: Float64Array;
  readonly expectedFalseAlarms: number;
  /** Rows that the cut flags; more than `records` where these are too many to be listed. */
  readonly flagged: number;
}

/** As blocks/noisy-labels/surprising-labels.ts has it. */
const falseShare = 0.2;

/** The cut of `surprisingLabels` by a histogram: the largest probability at which five times as many labels are as improbable as right ones would be. @param most rows that are listed */
export async function surprisingRows(connection: DuckDBConnection, most: number): Promise<SurprisingRows> {
  const { rows, chance, held, given } = await columnsOf(connection, ["chance", "held", "given"], "label_chances ORDER BY chance");
  let expected = 0;
  let own = 0;
  let found = { cut: -1, expected: 0, flagged: 0 };
  for (let k = 0; k < rows; k++) {
    expected += (held[k] * Math.max(0.5, chance[k])) / 1e6;
    own += given[k];
    if (own >= expected / falseShare && own > expected + 3 * Math.sqrt(expected) + 2) found = { cut: chance[k], expected, flagged: own };
  }
  const { record, chance: chances } = await columnsOf(
    connection,
    ["record", "chance"],
    `labelled WHERE chance <= ${found.cut} ORDER BY chance, record LIMIT ${most}`,
  );
  return {
    records: Int32Array.from(record),
    chances: chances.map((millionths) => millionths / 1e6),
    expectedFalseAlarms: found.expected,
    flagged: found.flagged,
  };
}
