import type { Attack } from "../../core/attack.ts";
import { type AscentParams, ascentParams } from "../../blocks/injection/ascent-params.ts";
import { bestOfStarts } from "../../blocks/injection/best-of-starts.ts";
import { svmGradient } from "../../blocks/injection/svm-gradient.ts";
import { implicitGradient } from "../../blocks/injection/implicit-gradient.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { setUpBilevel } from "../../blocks/injection/bilevel-setup.ts";
import { injectionDomain } from "../../blocks/feasible/injection-domain.ts";
import { bilevelAscent } from "../../blocks/injection/bilevel-ascent.ts";
import { seedsForStart } from "../../blocks/relabel/wrong-copies.ts";

interface SvmInjectionParams extends AscentParams {
  objective: "train" | "validation";
}

export const svmInjection: Attack<SvmInjectionParams> = {
  kind: "attack",
  id: "svm-injection",
  title: "Injection against support vector machines",
  summary: "Inserts rows that climb, all together, the hinge loss of a linear SVM, by the exact gradient through the rows on its margin.",
  source: {
    cite: "Biggio, Nelson & Laskov 2012, Poisoning Attacks against Support Vector Machines, ICML; rows climb together instead of one by one",
    url: "https://arxiv.org/abs/1206.6389",
  },
  params: {
    objective: {
      type: "choice",
      default: "train",
      options: ["train", "validation"],
      help: "whose loss is climbed: that of the clean training rows, or of a third of them held out from the simulated victim",
    },
    ...ascentParams,
    steps: { ...ascentParams.steps, default: 20, help: "steps of the ascent, each with one training" },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  movesFeatures: true,
  effort: "standard",
  refuses: ({ learner, sharing }) =>
    learner.hinge !== undefined && sharing === "pooled"
      ? null
      : "it attacks one linear support vector machine: it needs the learner linear-svm",
  async poison(input, { params, ...context }) {
    const scene = await setUpBilevel(input, params.objective, context);
    const { learner, learnerParams } = input.pipeline;
    const hinge = learner.hinge?.(learnerParams) ?? null;
    const training =
      hinge === null ? { fit: scene.fit, ...implicitGradient(scene.objectiveOf, scene.aim) } : svmGradient(scene.aimedAt, hinge, context);
    const domain = injectionDomain(scene.victim.training, params.tail);
    const { rows } = await bestOfStarts(params.starts, context, (start, part) => {
      const seeds = seedsForStart(scene.victim.training, scene.counts, start, context.rng.fork("start").fork(start));
      const problem = { ...training, clean: scene.data, seeds, domain, labels: null };
      return bilevelAscent(problem, { steps: params.steps, firstRate: 1, lastRate: 0.05 }, part);
    });
    return injectedPatch(input.clean.table, scene.victim, rows);
  },
};
