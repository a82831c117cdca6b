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
  /** Lets whoever waits come to word, such as a signal to stop; absent where nobody can. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** Throws a CancelledError once the caller asked to stop. */
export function stopIfCancelled(signal: Signal | undefined): void {
  if (signal?.aborted) throw new CancelledError("stopped on request");
}

/** Lets others come to word, and throws a CancelledError once one of them asked to stop. */
export async function pauseOrStop({ breathe, signal }: Pick<RunContext, "breathe" | "signal">): Promise<void> {
  await breathe?.();
  stopIfCancelled(signal);
}

/** The context of the `k`th of so many parts of about equal length: what it tells of its progress is told of the whole. */
export function partOf<C extends Pick<RunContext, "progress">>(context: C, k: number, parts: number): C {
  const { progress } = context;
  return progress === undefined ? context : { ...context, progress: (done: number) => progress((k + done) / parts) };
}
