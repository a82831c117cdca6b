// Makes dist/ fit to be packed: takes out what no source stands for any more, and has declarations import "./x.js", which every resolution of TypeScript
// understands; the compiler leaves "./x.ts" in them.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

for (const file of readdirSync(dist, { recursive: true }).map(String)) {
  const stem = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file)?.[1];
  // What the browser gets is made of ui/, by Vite.
  if (stem === undefined || file.startsWith("ui")) continue;
  const path = join(dist, file);
  if (!existsSync(join(root, "src", `${stem}.ts`))) rmSync(path);
  else if (file.endsWith(".d.ts")) rewrite(path);
}

function rewrite(path) {
  const text = readFileSync(path, "utf8");
  const mended = text.replace(/((?:from|import\()\s*["']\.{1,2}\/[^"']+)\.ts(?=["'])/g, "$1.js");
  if (mended !== text) writeFileSync(path, mended);
}
