import { performance } from "node:perf_hooks";
import { NumericalError } from "../../core/errors.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { resolveParams } from "../../core/params.ts";
import type { Cell } from "../../study/kind.ts";
import { defence, few, paysPrice, price, search } from "../../study/tasks/config.ts";
import type { TasksInput } from "../../study/tasks/input.ts";
import { makeTaskTools } from "../../study/tasks/make-tools.ts";
import { prepareTaskSeed } from "../../study/tasks/task-seed.ts";

/** Trainings of all tasks together that a trial comes to: tuning among them, the steps of an ascent, and an ascent for each point of the price. */
const trainings = { sharing: 30, attack: 25, price: 200, [defence]: 160, [search]: 250, [few]: 130 } as const;
/** λ₂ of the training that is timed. */
const someDecay = 0.01;

/** Of a slot that is measured with so many seeds alone. */
const isDear = (attack: Cell["attack"]): boolean => attack?.id === price || attack?.id === defence || attack?.id === search;

function trainingsOf(attack: Cell["attack"]): number {
  if (attack === null) return trainings.sharing;
  return attack.id in trainings ? trainings[attack.id as keyof typeof trainings] : trainings.attack;
}

/** Milliseconds that these trials will take, from the time of one training; good to a factor of three or so. */
export async function estimateTasksMs(input: TasksInput, open: readonly Cell[], threads: number): Promise<number> {
  const { learner, params } = makeTaskTools(input).together;
  const encoder = makeEncoder(resolveParams("encoder", encoderParams, { fittedOn: "frozen" }), input.table);
  try {
    const { train, rng } = prepareTaskSeed(input.table, encoder, input.config.firstSeed, input.config.testFraction);
    const started = performance.now();
    await learner.fit(train, { rng: rng.fork("estimate"), params: { ...(params as object), relationDecay: someDecay } });
    const each = performance.now() - started;
    const count = open.reduce(
      (sum, { attack, seed }) => (isDear(attack) && !paysPrice(input.config, seed) ? sum : sum + trainingsOf(attack)),
      0,
    );
    return (each * count) / threads;
  } catch (error) {
    if (error instanceof NumericalError) return NaN;
    throw error;
  }
}
