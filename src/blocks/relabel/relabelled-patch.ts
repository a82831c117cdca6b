import type { Dataset } from "../../core/dataset.ts";
import { type DataPoison, noDataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { relabelling } from "./wrong-label.ts";

/** The patch that gives these encoded training rows the labels y where they differ. Shape: y [rows]. */
export function relabelledPatch(table: Table, data: Dataset, y: Float64Array): DataPoison {
  const { target } = data;
  const changed = [...y.keys()].filter((i) => y[i] !== data.y[i]);
  return {
    ...noDataPoison,
    relabel: changed.map((i) => relabelling(table, data, i, target.kind === "real" ? y[i] : target.names[y[i]])),
  };
}
