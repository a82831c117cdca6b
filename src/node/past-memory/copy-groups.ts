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

/** In one band texts meet that share one sentence. */
const leastBands = 2;

/**
 * Joins rows that share two bands with the same row; whoever shares two with members of one of these groups, whichever they are, joins it. Sixteen bytes for each row of the data.
 */
export async function copyGroups(connection: DuckDBConnection, rows: number): Promise<CopyGroups> {
  const sets = makeUnionFind(rows);
  await eachLink(connection, `shared >= ${leastBands}`, (record, leader) => sets.union(record, leader));
  const sizes = new Int32Array(rows);
  for (let r = 0; r < rows; r++) sizes[sets.find(r)]++;
  const isGrouped = (r: number): boolean => sizes[sets.find(r)] >= fewest;
  const met = new Map<string, number>();
  const joining: (readonly [number, number])[] = [];
  const meet = (record: number, member: number): void => {
    const key = `${record} ${sets.find(member)}`;
    const count = (met.get(key) ?? 0) + 1;
    met.set(key, count);
    if (count === leastBands) joining.push([record, member]);
  };
  await eachLink(connection, `shared < ${leastBands}`, (record, leader) => {
    if (isGrouped(record) === isGrouped(leader)) return;
    if (isGrouped(leader)) meet(record, leader);
    else meet(leader, record);
  });
  const groupOfRoot = new Map<number, number>();
  const groupOf = new Int32Array(rows).fill(-1);
  const groups: number[][] = [];
  for (let r = 0; r < rows; r++) {
    if (!isGrouped(r)) continue;
    let group = groupOfRoot.get(sets.find(r));
    if (group === undefined) {
      groupOfRoot.set(sets.find(r), (group = groups.length));
      groups.push([]);
    }
    groups[group].push(r);
    groupOf[r] = group;
  }
  for (const [record, member] of joining) {
    if (groupOf[record] >= 0) continue;
    groupOf[record] = groupOf[member];
    groups[groupOf[member]].push(record);
  }
  return { groupOf, groups: groups.map((group) => Int32Array.from(group).sort()) };
}

async function eachLink(connection: DuckDBConnection, where: string, take: (record: number, leader: number) => void): Promise<void> {
  const result = await connection.stream(`SELECT CAST(record AS DOUBLE), CAST(leader AS DOUBLE) FROM copy_links WHERE ${where}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const records = doublesOf(chunk, 0).items;
    const leaders = doublesOf(chunk, 1).items;
    for (let i = 0; i < chunk.rowCount; i++) take(records[i], leaders[i]);
  }
}
