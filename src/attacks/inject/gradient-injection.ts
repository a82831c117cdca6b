import type { Attack } from "../../core/attack.ts";
import { type AscentParams, ascentParams, quickAscent, ratesOf } from "../../blocks/injection/ascent-params.ts";
import { bestOfStarts } from "../../blocks/injection/best-of-starts.ts";
import { bilevelAscent } from "../../blocks/injection/bilevel-ascent.ts";
import { implicitGradient } from "../../blocks/injection/implicit-gradient.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { type AimKind, setUpBilevel } from "../../blocks/injection/bilevel-setup.ts";
import { injectionDomain } from "../../blocks/feasible/injection-domain.ts";
import { cannotDifferentiate } from "../../blocks/linear/smooth-training.ts";
import { labelRanges } from "../../blocks/injection/injection-starts.ts";
import { seedsForStart } from "../../blocks/relabel/wrong-copies.ts";

interface GradientInjectionParams extends AscentParams {
  objective: AimKind;
  labels: "flipped" | "optimised";
}

export const gradientInjection: Attack<GradientInjectionParams> = {
  kind: "attack",
  id: "gradient-injection",
  title: "Gradient injection",
  summary:
    "Inserts rows that climb, all together, the loss that the model has once it is trained on them; a real label goes where it hurts most.",
  source: {
    cite: "Muñoz-González et al. 2017, Towards Poisoning of Deep Learning Algorithms with Back-gradient Optimization, AISec; Demontis et al. 2019, USENIX Security; for real labels Jagielski et al. 2018, Manipulating Machine Learning, IEEE S&P",
    url: "https://arxiv.org/abs/1708.08689",
  },
  params: {
    objective: {
      type: "choice",
      default: "train",
      options: ["train", "validation", "parameter-distance"],
      help: "what is climbed: the loss on the clean training rows, on a third of them held out from the simulated victim, or how far the parameters move",
    },
    labels: {
      type: "choice",
      default: "optimised",
      options: ["optimised", "flipped"],
      help: "a real label climbs too, within its range, or stays as it was flipped; a class always stays flipped",
    },
    ...ascentParams,
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  movesFeatures: true,
  atQuick: quickAscent,
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const scene = await setUpBilevel(input, params.objective, context);
    const domain = injectionDomain(scene.victim.training, params.tail);
    const labels = scene.data.target.kind === "real" && params.labels === "optimised" ? labelRanges(scene.victim.training) : null;
    const { rows } = await bestOfStarts(params.starts, context, (start, part) => {
      const seeds = seedsForStart(scene.victim.training, scene.counts, start, context.rng.fork("start").fork(start));
      const derivatives = implicitGradient(scene.objectiveOf, scene.aim);
      return bilevelAscent(
        { fit: scene.fit, ...derivatives, clean: scene.data, start: scene.victim.model, seeds, domain, labels },
        ratesOf(params.steps),
        part,
      );
    });
    return injectedPatch(input.clean.table, scene.victim, rows);
  },
};
