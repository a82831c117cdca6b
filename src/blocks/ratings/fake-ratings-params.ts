import type { ParamSpecs } from "../../core/params.ts";
import type { RatingAttackInput } from "../../core/recommender.ts";
import type { Rng } from "../../numeric/random.ts";
import type { FakeRatingsAscent } from "./fake-ratings-ascent.ts";
import type { RatingUtilityKind } from "./attack-utility.ts";
import { itemStatistics } from "./item-statistics.ts";
import { type FillerValue, extremesFor, makeProfiles, mostRated } from "./profiles.ts";

/** What the attacks that climb over fake ratings have in common. */
export interface FakeRatingsParams {
  utility: RatingUtilityKind;
  support: "random" | "popular";
  popular: number;
  steps: number;
  firstRate: number;
  lastRate: number;
  solveSteps: number;
  models: number;
  temperature: number;
  margin: number;
  listLength: number;
  mimicry: "off" | "langevin";
  mimicryWeight: number;
}

export const fakeRatingsSpecs: ParamSpecs<FakeRatingsParams> = {
  utility: {
    type: "choice",
    default: "softmax",
    options: ["shift", "softmax", "margin", "hit", "departure"],
    help: "what is raised: the targets' scores, their place (smoothly, or by a hinge or a sigmoid on the last place of the list), or any departure from clean scores",
  },
  support: {
    type: "choice",
    default: "popular",
    options: ["random", "popular"],
    help: "which items are rated besides the targets: any, or popular ones unless any serve better to begin with",
  },
  popular: { type: "number", default: 0.2, min: 0, max: 1, help: "the share of items, most rated first, that count as popular" },
  steps: {
    type: "number",
    default: 12,
    min: 1,
    max: 10_000,
    integer: true,
    help: "steps of the ascent, each with two warm trainings of every model",
  },
  firstRate: { type: "number", default: 0.2, min: 1e-9, max: 10, help: "the first step of a typical rating, as a share of the scale" },
  lastRate: { type: "number", default: 0.05, min: 1e-9, max: 10, help: "the last step, likewise" },
  solveSteps: { type: "number", default: 60, min: 1, max: 10_000, integer: true, help: "most steps of conjugate gradients" },
  models: {
    type: "number",
    default: 2,
    min: 1,
    max: 100,
    integer: true,
    help: "trainings from different starts that are climbed together, the engine's own the first: one alone is fitted to how it happened to end",
  },
  temperature: { type: "number", default: 0.5, min: 1e-6, max: 1e6, help: "τ of the softmax and the sigmoid, in stars" },
  margin: { type: "number", default: 0.5, min: 0, max: 1e6, help: "κ of the hinge, in stars" },
  listLength: { type: "number", default: 10, min: 1, max: 10_000, integer: true, help: "K of the hinge and the sigmoid" },
  mimicry: {
    type: "choice",
    default: "off",
    options: ["off", "langevin"],
    help: "whether ratings are drawn towards what the items are rated by others, by stochastic gradient Langevin dynamics",
  },
  mimicryWeight: { type: "number", default: 5, min: 0, max: 1e9, help: "β: what the utility weighs against looking genuine" },
};

/** What to start from, and how to climb from there: average profiles and love and hate, each over the support and over all items. */
export function ascentFrom(
  input: RatingAttackInput,
  params: FakeRatingsParams,
  rng: Rng,
): Pick<FakeRatingsAscent, "input" | "starts" | "models" | "mimicry" | "steps" | "firstRate" | "lastRate"> {
  const { itemMean, itemDeviation, itemCount } = itemStatistics(input.clean);
  const { opposite } = extremesFor(input);
  const pools = params.support === "popular" ? [mostRated(itemCount, params.popular), null] : [null];
  const values: FillerValue[] = [(item, draw) => itemMean[item] + itemDeviation[item] * draw.normal(), () => opposite];
  const starts = pools.flatMap((pool) => values.map((fillerValue) => makeProfiles(input, { pool, fillerValue }, rng)));
  const mimicry = params.mimicry === "off" ? null : { itemMean, itemDeviation, weight: params.mimicryWeight };
  const { steps, models, firstRate, lastRate } = params;
  // Whoever wants to look genuine starts from what items are rated.
  return { input, starts: mimicry === null ? starts : starts.slice(0, 1), models, mimicry, steps, firstRate, lastRate };
}
