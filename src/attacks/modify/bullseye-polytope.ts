import type { Attack } from "../../core/attack.ts";
import type { NumberSpec } from "../../core/params.ts";
import { type CollisionParams, cannotCollide, collide, collisionParams } from "../../blocks/edits/collision.ts";

interface BullseyeParams extends CollisionParams {
  poisons: number;
}

const poisons: NumberSpec = {
  type: "number",
  default: 10,
  min: 1,
  max: 1e6,
  integer: true,
  help: "rows that are moved for each target, as far as the budget goes",
};

/**
 * A linear head that gives the rows their label gives it to their mean too, which is the target. Differs from the paper in which base rows are taken (those nearest to the
 * target), in the bound (any box or ball) and in looking at one encoder.
 */
export const bullseyePolytope: Attack<BullseyeParams> = {
  kind: "attack",
  id: "bullseye-polytope",
  title: "Bullseye polytope",
  summary:
    "Moves rows of the attacker's class, a little and with their true labels, until the mean of what the model sees in them is the target.",
  source: {
    cite: "Aghakhani, Meng, Wang, Kruegel & Vigna 2021, Bullseye Polytope: A Scalable Clean-Label Poisoning Attack with Improved Transferability, EuroS&P, eq. 2",
    url: "https://arxiv.org/abs/2005.00191",
  },
  params: { ...collisionParams, poisons },
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-inputs", goal: "targeted", knowledge: "white-box" },
  movesFeatures: true,
  effort: "standard",
  refuses: cannotCollide,
  poison: (input, { params, ...context }) =>
    collide(input, params, { owner: "bullseye-polytope", poisons: params.poisons, together: true }, context),
};
