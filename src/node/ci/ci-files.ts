import { UsageError } from "../../core/errors.ts";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import type { CiReport } from "../../report/ci/ci-report.ts";
import { renderCodeQuality } from "../../report/ci/code-quality.ts";
import { renderSarif } from "../../report/ci/sarif.ts";
import { renderStepSummary } from "../../report/ci/step-summary.ts";
import { makeFolder } from "../write/make-folder.ts";
import { replaceFile } from "../write/replace-file.ts";
import { writeFailure } from "../write/write-failure.ts";
import { dirname } from "node:path";
import { statSync } from "node:fs";

/** Where the forms of a report are written, over what is there; what is left out is not written. */
export interface CiFiles {
  readonly sarif?: string | undefined;
  readonly markdown?: string | undefined;
  readonly codeQuality?: string | undefined;
  readonly junit?: string | undefined;
}

export function wantsCi({ sarif, markdown, codeQuality, junit }: CiFiles): boolean {
  return [sarif, markdown, codeQuality, junit].some((path) => path !== undefined);
}

/** @throws UsageError where two forms have one name, or one of them is a folder: before anything is done */
export function checkCiFiles(files: CiFiles): void {
  const named = Object.entries(nameFlags).flatMap(([key, flag]) => {
    const path = files[key as keyof CiFiles];
    return path === undefined ? [] : [{ flag, path }];
  });
  for (const [i, { flag, path }] of named.entries()) {
    if (path.trim() === "") throw new UsageError(`${flag} names no file`);
    const same = named.slice(0, i).find((other) => resolve(other.path) === resolve(path));
    if (same !== undefined) throw new UsageError(`${same.flag} and ${flag} name one file, ${path}`);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new UsageError(`${flag} ${path} is a folder: name a file`);
  }
}

const nameFlags = { sarif: "--sarif", markdown: "--markdown", codeQuality: "--code-quality", junit: "--junit" } as const;

/** @throws UsageError where one cannot be written; StorageError where the machine gave out */
export async function writeCiFiles({ sarif, markdown, codeQuality, junit }: CiFiles, report: CiReport, junitText: string): Promise<void> {
  const forms: readonly (readonly [string | undefined, () => string, string])[] = [
    [sarif, () => renderSarif(report), nameFlags.sarif],
    [markdown, () => renderStepSummary(report), nameFlags.markdown],
    [codeQuality, () => renderCodeQuality(report), nameFlags.codeQuality],
    [junit, () => junitText, nameFlags.junit],
  ];
  for (const [path, render, option] of forms) {
    if (path === undefined) continue;
    const folder = dirname(path);
    makeFolder(folder, { option });
    try {
      await replaceFile(path, render());
    } catch (error) {
      throw writeFailure(path, error, { option });
    }
  }
}

/** A path as a repository names it: seen from the folder that the command runs in, or the plain name where it lies elsewhere. */
export function repositoryPath(path: string): string {
  const way = relative(process.cwd(), resolve(path));
  return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? basename(path) : way.split(sep).join("/");
}
