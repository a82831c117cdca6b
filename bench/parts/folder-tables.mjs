// Tables of a folder of one's own: every CSV in it, with the label in the column "label", else in the last one. Each is `{ name, kind, make(rng, rows) }` as in label-sets.mjs,
// but that `make` answers later; of a longer table so many rows are drawn. A file that cannot be read as a table with a label is told and left out.
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { targetOf } from "../../dist/core/examples.js";
import { subTable } from "../../dist/data/sub-table.js";
import { readTable } from "../../dist/node/read/read-table.js";

/** @param target "classes" or "real": which tables are wanted, of these files by name */
export async function tablesIn(folder, target, { skip = 0, take = Infinity } = {}) {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".csv"))
    .sort()
    .slice(skip, skip + take);
  const found = [];
  for (const file of files) {
    const path = join(folder, file);
    const name = basename(file, ".csv");
    try {
      const table = await tableAt(path);
      if (targetOf(table).kind === target) found.push({ name, kind: "folder", make: async (rng, rows) => someOf(table, rng, rows) });
    } catch (error) {
      console.error(`${name}: left out, ${error.message.slice(0, 160)}`);
    }
  }
  return found;
}

async function tableAt(path) {
  const head = readFileSync(path, "utf8").split(/\r?\n/, 1)[0];
  const names = head.split(",").map((cell) => cell.replace(/^"|"$/g, ""));
  const label = names.includes("label") ? "label" : String(names.length);
  const { table } = await readTable({ data: path, labels: [label], text: [], features: [], drop: [] });
  return table;
}

function someOf(table, rng, rows) {
  return table.rows <= rows ? table : subTable(table, rng.sample(table.rows, rows).sort());
}
