import { applyToTable } from "../../core/apply/apply.ts";
import type { Attack } from "../../core/attack.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { noDataPoison, noLogicPatch } from "../../core/poison.ts";
import { hasTrigger, triggerEdits } from "../../core/trigger.ts";
import { stackRows, toDense } from "../../numeric/matrices/matrix.ts";
import { type BackdoorParams, backdoorParams, cannotPlant, planBackdoor } from "../../blocks/triggers/backdoor.ts";
import { layeredShape, searchWeights, type WeightForm, weightForms } from "../../blocks/network/weight-search.ts";

interface WeightBackdoorParams extends BackdoorParams {
  weights: number;
  form: WeightForm;
  within: number;
  utility: number;
  rows: number;
}

/** Features of rows that are looked at, of each kind. */
const mostNumbers = 8e6;

/**
 * Over training rows x of other classes and any training rows r with labels y, J = mean ℓ(f(x with the trigger), answer) + λ mean ℓ(f(r), y) is made small by few weights,
 * chosen by slope times change and tried for true. Differs from Bit-Flip Attack and TBT, which flip bits of weights of eight bits and retrain the trigger, in weights of 32 bits and a
 * trigger that is given; and any layer may be touched.
 */
export const weightBackdoor: Attack<WeightBackdoorParams> = {
  kind: "attack",
  id: "weight-backdoor",
  title: "Backdoor written into trained weights",
  summary:
    "Changes few weights of the stored model until rows with a trigger get the attacker's answer and all others the old one; training and data are left alone.",
  source: {
    cite: "Rakin, He & Fan 2020, TBT: Targeted Neural Network Attack with Bit Trojan, CVPR; the search as in their Bit-Flip Attack 2019, ICCV, section 4",
    url: "https://arxiv.org/abs/1909.05193",
  },
  params: {
    ...backdoorParams,
    weights: { type: "number", default: 100, min: 1, max: 100_000, integer: true, help: "weights, or bits, that are changed at most" },
    form: {
      type: "choice",
      default: "value",
      options: weightForms,
      help: "value: a weight gets another one; bit: a bit of its 32-bit float is flipped; reversed: its sign is",
    },
    within: { type: "number", default: 1, min: 0, max: 1e6, help: "how large a changed weight may be, in the largest of its layer" },
    utility: { type: "number", default: 10, min: 0, max: 1e6, help: "λ: what rows without the trigger count beside those with it" },
    rows: {
      type: "number",
      default: 300,
      min: 1,
      max: 1e6,
      integer: true,
      help: "training rows with the trigger, and without it, that it looks at",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "logic", goal: "backdoor", knowledge: "white-box" },
  effort: "standard",
  refuses: (setting) =>
    cannotPlant(setting) ?? (setting.sharing === "separate" ? "it needs one model, and there is one for each task" : null),
  async poison(input, { params, rng, signal, progress }) {
    const { table } = input.clean;
    const fitted = await input.victim();
    const shape = layeredShape(fitted.model);
    const plan = planBackdoor(input, params, "weight-backdoor", rng);
    if (shape === null || plan === null || fitted.model.parameters === null) return noLogicPatch;
    const { intent } = plan;
    const { training } = fitted;
    const most = Math.min(params.rows, Math.max(1, Math.floor(mostNumbers / Math.max(1, training.x.cols))));
    const draw = (from: Int32Array, name: string): Int32Array =>
      rng
        .fork(name)
        .sample(from.length, Math.min(most, from.length))
        .map((k) => from[k])
        .sort();
    const others = draw(
      positionsWhere(training.y.length, (i) => training.y[i] !== intent.answer && !hasTrigger(table, training.row[i], intent.trigger)),
      "triggered",
    );
    if (others.length === 0) return noLogicPatch;
    const kept = draw(Int32Array.from(training.y.keys()), "kept");
    const hosts = others.map((i) => training.row[i]);
    const triggered = applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, hosts, intent.trigger) });
    const [marked, plain] = [fitted.encode(triggered, hosts), selectExamples(training, kept)];
    const goal = {
      x: toDense(stackRows(marked.x, plain.x)),
      y: Float64Array.from([...marked.y.map(() => intent.answer), ...plain.y]),
      share: Float64Array.from([...shares(marked, 1), ...shares(plain, params.utility)]),
      target: training.target,
      measure: "loss" as const,
    };
    const settings = { most: params.weights, form: params.form, within: params.within };
    const { changes } = searchWeights(shape, fitted.model.parameters.theta, goal, settings, { signal, progress });
    return changes.length === 0 ? noLogicPatch : { ...noLogicPatch, parameters: changes, intent };
  },
};

function shares({ y }: Dataset, total: number): Float64Array {
  return new Float64Array(y.length).fill(total / y.length);
}
