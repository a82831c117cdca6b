import { constants } from "node:os";
import { exitCodes } from "./exit-codes.ts";

/** What asks a command to stop: Ctrl-C, the system, a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let stoppedBy: (typeof signals)[number] = "SIGINT";

/** Lets work stop in order; a second signal of the same kind ends at once. */
export interface Interruption {
  readonly signal: AbortSignal;
  release(): void;
}

export function catchInterruption(onStop?: () => void): Interruption {
  const stop = new AbortController();
  const listeners = signals.map((name) => ({
    name,
    listener: () => {
      stoppedBy = name;
      onStop?.();
      stop.abort();
    },
  }));
  for (const { name, listener } of listeners) process.once(name, listener);
  return {
    signal: stop.signal,
    release() {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

/** 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, as a shell gives it. */
export function signalExitCode(): number {
  return stoppedBy === "SIGINT" ? exitCodes.interrupted : 128 + constants.signals[stoppedBy];
}
