import type { DuckDBConnection } from "@duckdb/node-api";
import { doublesOf } from "../read/duckdb.ts";
import { makeUnionFind } from "../../numeric/orders/union-find.ts";

/** Rows that may be copies of each other. */
export interface CopyGroups {
  /** Group of each row; −1 = none. Shape: [rows of the data]. */
  readonly groupOf: Int32Array;
  /** The rows of each, ascending. */
  readonly groups: readonly Int32Array[];
}

/** Smaller groups are not looked at, as a campaign of near-copies is not flagged below (blocks/copies/judge-groups.ts). */
const fewest = 4;

/** Joins the links between rows that share a band; eight bytes for each row of the data. */
export async function copyGroups(connection: DuckDBConnection, rows: number): Promise<CopyGroups> {
  const sets = makeUnionFind(rows);
  const result = await connection.stream("SELECT CAST(record AS DOUBLE), CAST(leader AS DOUBLE) FROM copy_links");
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const [records, leaders] = [doublesOf(chunk, 0).items, doublesOf(chunk, 1).items];
    for (let i = 0; i < chunk.rowCount; i++) sets.union(records[i], leaders[i]);
  }
  const sizes = new Int32Array(rows);
  for (let r = 0; r < rows; r++) sizes[sets.find(r)]++;
  const numberOf = new Map<number, number>();
  const groups: number[][] = [];
  const groupOf = new Int32Array(rows).fill(-1);
  for (let r = 0; r < rows; r++) {
    const root = sets.find(r);
    if (sizes[root] < fewest) continue;
    let group = numberOf.get(root);
    if (group === undefined) {
      numberOf.set(root, (group = groups.length));
      groups.push([]);
    }
    groups[group].push(r);
    groupOf[r] = group;
  }
  return { groupOf, groups: groups.map((group) => Int32Array.from(group)) };
}
