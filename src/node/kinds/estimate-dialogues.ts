import { performance } from "node:perf_hooks";
import { CancelledError, NumericalError } from "../../core/errors.ts";
import type { Cell } from "../../study/kind.ts";
import type { DialoguesStudyInput } from "../../study/dialogues/config.ts";
import { isStandIn } from "../../study/dialogues/config.ts";
import { dialogueScene } from "../../study/dialogues/scene.ts";

/** Milliseconds that these trials will take, from the time of one baseline with all detectors; NaN where it cannot be told. */
export async function estimateDialoguesMs(input: DialoguesStudyInput, open: readonly Cell[], threads: number): Promise<number> {
  try {
    const started = performance.now();
    const scene = await dialogueScene(input, input.config.firstSeed, {});
    const setUp = performance.now() - started;
    const ground = await scene.ground(null, null, {});
    await ground.look({ id: "", repair: null });
    // Of one's own training the first baseline has three runs.
    const each = (performance.now() - started - setUp) / (isStandIn(input.config.learner) ? 1 : 3);
    const seeds = new Set(open.map(({ seed }) => seed)).size;
    return (seeds * setUp + open.length * each) / threads;
  } catch (error) {
    if (error instanceof NumericalError || error instanceof CancelledError) return NaN;
    throw error;
  }
}
