import { makeWordHasher } from "./dist/node/past-memory/hash-words.js";
import { makeBandKeys } from "./dist/node/past-memory/band-keys.js";
import { makeRng } from "./dist/numeric/random.js";
import { DuckDBInstance } from "@duckdb/node-api";
import { readFileSync } from "node:fs";
const p = JSON.parse(readFileSync("/work/wt/spill-data/r20000.json"));
const c = await (await DuckDBInstance.create(":memory:")).connect();
const rows = (await c.runAndReadAll(`select review from read_parquet('/work/wt/spill-data/r20000.parquet')`)).getRowsJS().map(([t]) => t);
const h = makeWordHasher(); const b = makeBandKeys(makeRng(1)); const out = new Float64Array(16);
const buckets = new Map();
for (const r of p.floods[1]) { b.into(out, h.hashesOf(rows[r]), () => false); for (const k of out) buckets.set(k, (buckets.get(k) ?? 0) + 1); }
let alone = 0; for (const r of p.floods[1]) { b.into(out, h.hashesOf(rows[r]), () => false); if (out.every((k) => buckets.get(k) === 1)) alone++; }
console.log(alone, p.floods[1].length, [...buckets.values()].filter((n) => n > 1).length, Math.max(...buckets.values()));
console.log(rows[p.floods[1][0]]); console.log(rows[p.floods[1][1]]);
