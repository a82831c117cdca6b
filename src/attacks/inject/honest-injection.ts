import type { Attack } from "../../core/attack.ts";
import { type Dataset, gatherFloats, gatherIntegers, positionsWhere } from "../../core/dataset.ts";
import { type Model, predict } from "../../core/learner.ts";
import { selectRows, toDense } from "../../numeric/matrices/matrix.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { type AscentParams, ascentParams } from "../../blocks/injection/ascent-params.ts";
import { bestOfStarts } from "../../blocks/injection/best-of-starts.ts";
import { honestDomain } from "../../blocks/injection/honest-domain.ts";
import { implicitGradient } from "../../blocks/injection/implicit-gradient.ts";
import { type InjectedRows, injectedDataset } from "../../blocks/injection/injected-rows.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { setUpBilevel } from "../../blocks/injection/bilevel-setup.ts";
import { injectionDomain } from "../../blocks/feasible/injection-domain.ts";
import { relativeErrorAim } from "../../blocks/injection/relative-error-aim.ts";
import { bilevelAscent } from "../../blocks/injection/bilevel-ascent.ts";
import { cannotDifferentiate } from "../../blocks/linear/smooth-training.ts";

const softness = 0.25;

export const honestInjection: Attack<AscentParams> = {
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
    ...ascentParams,
    starts: {
      ...ascentParams.starts,
      help: "ascents from the rows that the model is least sure of, of which the best is kept: of any class first, then of each class in turn",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "honest" },
  effort: "full",
  refuses: cannotDifferentiate,
  async poison(input, { params, ...context }) {
    const scene = await setUpBilevel(input, "train", context);
    const { victim, data, counts } = scene;
    const cleanModel = await scene.fit(data, null);
    const isLearnedByHeart = data.x.cols > data.x.rows;
    const aim = isLearnedByHeart ? scene.aim : relativeErrorAim(scene.aimedAt, cleanModel, softness);
    const domain = honestDomain(injectionDomain(data, params.tail), victim.model, data);
    const given = predict(victim.model, data);
    const { rows } = await bestOfStarts(params.starts, context, (start, part) => {
      const { x, task } = doubtfulCopies(data, counts, cleanModel, (i) => start === 0 || given[i] === (start - 1) % classesOf(data));
      const seeds = { x, y: predict(victim.model, injectedDataset(data, { x, y: new Float64Array(task.length), task })), task };
      return bilevelAscent(
        { fit: scene.fit, ...implicitGradient(scene.objectiveOf, aim), clean: data, seeds, domain, labels: null },
        { steps: params.steps, firstRate: 0.3, lastRate: 0.03 },
        part,
      );
    });
    return injectedPatch(input.clean.table, victim, rows);
  },
};

function classesOf({ target }: Dataset): number {
  return target.kind === "classes" ? target.names.length : 1;
}

/** Copies of the clean rows of each task that the model is least sure of, in turn, of those that are wanted where a task has any. Shape: counts [tasks]. */
function doubtfulCopies(data: Dataset, counts: Int32Array, model: Model, wanted: (position: number) => boolean): InjectedRows {
  const margins = marginsOf(model, data);
  const picked = [...counts].flatMap((count, task) => {
    const own = positionsWhere(data.y.length, (i) => data.task[i] === task);
    const preferred = own.filter(wanted);
    const rows = preferred.length > 0 ? preferred : own;
    const doubtful = orderBy(Float64Array.from(rows, (i) => margins[i]));
    return Array.from({ length: count }, (_, k) => rows[doubtful[k % doubtful.length]]);
  });
  const at = Int32Array.from(picked);
  return { x: toDense(selectRows(data.x, at)), y: gatherFloats(data.y, at), task: gatherIntegers(data.task, at) };
}

/** By how much the answer of the model outscores the next. Shape: [rows]. */
function marginsOf(model: Model, data: Dataset): Float64Array {
  const scores = model.scores(data);
  const { outputs } = model;
  return Float64Array.from(data.y, (_, i) => {
    if (outputs === 1) return Math.abs(scores[i]);
    const own = scores.slice(i * outputs, (i + 1) * outputs).sort();
    return own[outputs - 1] - own[outputs - 2];
  });
}
