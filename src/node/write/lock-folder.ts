import { constants, copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { passingName } from "./leftovers.ts";
import { type Owner, isRunning, ownOwner } from "./owner.ts";
import { writeFailure } from "./write-failure.ts";

export const lockName = "lock.json";

/**
 * Takes the lock of a folder; only its holder writes there. A lock left by a process that is gone is taken over.
 *
 * @returns what gives the lock back
 * @throws UsageError while another process holds it, or where the folder cannot be written
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, lockName);
  // Written whole under a name of its own and then linked: a lock that can be seen can be read.
  const mine = join(folder, passingName());
  try {
    await writeFile(mine, JSON.stringify(ownOwner() satisfies Owner), { flag: "wx" });
    for (let attempt = 0; attempt < 10; attempt++) {
      if (await tryLink(mine, path)) return () => rm(path, { force: true });
      const held = await readFile(path, "utf8").catch(() => null);
      if (held === null) continue;
      const owner = parseOwner(held);
      if (owner !== null && isAlive(owner))
        throw new UsageError(
          `${folder} is being written by process ${owner.pid} on ${owner.host}; wait for it, or stop it (on another machine: remove ${path} once it is gone)`,
        );
      await takeAway(folder, path, held);
    }
  } catch (error) {
    throw writeFailure(folder, error);
  } finally {
    await rm(mine, { force: true }).catch(() => {});
  }
  throw new UsageError(`${path} cannot be taken: others keep taking it, or it is a link to nowhere; remove it`);
}

/** Whether a process that is alive holds the lock of a folder. */
export async function isFolderHeld(folder: string): Promise<boolean> {
  const held = await readFile(join(folder, lockName), "utf8").catch(() => null);
  const owner = held === null ? null : parseOwner(held);
  return owner !== null && isAlive(owner);
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // Some file systems have no hard links.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return tryCopy(from, to);
  }
}

async function tryCopy(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes this very lock: should another process have replaced it in between, its lock is put back. */
async function takeAway(folder: string, path: string, held: string): Promise<void> {
  const aside = join(folder, passingName());
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, "utf8").catch(() => null);
  if (moved !== null && moved !== held) await tryLink(aside, path);
  await rm(aside, { force: true });
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    return typeof owner.pid === "number" && typeof owner.host === "string"
      ? { host: owner.host, pid: owner.pid, began: owner.began ?? null }
      : null;
  } catch {
    return null;
  }
}

/** On another machine nobody can tell, so it counts as alive. */
function isAlive({ host, pid, began }: Owner): boolean {
  return host !== hostname() || isRunning(pid, began);
}
