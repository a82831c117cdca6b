import { toDense } from "../../numeric/matrices/matrix.ts";
import type { Attack } from "../../core/attack.ts";
import { targetOf } from "../../core/examples.ts";
import { columnOf } from "../../core/table.ts";
import { type AscentParams, ascentParams } from "../../blocks/injection/ascent-params.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { patomAim } from "../../blocks/mtrl/patom-aim.ts";
import { climbRows } from "../../blocks/mtrl/patom-climb.ts";
import { writeRows } from "../../blocks/reviews/patom-write.ts";

interface PatomParams extends AscentParams {
  gradient: "exact" | "fixed-omega";
  objective: "auto" | "pseudo" | "heldout" | "train";
  heldoutFraction: number;
  labels: "flipped" | "attacker" | "optimised";
  set: "box" | "ball";
  spread: "even" | "gradient";
  ascent: "adam" | "accept-reject";
  writings: number;
  repeats: number;
}

export const patom: Attack<PatomParams> = {
  kind: "attack",
  id: "patom",
  title: "Poisoning of multi-task relationship learning",
  summary:
    "Inserts rows into the attack tasks that raise the loss of the target tasks, through the relation that the tasks share: direct, indirect or hybrid. Numbers climb; of texts, reviews are written word by word that could pass for genuine ones.",
  source: {
    cite: "Zhao, An, Yu, Liu & Pan 2018, Data Poisoning Attacks on Multi-Task Relationship Learning, AAAI; with the exact gradient and the pseudo and heldout objectives of Theriac",
    url: "https://doi.org/10.1609/aaai.v32i1.11838",
  },
  params: {
    gradient: {
      type: "choice",
      default: "exact",
      options: ["exact", "fixed-omega"],
      help: "whether the gradient sees the relation between tasks move, or holds it as the paper does",
    },
    objective: {
      type: "choice",
      default: "auto",
      options: ["auto", "pseudo", "heldout", "train"],
      help: 'what is climbed: the targets\' departure from their own clean answers (pseudo), the loss on a part of their training rows that the attacker trains without (heldout), or on all of them (train, as published); "auto" is heldout for text, which a model can learn by heart, and pseudo for numbers',
    },
    heldoutFraction: {
      type: "number",
      default: 0.33,
      min: 0.05,
      max: 0.95,
      help: "of each target's training rows, how many heldout leaves out of the attacker's own trainings; the victim trains on all, and test rows are never seen",
    },
    labels: {
      type: "choice",
      default: "optimised",
      options: ["flipped", "attacker", "optimised"],
      help: "for numbers as features: each row the wrong label; one label for all rows, whichever end climbs higher; or a real label climbs too (a class stays flipped)",
    },
    set: {
      type: "choice",
      default: "box",
      options: ["box", "ball"],
      help: "where inserted numbers may lie: between two percentiles in each feature, or no farther from the mean of the task's clean rows of that class than these are",
    },
    tail: { ...ascentParams.tail, help: "share of the clean rows beyond each side of the box, or outside the ball" },
    spread: {
      type: "choice",
      default: "even",
      options: ["even", "gradient"],
      help: "inserted rows of numbers over the attack tasks: in proportion to their clean rows, or to what a short first ascent gains in them",
    },
    ascent: {
      type: "choice",
      default: "adam",
      options: ["adam", "accept-reject"],
      help: "how numbers climb: by Adam's steps, or by projected gradient steps of which only those that climb are kept",
    },
    steps: ascentParams.steps,
    starts: { ...ascentParams.starts, default: 1, help: "ascents from different seeds, of which the best is kept" },
    writings: {
      type: "number",
      default: 24,
      min: 1,
      max: 1000,
      integer: true,
      help: "for text: steps in which reviews are written, each with one warm-started training",
    },
    repeats: {
      type: "number",
      default: 5,
      min: 1,
      max: 1000,
      integer: true,
      help: "for text: most often that a word may stand in one review, where genuine ones use it as often",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  refuses({ table, learner, sharing }) {
    if (learner.relation === undefined || sharing === "separate")
      return "it attacks what related tasks share: it needs the learner mtrl and one model for all tasks";
    const kinds = table.roles.features.map((name) => columnOf(table, name).kind);
    if (kinds.includes("vector")) return "it moves numbers or writes words, and vectors could be either";
    return kinds.includes("text") && targetOf(table).kind === "real" ? "it writes reviews of two classes, and the label is a number" : null;
  },
  async poison(input, { params, ...context }) {
    const victim = await input.victim();
    const words = victim.words(input.clean.table, input.clean.rows);
    const isText = words.length > 0;
    const training = isText ? victim.training : { ...victim.training, x: toDense(victim.training.x) };
    const auto = isText ? "heldout" : "pseudo";
    const aim = await patomAim(
      input,
      victim,
      training,
      { ...params, objective: params.objective === "auto" ? auto : params.objective },
      context,
    );
    if (isText) return writeRows(input, aim, training, words, params, context);
    return injectedPatch(input.clean.table, victim, await climbRows(input, aim, training, params, context));
  },
};
