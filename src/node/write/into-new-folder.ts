import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { holdFolder } from "./hold-folder.ts";
import { checkNewFiles } from "./write-files.ts";

/** Runs what writes these files into a folder, which nobody else writes into meanwhile. @throws UsageError before anything runs, where one of the files is there */
export async function intoNewFolder<T>(out: string | undefined, names: readonly string[], what: string, run: () => Promise<T>): Promise<T> {
  if (out === undefined) return run();
  const release = await holdFolder(out, "--out");
  try {
    const paths = names.map((name) => join(out, name));
    if (paths.some((path) => existsSync(path))) throw new UsageError(`--out ${out} holds ${what} already: name a new folder`);
    checkNewFiles(paths);
    return await run();
  } finally {
    await release();
  }
}
