import { type RunContext, pauseOrStop } from "../../core/context.ts";
import { forEachAtOnce } from "./for-each-at-once.ts";

/** What a part has learned: a model of its rows, or where all of them bear one label that label, or null where there are none and nothing is known. */
export type Learned<M> = M | number | null;

/**
 * One model for each of `rowsOf`, of its own rows and of nothing else; rows that all bear one label need no training.
 *
 * @param train gets the rows of a part, and which of the parts it is
 * @param told gets what each has learned as soon as it has, in any order
 */
export async function trainParts<M extends object>(
  rowsOf: readonly Int32Array[],
  labels: Float64Array,
  {
    train,
    told,
    atOnce = 1,
  }: {
    readonly train: (rows: Int32Array, part: number) => Promise<M>;
    readonly told: (learned: Learned<M>, part: number) => void;
    readonly atOnce?: number;
  },
  context: Pick<RunContext, "signal" | "breathe" | "progress">,
): Promise<void> {
  let done = 0;
  await forEachAtOnce(rowsOf.length, atOnce, async (part) => {
    await pauseOrStop(context);
    const rows = rowsOf[part];
    const isConstant = rows.every((row) => labels[row] === labels[rows[0]]);
    told(rows.length === 0 ? null : isConstant ? labels[rows[0]] : await train(rows, part), part);
    context.progress?.(++done / rowsOf.length);
  });
}
