import type { Attack } from "../core/attack.ts";
import { predict } from "../core/learner.ts";
import { implicitSlopes } from "../blocks/implicit-slopes.ts";
import { injectedDataset } from "../blocks/injected-rows.ts";
import { injectedPatch } from "../blocks/injected-patch.ts";
import { setScene } from "../blocks/injection-scene.ts";
import { regionAround } from "../blocks/region.ts";
import { type RowAscentResult, ascendRows } from "../blocks/row-ascent.ts";
import { cannotDifferentiate } from "../blocks/smooth-training.ts";
import { drawnCopies } from "../blocks/wrong-copies.ts";

interface HonestInjectionParams {
  steps: number;
  starts: number;
  tail: number;
}

export const honestInjection: Attack<HonestInjectionParams> = {
  kind: "attack",
  id: "honest-injection",
  title: "Gradient injection with honest labels",
  summary:
    "Inserts rows that climb the loss of the model trained on them, while a labeller who learned from clean data gives each the label it deserves.",
  source: {
    cite: "Muñoz-González et al. 2017, Towards Poisoning of Deep Learning Algorithms with Back-gradient Optimization, AISec; with the labels of the clean model in place of the attacker's",
    url: "https://arxiv.org/abs/1708.08689",
  },
  params: {
    steps: {
      type: "number",
      default: 60,
      min: 1,
      max: 10_000,
      integer: true,
      help: "steps of the ascent, each with one warm-started training",
    },
    starts: { type: "number", default: 2, min: 1, max: 100, integer: true, help: "ascents from different rows, of which the best is kept" },
    tail: {
      type: "number",
      default: 0.01,
      min: 0,
      max: 0.4,
      help: "inserted rows stay between this percentile of the clean rows and its opposite, in each feature; sparse ones in length and entries",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "honest" },
  effort: "full",
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const scene = await setScene(input, "train", context);
    const { victim, data, counts } = scene;
    const problem = {
      fit: scene.fit,
      ...implicitSlopes(scene.objectiveOf, scene.aim),
      clean: data,
      region: regionAround(data, params.tail),
      labels: (rows: Parameters<typeof injectedDataset>[1]) => predict(victim.model, injectedDataset(data, rows)),
    };
    let best: RowAscentResult | null = null;
    for (let start = 0; start < params.starts; start++) {
      const seeds = drawnCopies(data, counts, context.rng.fork("start").fork(start));
      const result = await ascendRows({ ...problem, seeds }, { steps: params.steps, firstRate: 0.3, lastRate: 0.03 }, context);
      if (best === null || result.value > best.value) best = result;
    }
    if (best === null) throw new Error("there is at least one start");
    return injectedPatch(input.clean.table, victim, best.rows);
  },
};
