import { closeSync, fsyncSync, mkdirSync, openSync, rmdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type FailureWords, writeFailure } from "./write-failure.ts";

/**
 * Makes a folder and those above it, so that they are on the disk.
 *
 * @returns the uppermost that was not there before; null where all were
 * @throws UsageError where it cannot be made; StorageError where the machine gave out
 */
export function makeFolder(path: string, words?: FailureWords): string | null {
  try {
    const missing: string[] = [];
    for (let folder = resolve(path); !isFolder(folder); folder = dirname(folder)) missing.push(folder);
    for (const folder of missing.toReversed()) {
      makeOne(folder);
      syncFolder(dirname(folder));
    }
    return missing.at(-1) ?? null;
  } catch (error) {
    throw writeFailure(path, error, words);
  }
}

/** By hand: `recursive` of Node 20 does not end where a file system makes no folders, such as /proc. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it in between.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Removes a folder and those above it up to the uppermost that was made for it, as far as they are empty. */
export function removeEmptyFolders(path: string, uppermost: string | null): void {
  if (uppermost === null) return;
  for (let folder = resolve(path); folder.length >= uppermost.length; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** What was made, renamed or removed in a folder is on the disk afterwards, where the system can promise that. */
export function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, "r");
  } catch {
    // Windows opens no folders.
    return;
  }
  try {
    fsyncSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EINVAL" && code !== "EPERM" && code !== "EISDIR" && code !== "ENOTSUP" && code !== "EBADF") throw error;
  } finally {
    closeSync(folder);
  }
}
