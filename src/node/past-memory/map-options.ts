import type { DuckDBConnection } from "@duckdb/node-api";
import type { Signal } from "../../core/context.ts";
import type { Rng } from "../../numeric/random.ts";

/** What the passes of the map go by. */
export interface MapOptions {
  readonly folder: string;
  readonly reader: DuckDBConnection;
  readonly memoryBytes: number;
  readonly rng: Rng;
  readonly signal?: Signal | undefined;
  onStep(text: string): void;
}
