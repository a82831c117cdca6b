import type { Dataset } from "../../core/dataset.ts";
import { labelOfTask } from "../../core/examples.ts";
import type { Table } from "../../core/table.ts";
import type { NearCopies } from "./near-copies.ts";

/** What stands out about a cluster of near-copies before any model is asked. */
export interface ClusterTraits {
  readonly records: number;
  readonly examples: Int32Array;
  /** Distinct known accounts. */
  readonly accounts: number;
  /** Share of these accounts that wrote nothing that is not a copy of somebody's. */
  readonly emptyShare: number;
  /** Twice the share of the examples that are not labelled as most of their cluster under the same label column; in [0, 1]. 0 for a real label. */
  readonly conflict: number;
  /** The examples that are few beside those of their cluster with another label (one to four at most), as an original is beside its copies. */
  readonly odd: ReadonlySet<number>;
}

/** Shape: [clusters]. */
export function clusterTraits(data: Dataset, { records, clusters, clusterOf }: NearCopies, table: Table | null): ClusterTraits[] {
  const writesElse = new Uint8Array(data.sources.length);
  const examplesOf: number[][] = clusters.map(() => []);
  for (let i = 0; i < data.y.length; i++) {
    const cluster = clusterOf[records.record[i]];
    if (cluster >= 0) examplesOf[cluster].push(i);
    else if (data.source[i] >= 0) writesElse[data.source[i]] = 1;
  }
  return clusters.map((members, c) => {
    const accounts = new Set<number>();
    for (const i of examplesOf[c]) if (data.source[i] >= 0) accounts.add(data.source[i]);
    let empty = 0;
    for (const account of accounts) empty += 1 - writesElse[account];
    return {
      records: members.length,
      examples: Int32Array.from(examplesOf[c]),
      accounts: accounts.size,
      emptyShare: accounts.size === 0 ? 0 : empty / accounts.size,
      ...(data.target.kind === "classes" ? conflictOf(data, examplesOf[c], table) : { conflict: 0, odd: new Set<number>() }),
    };
  });
}

function conflictOf(data: Dataset, examples: readonly number[], table: Table | null): Pick<ClusterTraits, "conflict" | "odd"> {
  const columns = new Map<string, Map<number, number[]>>();
  for (const i of examples) {
    const column = table === null ? "" : labelOfTask(table, data.task[i]);
    const byLabel = columns.get(column) ?? new Map<number, number[]>();
    columns.set(column, byLabel);
    const labelled = byLabel.get(data.y[i]);
    if (labelled === undefined) byLabel.set(data.y[i], [i]);
    else labelled.push(i);
  }
  let agreeing = 0;
  const odd = new Set<number>();
  for (const byLabel of columns.values()) {
    const most = Math.max(...Array.from(byLabel.values(), ({ length }) => length));
    agreeing += most;
    for (const labelled of byLabel.values()) if (4 * labelled.length <= most) for (const i of labelled) odd.add(i);
  }
  return { conflict: Math.min(1, 2 * (1 - agreeing / examples.length)), odd };
}
