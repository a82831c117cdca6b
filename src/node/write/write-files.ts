import {
  closeSync,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { copyEnding, doneEnding, passingName, removeLeftovers, takeBack } from "./leftovers.ts";
import { makeFolder, removeEmptyFolders, syncFolder } from "./make-folder.ts";
import { writeFailure } from "./write-failure.ts";

export interface NewFile {
  readonly path: string;
  /** In pieces where it would be too long for one string. */
  readonly content: string | Uint8Array | Iterable<string | Uint8Array>;
  /** Of the permissions; as the system has it by default. */
  readonly mode?: number;
}

/**
 * Writes a set of new files into one folder, made where it is not there: all of them or none, on the disk when this returns, in this order. Nothing is
 * written over and no link is followed. After a kill the next call in that folder takes back a set of which only some files are in place.
 *
 * How: all are written and synced in a folder of a new name, then linked to their names, which fails where a name is taken; renaming that folder to
 * "done" is the step after which the set counts.
 *
 * @throws UsageError where a name is taken or the place cannot be written; StorageError where the machine gave out
 */
export function writeFiles(files: readonly NewFile[], { hasLinks = true } = {}): void {
  if (files.length === 0) return;
  const folder = dirname(files[0].path);
  if (files.some(({ path }) => dirname(path) !== folder)) throw new Error("a set of files has one folder");
  const created = makeFolder(folder);
  let at = files[0].path;
  let stage: string | null = null;
  let areCopies = false;
  try {
    removeLeftovers(folder);
    for (const { path } of files) refuseExisting((at = path));
    stage = join(folder, passingName());
    mkdirSync(stage, { mode: 0o700 });
    for (const { path, content, mode } of files) writeSynced(join(stage, basename((at = path))), content, mode);
    syncFolder(stage);
    syncFolder(folder);
    for (const { path } of files) {
      const passing = join(stage, basename((at = path)));
      if (hasLinks && !areCopies && tryLink(passing, path)) continue;
      if (!areCopies) {
        renameSync(stage, stage + copyEnding);
        stage += copyEnding;
        areCopies = true;
      }
      putCopy(join(stage, basename(path)), path, folder);
    }
    syncFolder(folder);
  } catch (error) {
    try {
      if (stage !== null) {
        takeBack(folder, stage, areCopies);
        rmSync(stage, { recursive: true, force: true });
      }
      removeEmptyFolders(folder, created);
    } catch {
      // The next call in this folder clears up; what matters is why this one failed.
    }
    throw writeFailure(at, error);
  }
  try {
    renameSync(stage, stage + doneEnding);
    syncFolder(folder);
    rmSync(stage + doneEnding, { recursive: true, force: true });
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

/** Before work that takes its time: clears up what killed ones left, then refuses names that are taken. @throws UsageError */
export function checkNewFiles(paths: readonly string[]): void {
  for (const path of paths) {
    const folder = dirname(path);
    try {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) removeLeftovers(folder);
    } catch (error) {
      throw writeFailure(folder, error);
    }
    refuseExisting(path);
  }
}

/** @throws UsageError where anything bears that name, a link to nowhere included, or nothing could */
export function refuseExisting(path: string): void {
  let found: unknown;
  try {
    found = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw writeFailure(path, error);
  }
  if (found !== undefined)
    throw new UsageError(`${path} exists already, and nothing is written over: move it away or choose another place`);
}

function writeSynced(path: string, content: NewFile["content"], mode?: number): void {
  const file = openSync(path, "wx", mode);
  try {
    const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
    for (const piece of pieces) {
      const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** False where the file system has no hard links. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS" && code !== "EMLINK") throw error;
    return false;
  }
}

/** The original stays where it is, to know the copy by. */
function putCopy(from: string, to: string, folder: string): void {
  const passing = join(folder, passingName());
  try {
    copyFileSync(from, passing);
    const copy = openSync(passing, "r+");
    try {
      fsyncSync(copy);
    } finally {
      closeSync(copy);
    }
    refuseExisting(to);
    renameSync(passing, to);
  } finally {
    rmSync(passing, { force: true });
  }
}
