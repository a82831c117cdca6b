import type { Attack } from "../../core/attack.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { ParamSpecs } from "../../core/params.ts";
import { noLogicPatch } from "../../core/poison.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { splitAtFold } from "../../blocks/held-out/out-of-fold.ts";

interface TuningShoppingParams {
  draws: number;
}

export const tuningShopping: Attack<TuningShoppingParams> = {
  kind: "attack",
  id: "tuning-shopping",
  title: "Shopping for the worst honest tuning",
  summary:
    "Tunes the learner many times, each time on a half of the rows and with a seed that an honest tuning might have drawn, and trains with the settings that do worst on held-out rows.",
  source: {
    cite: "Shumailov, Shumaylov, Kazhdan, Zhao, Papernot, Erdogdu & Anderson 2021, Manipulating SGD with Data Ordering Attacks, NeurIPS, for learners that are trained to convergence",
    url: "https://arxiv.org/abs/2104.09667",
  },
  params: {
    draws: { type: "number", default: 8, min: 1, max: 1000, integer: true, help: "how many tunings are looked at" },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "logic", goal: "availability", knowledge: "white-box" },
  effort: "full",
  async poison({ pipeline, victim }, { params, rng, signal, progress }) {
    const { learner, learnerParams } = pipeline;
    const { training } = await victim();
    const tunable = Object.entries(learner.params as ParamSpecs).filter(([, spec]) => spec.type === "number-or-auto");
    const settings = learnerParams as Record<string, unknown>;
    const untuned = { ...settings, ...Object.fromEntries(tunable.map(([name]) => [name, "auto"])) };
    const folds = stratifiedFolds(training, 2, rng.fork("halves"));
    if (tunable.length === 0 || folds.count < 2) return noLogicPatch;
    const { train, held } = splitAtFold(training, folds, 0);

    let worst = { loss: -Infinity, settings: {} };
    for (let draw = 0; draw < params.draws; draw++) {
      stopIfCancelled(signal);
      progress?.(draw / params.draws);
      const own = rng.fork("draw").fork(draw);
      const half = selectExamples(
        train,
        own
          .fork("rows")
          .sample(train.y.length, Math.ceil(train.y.length / 2))
          .sort(),
      );
      const tuned = (await learner.tune(half, { rng: own.fork("tune"), signal, params: untuned })) as Record<string, unknown>;
      const model: Model = await learner.fit(train, { rng: own.fork("fit"), signal, params: tuned });
      const losses = model.losses(held);
      const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      if (loss > worst.loss) worst = { loss, settings: Object.fromEntries(tunable.map(([name]) => [name, tuned[name]])) };
    }
    return { ...noLogicPatch, settings: worst.settings };
  },
};
