import { openSpill } from "./dist/node/past-memory/open-spill.js";
import { openFlatTable } from "./dist/node/past-memory/flat-table.js";
const s = await openSpill("/tmp/sp", ["/tmp/x"], 2e9);
const t = await openFlatTable(s.connection, s.folder, "bands", { band: "BIGINT", record: "INTEGER" });
for (let r = 0; r < 20000; r++) { for (let b = 0; b < 16; b++) { t.columns[0][t.at] = r * 16 + b; t.columns[1][t.at] = r; t.next(); } if (r % 2048 === 0) await t.settle(); }
await t.finish();
console.log(t.rows, (await s.connection.runAndReadAll("SELECT COUNT(*), COUNT(DISTINCT band), MIN(band), MAX(band), COUNT(DISTINCT record) FROM bands")).getRowsJS());
s.close();
