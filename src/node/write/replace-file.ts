import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { passingName } from "./leftovers.ts";
import { syncFolder } from "./make-folder.ts";

/**
 * Replaces a file in one step: whoever looks sees the old one or the new one, and so does the disk after a crash. A link of that name is replaced
 * itself; what it points to is left alone. Errors of the file system are thrown as they are.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const passing = join(folder, passingName());
  try {
    const file = await open(passing, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(passing, path);
    syncFolder(folder);
  } catch (error) {
    await rm(passing, { force: true });
    throw error;
  }
}

/** Opens a file for appending, new or not; never through a link. */
export function openToAppend(path: string): Promise<FileHandle> {
  // Windows has no such flag, and links there take an administrator.
  const noFollow = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
  return open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | noFollow);
}

/** Appends lines so that they are on the disk when the promise resolves. */
export async function appendDurably(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text);
  await file.datasync();
}
