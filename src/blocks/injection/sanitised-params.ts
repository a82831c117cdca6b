import type { ParamSpecs } from "../../core/params.ts";
import type { SanitisedParams } from "./sanitised-training.ts";

export const sanitisedParams: ParamSpecs<SanitisedParams> = {
  percentile: {
    type: "number",
    default: 0.95,
    min: 0.5,
    max: 1,
    help: "inserted rows stay in the sphere and the slab that hold this share of the clean rows of their class",
  },
  removed: {
    type: "number",
    default: 0.05,
    min: 0,
    max: 0.5,
    help: "share of each class that the defender is expected to remove by its loss, and that the inserted rows outlive; 0 for none",
  },
  temperature: {
    type: "number",
    default: 0.3,
    min: 1e-3,
    max: 100,
    help: "of the smoothed error that is raised, in units of the score: the cooler, the nearer to the error itself",
  },
};
