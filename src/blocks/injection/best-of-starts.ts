import { type RunContext, partOf } from "../../core/context.ts";

/**
 * Runs from each of `count` starts in turn and keeps the result of greatest value, the earlier one of equals.
 *
 * @param count at least 1
 */
export async function bestOfStarts<R extends { readonly value: number }>(
  count: number,
  context: RunContext,
  run: (start: number, context: RunContext) => Promise<R>,
): Promise<R> {
  let best = await run(0, partOf(context, 0, count));
  for (let start = 1; start < count; start++) {
    const next = await run(start, partOf(context, start, count));
    if (next.value > best.value) best = next;
  }
  return best;
}
