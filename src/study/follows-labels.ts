import type { Target } from "../core/dataset.ts";
import type { OutsideAnswers } from "../core/learner.ts";
import type { Rng } from "../numeric/random.ts";

type Answers = Pick<OutsideAnswers, "scores" | "outputs">;

/**
 * Whether a learner into which nobody looks says something else once its training labels are others: mixed at random, and where that changes nothing each class called the next.
 * For where classes lie far apart, mixed labels still lean to one side by chance, which may be the right one. True of one that says the same of every row anyway, which shows nothing.
 *
 * @param said what it says of the labels `y` as they are
 * @param ask trains it on the same rows with these labels
 */
export async function followsLabels(
  said: Answers,
  { y, target, rng }: { readonly y: Float64Array; readonly target: Target; readonly rng: Rng },
  ask: (y: Float64Array) => Promise<Answers>,
): Promise<boolean> {
  if (said.scores.every((score, i) => score === said.scores[i % said.outputs])) return true;
  const isSame = ({ scores }: Answers): boolean => said.scores.every((score, i) => score === scores[i]);
  const mixed = Float64Array.from(rng.sample(y.length, y.length), (k) => y[k]);
  if (!isSame(await ask(mixed))) return true;
  if (target.kind !== "classes") return false;
  const { length } = target.names;
  return !isSame(await ask(y.map((label) => (label + 1) % length)));
}
