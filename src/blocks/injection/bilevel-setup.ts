import type { AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type Aim, distanceAim, lossAim } from "./attack-aim.ts";
import { trainingUtility } from "./attack-utility.ts";
import { stratifiedFolds } from "../held-out/folds.ts";
import { spreadBudget } from "./injection-starts.ts";
import { type SmoothTraining, smoothTraining } from "../linear/smooth-training.ts";

export type AimKind = "validation" | "train" | "parameter-distance";

/** What an injecting attacker works with: the victim's training as it can be simulated, and what is to be raised. */
export interface BilevelSetup extends SmoothTraining {
  readonly victim: FittedPipeline;
  /** Clean rows that the simulated victim trains on. */
  readonly data: Dataset;
  /** Rows to inject into each task. Shape: [tasks]. */
  readonly counts: Int32Array;
  readonly aim: Aim;
  /** The rows whose loss the aim is, each with its weight; where parameters are to move, the clean ones. */
  readonly aimedAt: Dataset;
}

/** With "validation" the simulated victim trains on two thirds of the clean rows and the loss on the last third is raised; test rows are never seen. */
export async function setUpBilevel(input: AttackInput, kind: AimKind, context: RunContext): Promise<BilevelSetup> {
  const victim = await input.victim();
  const all = victim.training;
  const tasks = all.tasks.map((_, task) => task);
  const attackTasks = input.reach.attackTasks === null ? tasks : [...input.reach.attackTasks];
  const targets = input.reach.targetTasks === null ? tasks : [...input.reach.targetTasks];
  const training = smoothTraining(input.pipeline, context);
  const counts = spreadBudget(all, attackTasks, input.budget.rows);
  const onTraining = trainingUtility(all, targets);
  const whole = { ...training, victim, data: all, counts, aim: lossAim(onTraining), aimedAt: onTraining };
  switch (kind) {
    case "train":
      return whole;
    case "parameter-distance": {
      const clean = await training.fit(all, null);
      return clean.parameters === null ? whole : { ...whole, aim: distanceAim(clean.parameters.theta) };
    }
    case "validation": {
      const { fold } = stratifiedFolds(all, 3, context.rng.fork("validation"));
      const part = (isHeld: boolean): Dataset =>
        selectExamples(
          all,
          positionsWhere(all.y.length, (i) => (fold[i] === 0) === isHeld),
        );
      const [kept, held] = [part(false), part(true)];
      if (!showsAsMuch(kept, all) || !targets.some((task) => held.task.includes(task))) return whole;
      const aimedAt = trainingUtility(held, targets);
      return { ...whole, data: kept, aim: lossAim(aimedAt), aimedAt };
    }
  }
}

/** Whether every task and class is still there. */
function showsAsMuch(part: Dataset, all: Dataset): boolean {
  const kinds = (data: Dataset): number =>
    new Set(Array.from(data.task, (task, i) => `${task} ${data.target.kind === "classes" ? data.y[i] : ""}`)).size;
  return kinds(part) === kinds(all);
}
