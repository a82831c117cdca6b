// A second engine: the SQL of scans past memory (src/node/past-memory/shuffle-sql.ts) under Spark SQL, over the flat Parquet tables that the map of Theriac writes, held against DuckDB row by row.
//   node scripts/past-memory-spark.mjs REVIEWS.parquet --spark-sql /path/to/spark-sql [--master 'local-cluster[2,1,1024]'] [--folder FOLDER]
// REVIEWS has the columns label, review and account (bench/scan-past-memory.mjs --keep writes such). It writes FOLDER/shuffle.sql, runs `spark-sql -f` on it with two executors, and compares every table
// that it wrote with that of DuckDB, as sets of rows with their numbers of times. Needs Spark and Java, which no test here does.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { mapRows } from "../dist/node/past-memory/map-rows.js";
import { openSpill } from "../dist/node/past-memory/open-spill.js";
import { flatTables, shuffleSteps } from "../dist/node/past-memory/shuffle-sql.js";
import { shuffle } from "../dist/node/past-memory/shuffle.js";
import { openSourceRows } from "../dist/node/past-memory/source-rows.js";
import { makeRng } from "../dist/numeric/random.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "spark-sql": { type: "string", default: "spark-sql" },
    master: { type: "string", default: "local-cluster[2,1,1024]" },
    folder: { type: "string" },
  },
});
const path = resolve(positionals[0]);
const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), "past-memory-spark-")));
mkdirSync(folder, { recursive: true });
const spill = await openSpill(folder, [path], 2e9);
let isEqual = true;
try {
  const request = { data: path, labels: ["label"], text: ["review"], features: [], drop: [], source: "account" };
  const rows = await openSourceRows(spill, { paths: [path], format: "parquet", notes: [] }, request);
  console.log(`map of ${rows.rows} rows`);
  const started = performance.now();
  await mapRows(spill, rows, { memoryBytes: 2e9, rng: makeRng(1), onStep() {} });
  console.log(`  ${seconds(started)}\nDuckDB`);
  const atDuckDB = performance.now();
  await shuffle(spill.connection, spill.folder, () => {});
  console.log(`  ${seconds(atDuckDB)}\nSpark, ${options.master}`);
  const out = join(folder, "spark");
  rmSync(out, { recursive: true, force: true });
  const file = join(folder, "shuffle.sql");
  writeFileSync(file, sparkText(spill.folder, out));
  const atSpark = performance.now();
  const configured = {
    "spark.sql.shuffle.partitions": 8,
    "spark.ui.enabled": false,
    "spark.sql.warehouse.dir": join(folder, "warehouse"),
    "spark.executor.memory": "1g",
  };
  const settings = Object.entries(configured).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
  const ran = spawnSync(options["spark-sql"], ["--master", options.master, ...settings, "-f", file], { cwd: folder, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`spark-sql ended with ${ran.status}\n${(ran.stderr ?? String(ran.error)).slice(-4000)}`);
  console.log(`  ${seconds(atSpark)}`);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const told = [];
  for (const { name } of shuffleSteps) {
    const ours = `read_parquet('${join(spill.folder, name, "*.parquet")}')`;
    const theirs =
      existsSync(join(out, name)) && readdirSync(join(out, name)).some((file) => file.endsWith(".parquet"))
        ? `read_parquet('${join(out, name, "*.parquet")}')`
        : null;
    const columns = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${ours}`))
      .getRowsJS()
      .map(([column]) => `CAST("${column}" AS BIGINT) AS "${column}"`);
    const count = async (sql) => Number((await connection.runAndReadAll(`SELECT COUNT(*) FROM (${sql})`)).getRowsJS()[0][0]);
    const of = (from) => `SELECT ${columns.join(", ")} FROM ${from}`;
    const [held, other] = [await count(of(ours)), theirs === null ? 0 : await count(of(theirs))];
    const differing =
      theirs === null
        ? held
        : (await count(`${of(ours)} EXCEPT ALL ${of(theirs)}`)) + (await count(`${of(theirs)} EXCEPT ALL ${of(ours)}`));
    isEqual &&= differing === 0;
    told.push({ table: name, duckdb: held, spark: other, differing });
  }
  console.table(told);
} finally {
  spill.close();
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
console.log(isEqual ? "all rows are equal" : "rows differ");
process.exitCode = isEqual ? 0 : 1;

/** The flat tables as views, each step as files of its own, and these as a view for the steps after it. */
function sparkText(from, out) {
  const view = (name, place) => `CREATE OR REPLACE TEMPORARY VIEW ${name} USING parquet OPTIONS (path '${join(place, name)}');`;
  return [
    ...Object.keys(flatTables).map((name) => view(name, from)),
    ...shuffleSteps.flatMap(({ name, sql }) => [`INSERT OVERWRITE DIRECTORY '${join(out, name)}' USING parquet\n${sql};`, view(name, out)]),
  ].join("\n\n");
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(0)} s`;
}
