import type { AttackSetting } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { LinearSettings, Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import { outputsOf, startingTheta } from "./layout.ts";
import { linearModel } from "./model.ts";
import { linearObjective } from "./objective.ts";
import { minimise } from "./minimise.ts";
import { smoothedHinge } from "./smoothed-hinge.ts";

/** Training that an attacker can differentiate through. */
export interface SmoothTraining {
  fit(data: Dataset, start: Model | null): Promise<Model>;
  objectiveOf(data: Dataset): Objective;
}

/** Half the band in which a hinge is rounded while an attack climbs. */
const hingeBand = 0.25;

/** Why no attack can differentiate through such training, or null. */
export function cannotDifferentiate({ learner, sharing }: AttackSetting): string | null {
  if (sharing === "separate") return "it differentiates through the training of one model, and here each task has its own";
  if (learner.objective !== undefined) return null;
  return `it differentiates through training, and ${learner.id} has no objective that could be differentiated`;
}

/** The victim's own training; where its loss has a kink, the same with the kink rounded. */
export function smoothTraining({ learner, learnerParams }: Pipeline, context: RunContext): SmoothTraining {
  const hinge = learner.hinge?.(learnerParams) ?? null;
  if (hinge !== null) return roundedHinge(hinge, context);
  return {
    objectiveOf(data) {
      const objective = learner.objective?.(data, learnerParams) ?? null;
      if (objective === null) throw new Error(`${learner.id} has no objective`);
      return objective;
    },
    fit: (data, start) => learner.fit(data, { ...context, progress: undefined, params: learnerParams, start }),
  };
}

function roundedHinge(settings: LinearSettings, { signal }: RunContext): SmoothTraining {
  const loss = smoothedHinge(hingeBand);
  return {
    objectiveOf: (data) => linearObjective(data, { ...settings, loss }),
    fit(data, start) {
      const { features, target } = data;
      const outputs = outputsOf(target);
      const theta = startingTheta(start, features, outputs);
      const size = theta.length / outputs;
      for (let output = 0; output < outputs; output++) {
        const block = theta.subarray(output * size, (output + 1) * size);
        block.set(minimise(linearObjective(data, { ...settings, loss, output }), block, { tolerance: settings.tolerance, signal }));
      }
      return Promise.resolve(linearModel({ theta, features, target, loss }));
    },
  };
}
