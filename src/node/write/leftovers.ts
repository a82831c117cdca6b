import { randomBytes } from "node:crypto";
import { lstatSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { hostMark, isRunning, ownOwner } from "./owner.ts";

/** A folder of files whose set is in place; what it holds is done with. */
export const doneEnding = ".done";
/** A folder of files of which copies are put in place, where the file system has no hard links. */
export const copyEnding = ".copy";

const pattern = /^\.theriac-([0-9a-f]{8})-(\d+)-(\d*)-[0-9a-f]{16}(\.done|\.copy)?$/;

/** The name of something that only passes: new, hard to guess, and it says whose it is. */
export function passingName(): string {
  const { host, pid, began } = ownOwner();
  return `.theriac-${hostMark(host)}-${pid}-${began ?? ""}-${randomBytes(8).toString("hex")}`;
}

export function isPassingName(name: string): boolean {
  return pattern.test(name);
}

/**
 * Clears up after processes that were killed while they wrote here: a set of files of which only some are in place is taken back, and what was passing
 * goes. On another machine nobody can tell who is alive, so what comes from there stays.
 */
export function removeLeftovers(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const match = pattern.exec(entry.name);
    if (match === null) continue;
    const [, host, pid, began, ending = ""] = match;
    if (host !== hostMark(hostname()) || isRunning(Number(pid), began === "" ? null : began)) continue;
    // Under a name of ours it is ours alone to clear up, and the next one's should we be killed.
    const taken = join(folder, passingName() + ending);
    try {
      renameSync(join(folder, entry.name), taken);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    if (entry.isDirectory() && ending !== doneEnding) takeBack(folder, taken, ending === copyEnding);
    rmSync(taken, { recursive: true, force: true });
  }
}

/** Removes from a folder the files that were put there from a folder of passing ones. */
export function takeBack(folder: string, stage: string, areCopies: boolean): void {
  for (const name of readdirSync(stage).reverse()) {
    const [passing, final] = [join(stage, name), join(folder, name)];
    if (isSameFile(passing, final) || (areCopies && isEqualFile(passing, final))) rmSync(final, { force: true });
  }
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

function isEqualFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  return one?.isFile() === true && other?.isFile() === true && one.size === other.size && readFileSync(a).equals(readFileSync(b));
}
