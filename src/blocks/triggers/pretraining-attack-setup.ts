import type { AttackInput, AttackSetting, UpstreamView } from "../../core/attack.ts";
import type { Dataset } from "../../core/dataset.ts";
import { targetOf } from "../../core/examples.ts";
import type { BaseModel } from "../../core/learner.ts";
import { parseTrigger } from "../../core/trigger-text.ts";
import { type DenseMatrix, toDense } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { type BackdoorParams, type BackdoorPlan, planFor } from "./backdoor.ts";
import { rareTrigger } from "./choose-trigger.ts";
import { parameterCount, reluNetwork } from "../network/relu-network.ts";

/** Why nothing upstream of such a pipeline can be poisoned, in words; null where it can. */
export function cannotReachUpstream({ table, learner, buildsOnOthers }: AttackSetting): string | null {
  if (targetOf(table).kind !== "classes") return "it needs classes";
  if (table.roles.labels.length > 1) return "the rows have several labels, and a trigger would be in the inputs of all of them";
  if (learner.pretrain === undefined) return "it needs a learner that builds on a base model, such as encoder-head";
  return buildsOnOthers === true ? null : "it needs rows that a base model is pretrained on: say how many with --pretrain-fraction";
}

/** A backdoor whose trigger is chosen from what the base model is pretrained on; null where no feature can hold one. */
export function planUpstream(
  input: AttackInput,
  { clean }: UpstreamView,
  params: BackdoorParams,
  owner: string,
  rng: Rng,
): BackdoorPlan | null {
  const trigger =
    params.trigger.trim() === ""
      ? rareTrigger(clean, params.size, params.style, rng.fork("trigger"))
      : parseTrigger(params.trigger, input.clean.table, `${owner}.trigger`);
  return trigger === null ? null : planFor(input, trigger, params.answer, owner);
}

/** What a base model says of rows. Shape: [rows, units of its last layer]. */
export function representedBy({ sizes, theta }: BaseModel, data: Dataset): DenseMatrix {
  const shape = { sizes: [...sizes, 1], loss: "square" } as const;
  const whole = new Float64Array(parameterCount(shape));
  whole.set(theta);
  const { represent } = reluNetwork({ shape, theta: whole, features: data.features, target: { kind: "real" } });
  return represent === undefined ? toDense(data.x) : represent(data);
}

/** The mean of some rows of a matrix. Shapes: picked [some], result [cols]. */
export function meanRow({ data, cols }: DenseMatrix, picked: Iterable<number>): Float64Array {
  const mean = new Float64Array(cols);
  let count = 0;
  for (const i of picked) {
    count++;
    for (let j = 0; j < cols; j++) mean[j] += data[i * cols + j];
  }
  return count === 0 ? mean : mean.map((sum) => sum / count);
}
