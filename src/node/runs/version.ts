import { readFileSync } from "node:fs";

/** Version of this package, as its package.json says. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { readonly version: string }
).version;
