import { constants, copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { UsageError } from "../core/errors.ts";

/** Who writes a run. A process id alone is used again by others, so the time at which the process began goes with it where it can be had. */
interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly began: string | null;
}

const lockName = "lock.json";

/**
 * Takes the lock of a run folder; only its holder writes there. A lock left by a process that is gone is taken over.
 *
 * @returns what gives the lock back
 * @throws UsageError while another process holds it
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, lockName);
  const own = JSON.stringify({ host: hostname(), pid: process.pid, began: beginOf(process.pid) } satisfies Owner);
  // Written whole under a name of its own and then linked: a lock that can be seen can be read.
  const mine = join(folder, `.lock-${process.pid}`);
  await writeFile(mine, own);
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (await tryLink(mine, path)) return () => rm(path, { force: true });
      const held = await readFile(path, "utf8").catch(() => null);
      if (held === null) continue;
      const owner = parseOwner(held);
      if (owner !== null && isAlive(owner))
        throw new UsageError(
          `${folder} is being written by process ${owner.pid} on ${owner.host}; wait for it, or stop it (on another machine: remove ${path} once it is gone)`,
        );
      await takeAway(path, held);
    }
  } finally {
    await rm(mine, { force: true });
  }
  throw new UsageError(`${path} cannot be taken: others keep taking it`);
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
async function takeAway(path: string, held: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
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
function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return owner.began === null || owner.began === beginOf(owner.pid);
}

/** When a process began, in the kernel's ticks since boot; null where there is no /proc. */
function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which may hold anything but ends with the last ")": field 22 of proc(5).
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
