import type { Rng } from "../numeric/random.ts";
import { CancelledError } from "./errors.ts";

/** The part of an AbortSignal that pure code may look at. */
export interface Signal {
  readonly aborted: boolean;
}

/** What whatever may run long is given: its own stream of randomness, a way to stop, a place to tell how far it is. */
export interface RunContext {
  readonly rng: Rng;
  readonly signal?: Signal | undefined;
  /** `done` in [0, 1]. */
  readonly progress?: ((done: number) => void) | undefined;
}

/** Throws a CancelledError once the caller asked to stop. */
export function stopIfCancelled(signal: Signal | undefined): void {
  if (signal?.aborted) throw new CancelledError("stopped on request");
}
