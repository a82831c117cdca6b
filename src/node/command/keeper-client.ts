import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NumericalError } from "../../core/errors.ts";
import type { KeeperReply, Order, Outcome } from "./messages.ts";

/**
 * The process that keeps the commands of this thread. It ends them when the thread ends, in whatever way; while nothing is asked of it, it keeps nobody waiting.
 */
export interface Keeper {
  /** A folder to be made by whoever needs it, which is gone once this thread is; trials have theirs in it. */
  readonly base: string;
  /** One order after another. @throws NumericalError where the keeper itself was ended */
  run(order: Omit<Order, "id">): Promise<Outcome>;
}

let kept: (Keeper & { readonly isGone: () => boolean }) | null = null;

/** The keeper of this thread, begun when it is first asked for. */
export function keeperOfThread(): Keeper {
  if (kept === null || kept.isGone()) kept = beginKeeper();
  return kept;
}

function beginKeeper(): Keeper & { readonly isGone: () => boolean } {
  // A name that nobody can guess; the folder is made once somebody is there who removes it.
  const base = join(tmpdir(), `theriac-command-${randomBytes(12).toString("hex")}`);
  const child = fork(fileURLToPath(new URL("./keeper.js", import.meta.url)), [base, randomBytes(12).toString("hex")], {
    detached: true,
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const waiting = new Map<number, { readonly resolve: (outcome: Outcome) => void; readonly reject: (error: Error) => void }>();
  let ids = 0;
  let started: number | null = null;
  let isGone = false;
  child.unref();
  child.on("message", (message: KeeperReply) => {
    if ("started" in message) {
      started = message.started;
      return;
    }
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
    if (waiting.size === 0) holdOpen(child, false);
  });
  const end = (): void => {
    if (isGone) return;
    isGone = true;
    // Without its keeper nobody else would end a command.
    if (started !== null)
      try {
        process.kill(-started, "SIGKILL");
      } catch {
        // It has ended.
      }
    try {
      rmSync(base, { recursive: true, force: true });
    } catch {
      // What a command has locked stays where the system clears its temporary files.
    }
    for (const { reject } of waiting.values()) reject(new NumericalError("what watched over the command was ended from outside"));
    waiting.clear();
  };
  child.on("error", end);
  child.on("exit", end);
  holdOpen(child, false);
  return {
    base,
    isGone: () => isGone,
    run: (order) =>
      new Promise((resolve, reject) => {
        const id = ++ids;
        waiting.set(id, { resolve, reject });
        holdOpen(child, true);
        child.send({ ...order, id } satisfies Order, (error) => {
          if (error !== null) end();
        });
      }),
  };
}

/** Whether whoever has nothing else to do waits for its answers. */
function holdOpen(child: ChildProcess, waits: boolean): void {
  const { channel } = child;
  if (waits) channel?.ref();
  else channel?.unref();
}
