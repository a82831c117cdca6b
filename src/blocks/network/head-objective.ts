import type { Dataset } from "../../core/dataset.ts";
import { linearObjective } from "../linear/objective.ts";
import type { LinearObjective } from "../linear/objective.ts";
import { logisticLoss, squareLoss } from "../linear/margin-losses.ts";
import { type NetworkModel, parameterCount } from "./relu-network.ts";
import { softmaxObjective } from "../linear/softmax-objective.ts";

/** The layer of a network's answers as a linear model of what its last hidden layer says. */
export interface NetworkHead {
  readonly objective: LinearObjective;
  /** Its part of θ, which the objective is laid out like. */
  readonly theta: Float64Array;
  /** Any rows as that layer meets them. */
  representedBy(rows: Dataset): Dataset;
}

/**
 * What the layer of the answers minimises while the layers below stand still; with a penalty of (λ/2)‖θ‖², biases included, so that its Hessian can be solved though the network is no
 * optimum. Influence through it alone is the usual stand-in for that of the whole network (Koh & Liang 2017, section 5.1).
 */
export function headObjective(model: NetworkModel, data: Dataset, weightDecay: number): NetworkHead {
  const { sizes, loss } = model.network;
  const below = sizes.length > 2 ? parameterCount({ sizes: sizes.slice(0, -1), loss }) : 0;
  const representedBy = (rows: Dataset): Dataset => {
    const x = model.represent(rows);
    const names = Array.from({ length: x.cols }, (_, unit) => `unit ${unit + 1}`);
    return { ...rows, x, features: { names, kinds: names.map(() => "real" as const), groups: names } };
  };
  const own = representedBy(data);
  const options = { weightDecay, bias: "regularised" } as const;
  const isSoftmax = loss === "cross-entropy" && model.outputs > 1;
  return {
    objective: isSoftmax
      ? softmaxObjective(own, options)
      : linearObjective(own, { ...options, loss: loss === "square" ? squareLoss : logisticLoss }),
    theta: model.parameters.theta.slice(below),
    representedBy,
  };
}
