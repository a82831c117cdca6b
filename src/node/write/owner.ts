import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Who writes. A process id alone is used again by others, so the time at which the process began goes with it where it can be had. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly began: string | null;
}

export function ownOwner(): Owner {
  return { host: hostname(), pid: process.pid, began: beginOf(process.pid) };
}

/** Of a name that may be long, and of anything that a file name must not hold. */
export function hostMark(host: string): string {
  return createHash("sha256").update(host).digest("hex").slice(0, 8);
}

/** Of a process of this machine. */
export function isRunning(pid: number, began: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return began === null || began === beginOf(pid);
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
