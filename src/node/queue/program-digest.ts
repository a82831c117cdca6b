import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest } from "../runs/provenance.ts";

const home = fileURLToPath(new URL("../..", import.meta.url));

/** Of all code of this program: two builds of one version may compute otherwise. */
export function programDigest(): string {
  const files = readdirSync(home, { recursive: true }).map(String);
  const code = files.filter((file) => /\.(js|ts|wasm)$/.test(file) && !file.endsWith(".d.ts")).sort();
  return digest(code.map((file) => `${file.replaceAll("\\", "/")} ${digest(readFileSync(join(home, file)))}`).join("\n"));
}
