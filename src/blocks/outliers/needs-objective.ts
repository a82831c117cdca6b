import { UsageError } from "../../core/errors.ts";
import type { Objective } from "../../core/objective.ts";
import type { LearningSetting } from "../../core/pipeline.ts";

/** Why a method that differentiates the optimum cannot work with such a learner; null where it can. */
export function lacksObjective({ learner, learnerParams, sharing }: LearningSetting): string | null {
  if (learner.objective === undefined) return `it differentiates the trained optimum, and ${learner.id} has no objective to differentiate`;
  if (sharing === "separate") return "it differentiates one trained optimum, and there is one for each task";
  const hinge = learnerParams === undefined ? null : learner.hinge?.(learnerParams);
  return hinge ? "it differentiates the trained optimum, and the plain hinge has kinks (loss: squared-hinge has none)" : null;
}

/** @throws UsageError for a learner without one */
export function needObjective(id: string, objective: Objective | null): Objective {
  if (objective === null)
    throw new UsageError(`${id} differentiates the trained optimum, and this learner has no objective to differentiate`);
  return objective;
}
