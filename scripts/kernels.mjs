// Compiles the modules of wasm/ into TypeScript files of bytes: `node scripts/kernels.mjs`; with --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = [
  { source: "kernels.ts", output: "src/numeric/matrices/kernels-wasm.ts", name: "kernelBytes" },
  { source: "rating-kernels.ts", output: "src/blocks/ratings/rating-kernels-wasm.ts", name: "ratingKernelBytes" },
];

for (const { source, output, name } of modules) {
  const bytes = await compile(readFileSync(join(root, "wasm", source), "utf8"));
  const text = `/** Written by scripts/kernels.mjs from wasm/${source}. */
// prettier-ignore
export const ${name}: Uint8Array<ArrayBuffer> = Uint8Array.of(
${wrap([...bytes])}
);
`;
  const path = join(root, output);
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${output} is stale: run node scripts/kernels.mjs`);
    process.exit(1);
  }
}

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
