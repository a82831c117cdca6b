import { CancelledError } from "../core/errors.ts";
import type { Note } from "../node/read/request.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, say } from "./output.ts";
import { makeProgress } from "./progress.ts";

/** How a command that works on data and writes nothing before its end hears and tells. */
interface Watch {
  readonly signal: AbortSignal;
  readonly onNote: (note: Note) => void;
  readonly onProgress: (done: number, total: number, running: string) => void;
}

/** Works with notes and progress on standard error, and shows what came of it; Ctrl-C ends it with nothing written. */
export async function watched<R>(
  quiet: boolean,
  work: (watch: Watch) => Promise<R>,
  show: (result: R) => void | Promise<void>,
): Promise<void> {
  const progress = makeProgress({ quiet });
  const interruption = catchInterruption();
  try {
    const result = await work({
      signal: interruption.signal,
      onNote: noteTeller(quiet),
      onProgress: (done, total, running) => progress.update(done, total, running),
    });
    progress.end();
    await show(result);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    progress.end();
    say("stopped: nothing was written");
    process.exitCode = exitCodes.interrupted;
  } finally {
    progress.end();
    interruption.release();
  }
}
