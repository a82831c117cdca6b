import { work } from "../node/queue/work.ts";
import type { Given } from "./options/add-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, say } from "./output.ts";
import { readFlags } from "./options/read-options.ts";

export async function runWork(given: Given, words: readonly string[]): Promise<void> {
  const { queue, data, jobs, idle, quiet = false } = readFlags("work", given);
  const interruption = catchInterruption();
  try {
    const { cells, blocks, queueMs, refused } = await work({
      queue,
      data,
      command: words,
      jobs,
      idleSeconds: idle,
      signal: interruption.signal,
      onNote: noteTeller(quiet),
    });
    if (!quiet)
      say(
        `${cells} ${cells === 1 ? "cell" : "cells"} computed, in ${blocks} ${blocks === 1 ? "block" : "blocks"}; the queue was waited for ${(queueMs / 1000).toFixed(1)} s`,
      );
    if (interruption.signal.aborted) process.exitCode = exitCodes.interrupted;
    else if (refused > 0 && cells === 0) process.exitCode = exitCodes.usage;
  } finally {
    interruption.release();
  }
}
