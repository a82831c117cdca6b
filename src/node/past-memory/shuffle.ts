import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Signal, stopIfCancelled } from "../../core/context.ts";
import { identifier, literal } from "../open-database.ts";
import { doublesOf } from "../read/duckdb.ts";
import { viewOf } from "./flat-table.ts";
import { shuffleSteps } from "./shuffle-sql.ts";

/** Runs the steps over the flat tables of `folder`; what each comes to is a table of its name there. */
export async function shuffle(
  connection: DuckDBConnection,
  folder: string,
  onStep: (name: string) => void,
  signal?: Signal,
): Promise<void> {
  // Nothing here hangs on the order of rows, and keeping it takes memory.
  for (const { name, sql } of shuffleSteps) {
    stopIfCancelled(signal);
    onStep(name);
    mkdirSync(join(folder, name), { recursive: true });
    await connection.run(`COPY (${sql}) TO ${literal(join(folder, name, "part-00000.parquet"))} (FORMAT parquet)`);
    await viewOf(connection, folder, name);
  }
}

/** Columns of a result of whole numbers, in its order. Shape of each: [rows]. */
export async function columnsOf<N extends string>(
  connection: DuckDBConnection,
  names: readonly N[],
  from: string,
): Promise<{ readonly rows: number } & Readonly<Record<N, Float64Array>>> {
  const cells = names.map((name) => `CAST(${identifier(name)} AS DOUBLE)`);
  const result = await connection.stream(`SELECT ${cells.join(", ")} FROM ${from}`);
  const parts: Float64Array[][] = [];
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    parts.push(names.map((_, j) => doublesOf(chunk, j).items.slice(0, chunk.rowCount)));
    rows += chunk.rowCount;
  }
  const columns = names.map((name, j): [N, Float64Array] => {
    const whole = new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      whole.set(part[j], at);
      at += part[j].length;
    }
    return [name, whole];
  });
  return { rows, ...(Object.fromEntries(columns) as Record<N, Float64Array>) };
}
