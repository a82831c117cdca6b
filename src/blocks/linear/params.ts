import type { ParamSpecs } from "../../core/params.ts";
import type { BiasKind } from "./layout.ts";

export interface LinearParams {
  readonly weightDecay: number | "auto";
  readonly bias: BiasKind;
  readonly tolerance: number;
}

/**
 * What the linear learners share. λ is on the scale of the mean loss, F = mean loss + (λ/2) ‖w‖², so for n rows scikit-learn's and LIBLINEAR's C is
 * 1 / (λ n), and the alpha of scikit-learn's Ridge is λ n.
 */
export const linearParams: ParamSpecs<LinearParams> = {
  weightDecay: {
    type: "number-or-auto",
    default: "auto",
    min: 0,
    max: 1e6,
    help: 'λ in mean loss + (λ/2)‖w‖²; "auto" takes the λ of 10 … 10^-6 with the smallest held-out loss in 3-fold cross-validation',
  },
  bias: {
    type: "choice",
    default: "free",
    options: ["free", "regularised"],
    help: "whether the penalty leaves the bias alone or counts it as one more weight (as LIBLINEAR does)",
  },
  tolerance: {
    type: "number",
    default: 3e-4,
    min: 1e-12,
    max: 0.1,
    help: "training stops once the gradient has fallen to this fraction and the loss is sure to be within this fraction of its minimum",
  },
};
