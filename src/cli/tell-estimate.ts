import { say } from "./output.ts";
import { duration } from "./progress.ts";

/** Tells what a study will take before anything is trained; with `quiet` nothing. */
export function estimateTeller(
  quiet: boolean,
): (estimate: { readonly trials: number; readonly jobs: number; readonly ms: number }) => void {
  return ({ trials, jobs, ms }) => {
    if (quiet) return;
    const time = Number.isFinite(ms) ? duration(ms) : "an unknown time";
    say(`${trials} trials on ${jobs} ${jobs === 1 ? "thread" : "threads"}, about ${time}`);
  };
}
