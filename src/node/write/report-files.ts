import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { removeLeftovers } from "./leftovers.ts";
import { replaceFile } from "./replace-file.ts";
import { writeFailure } from "./write-failure.ts";

/**
 * Writes `report.html` and `junit.xml` into a run, over the ones that are there where these say something else; returns the path of the report.
 *
 * @throws UsageError where the run cannot be written; StorageError where the machine gave out
 */
export async function writeReportFiles(run: string, report: string, junit: string): Promise<string> {
  const path = join(run, "report.html");
  try {
    removeLeftovers(run);
    await replaceIfOther(path, report);
    await replaceIfOther(join(run, "junit.xml"), junit);
  } catch (error) {
    throw writeFailure(run, error, { kept: "the records are kept", next: `write it again with: theriac report ${run}` });
  }
  return path;
}

/** A run that is whole can be looked at where nothing may be written. */
async function replaceIfOther(path: string, text: string): Promise<void> {
  const isThere = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!isThere || readFileSync(path, "utf8") !== text) await replaceFile(path, text);
}
