import { closeSync, fsyncSync, mkdirSync, openSync, rmdirSync } from "node:fs";
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
    const created = mkdirSync(path, { recursive: true });
    if (created === undefined) return null;
    const uppermost = resolve(created);
    for (let folder = resolve(path); folder.length >= uppermost.length; folder = dirname(folder)) syncFolder(dirname(folder));
    return uppermost;
  } catch (error) {
    throw writeFailure(path, error, words);
  }
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
