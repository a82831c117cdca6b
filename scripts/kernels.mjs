// Compiles wasm/kernels.ts into src/numeric/matrices/kernels-wasm.ts: `node scripts/kernels.mjs`; with --check it only says whether the file is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const output = join(root, "src", "numeric", "matrices", "kernels-wasm.ts");

const bytes = await compile(readFileSync(join(root, "wasm", "kernels.ts"), "utf8"));
const text = `/** Written by scripts/kernels.mjs from wasm/kernels.ts. */
// prettier-ignore
export const kernelBytes: Uint8Array<ArrayBuffer> = Uint8Array.of(
${wrap([...bytes])}
);
`;
if (process.argv.includes("--check")) {
  if (readFileSync(output, "utf8") !== text) {
    console.error("src/numeric/matrices/kernels-wasm.ts is stale: run node scripts/kernels.mjs");
    process.exit(1);
  }
} else writeFileSync(output, text);

async function compile(source) {
  let compiled = null;
  const options = "kernels.ts -O3 --converge --runtime stub --noAssert --use abort= --importMemory --enable simd --outFile kernels.wasm";
  const { error, stderr } = await asc.main(options.split(" "), {
    readFile: (name) => (name === "kernels.ts" ? source : null),
    writeFile: (name, contents) => (compiled = contents),
    listFiles: () => [],
  });
  if (error !== null || compiled === null) throw new Error(`${error?.message}\n${stderr}`);
  return compiled;
}

function wrap(numbers) {
  const lines = [];
  let line = " ";
  for (const number of numbers) {
    const next = `${line} ${number},`;
    if (next.length <= 138) line = next;
    else {
      lines.push(line);
      line = `  ${number},`;
    }
  }
  return [...lines, line].join("\n");
}
