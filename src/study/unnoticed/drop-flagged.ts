import type { Dataset } from "../../core/dataset.ts";
import type { DataPoison } from "../../core/poison.ts";

/** A patch after somebody looked at the rows that are learned from. */
export interface Sifted {
  /** The patch without the rows that were flagged. */
  readonly kept: DataPoison;
  /** Rows of the clean table that the patch changed and that were flagged. */
  readonly flaggedRows: ReadonlySet<number>;
  /** How many of the rows that it inserted were flagged. */
  readonly flaggedInserted: number;
}

/**
 * Takes back what was flagged of a patch: of a row with several labels all of it, since a scan names rows.
 *
 * @param data the examples as the patch leaves them: clean ones, inserted raw rows, rows inserted in feature space
 * @param cleanRows rows of the clean table
 * @param flagged shape: [examples]
 */
export function dropFlagged(poison: DataPoison, data: Dataset, cleanRows: number, flagged: Uint8Array): Sifted {
  const rows = new Set<number>();
  const features = new Set<number>();
  let feature = 0;
  data.row.forEach((row, i) => {
    if (row >= 0 && flagged[i] === 1) rows.add(row);
    if (row < 0 && flagged[i] === 1) features.add(feature);
    if (row < 0) feature++;
  });
  const flaggedRows = new Set([...poison.relabel, ...poison.edit].flatMap(({ row }) => (rows.has(row) ? [row] : [])));
  let [raw, encoded] = [0, 0];
  const insert = poison.insert.filter(({ kind }) => (kind === "raw" ? !rows.has(cleanRows + raw++) : !features.has(encoded++)));
  return {
    kept: {
      ...poison,
      relabel: poison.relabel.filter(({ row }) => !rows.has(row)),
      edit: poison.edit.filter(({ row }) => !rows.has(row)),
      insert,
    },
    flaggedRows,
    flaggedInserted: poison.insert.length - insert.length,
  };
}
