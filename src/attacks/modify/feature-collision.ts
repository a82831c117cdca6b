import type { Attack } from "../../core/attack.ts";
import type { NumberSpec } from "../../core/params.ts";
import { type CollisionParams, cannotCollide, collide, collisionParams } from "../../blocks/edits/collision.ts";

interface FeatureCollisionParams extends CollisionParams {
  poisons: number;
}

const poisons: NumberSpec = {
  type: "number",
  default: 0,
  min: 0,
  max: 1e6,
  integer: true,
  help: "rows that are moved for each target; 0: as many as the budget allows",
};

/**
 * Differs from the paper in that a row may not leave a box or ball about what it was, in which base rows are taken (those nearest to the target) and in moving more than
 * one. Where the model has no representation of its own, as linear ones, rows move towards the target itself.
 */
export const featureCollision: Attack<FeatureCollisionParams> = {
  kind: "attack",
  id: "feature-collision",
  title: "Feature collision",
  summary: "Moves rows of the attacker's class, a little and with their true labels, until the model takes each of them for the target.",
  source: {
    cite: "Shafahi, Huang, Najibi, Suciu, Studer, Dumitraș & Goldstein 2018, Poison Frogs! Targeted Clean-Label Poisoning Attacks on Neural Networks, NeurIPS, algorithm 1",
    url: "https://arxiv.org/abs/1804.00792",
  },
  params: { ...collisionParams, poisons },
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-inputs", goal: "targeted", knowledge: "white-box" },
  movesFeatures: true,
  effort: "standard",
  refuses: cannotCollide,
  poison: (input, { params, ...context }) =>
    collide(input, params, { owner: "feature-collision", poisons: params.poisons, together: false }, context),
};
