import type { NetworkShape } from "../../blocks/network/relu-network.ts";
import type { OnnxGraph, OnnxNode, OnnxValue } from "./write-onnx.ts";

export interface StepSettings {
  readonly optimiser: "adam" | "sgd";
  /** Of "sgd"; Adam is told the size of each step as it runs. */
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Of "adam": weights shrink by ηλ of themselves each step beside it (AdamW), whatever the slopes are; else λW is part of the slope. */
  readonly decoupled?: boolean;
}

export const adamDecay = { first: 0.9, second: 0.999, epsilon: 1e-8 };

/** The state that a step turns into the next: `p` = a parameter, then what the optimiser keeps of it. Biases have the shape [units]. */
export function stateOf({ sizes }: NetworkShape, settings: StepSettings): OnnxValue[] {
  const parameters = sizes.slice(1).flatMap((units, l) => [
    { name: `w${l}`, shape: [units, sizes[l]] },
    { name: `b${l}`, shape: [units] },
  ]);
  const kept = settings.optimiser === "adam" ? ["", " mean", " square"] : settings.momentum > 0 ? ["", " velocity"] : [""];
  return parameters.flatMap(({ name, shape }) => kept.map((suffix) => ({ name: `${name}${suffix}`, shape })));
}

/** The name under which a step gives back a part of the state. */
export function nextOf(name: string): string {
  return `next ${name}`;
}

/**
 * One step of training on a batch: forward, backward, update.
 *
 *     h₀ = x,  hₗ₊₁ = relu(hₗ Wₗᵀ + bₗ),  z = the last one without relu
 *     ∂z = share · (link(z) − t),  ∂Wₗ = ∂ₗᵀ hₗ + λ Wₗ,  ∂bₗ = Σ_rows ∂ₗ,  ∂ₗ₋₁ = (∂ₗ Wₗ) ⊙ [hₗ > 0]
 *
 * with link = softmax (several outputs), sigmoid (one) or, for the square loss ½(z − t)², none. Inputs: x [rows, features], t [rows, outputs],
 * share [rows, 1] (each row's part of the mean loss) and the state of `stateOf`.
 *
 * "sgd": v ← μ v + ∂, W ← W − η v, as in torch. "adam": Kingma & Ba 2015, algorithm 1 with both moments kept unscaled, m̃ ← β₁ m̃ + g̃ and ṽ ← β₂ ṽ + g̃²
 * of g̃ = √(1 − β₂) ∂, so that the inputs rate and floor (of shape [1], see `adamScalars`) hold all corrections: W ← W − rate · m̃ / (√ṽ + floor).
 * `decoupled`: W ← (1 − ηλ) W − rate · m̃ / (√ṽ + floor), Loshchilov & Hutter 2019, algorithm 2, as in torch.
 */
export function trainingStep(shape: NetworkShape, settings: StepSettings): OnnxGraph {
  const { sizes, loss } = shape;
  const layers = sizes.length - 1;
  const nodes: OnnxNode[] = [];
  const constants: Record<string, number> = {};
  const node = (
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Omit<OnnxNode, "op" | "inputs" | "output"> = {},
  ): string => {
    nodes.push({ op, inputs, output, ...attributes });
    return output;
  };
  const scalar = (name: string, value: number): string => {
    constants[name] = value;
    return name;
  };

  const h = ["x"];
  for (let l = 0; l < layers; l++) {
    const z = node("Gemm", [h[l], `w${l}`, `b${l}`], `z${l}`, { ints: { transB: 1 } });
    h.push(l === layers - 1 ? z : node("Relu", [z], `h${l + 1}`));
  }
  const z = h[layers];
  const answer = loss === "square" ? z : sizes[layers] === 1 ? node("Sigmoid", [z], "p") : node("Softmax", [z], "p", { ints: { axis: 1 } });
  let slope = node("Mul", [node("Sub", [answer, "t"], "error"), "share"], `d${layers - 1}`);
  for (let l = layers - 1; l >= 0; l--) {
    update(l, slope);
    if (l === 0) break;
    const back = node("Gemm", [slope, `w${l}`], `back${l}`);
    slope = node("Mul", [back, node("Sign", [h[l]], `active${l}`)], `d${l - 1}`);
  }

  function update(l: number, slope: string): void {
    const { optimiser, learningRate, momentum, weightDecay } = settings;
    const [w, b] = [`w${l}`, `b${l}`];
    const biasSlope = node("ReduceSum", [slope, "rows"], `${b} slope`, { ints: { keepdims: 0 } });
    const product = (output: string, alpha: number, added: string | null, beta: number): string =>
      node("Gemm", added === null ? [slope, h[l]] : [slope, h[l], added], output, { ints: { transA: 1 }, floats: { alpha, beta } });
    if (optimiser === "adam") {
      const root = Math.sqrt(1 - adamDecay.second);
      const isCoupled = weightDecay > 0 && settings.decoupled !== true;
      const from = weightDecay > 0 && !isCoupled ? node("Mul", [w, scalar("shrinkage", 1 - learningRate * weightDecay)], `${w} shrunk`) : w;
      adam(w, from, isCoupled ? product(`${w} slope`, root, w, root * weightDecay) : product(`${w} slope`, root, null, 1));
      adam(b, b, node("Mul", [biasSlope, scalar("gradient scale", root)], `${b} scaled`));
    } else if (momentum > 0) {
      const pushed = product(weightDecay > 0 ? `${w} pushed` : nextOf(`${w} velocity`), 1, `${w} velocity`, momentum);
      if (weightDecay > 0)
        node("Add", [pushed, node("Mul", [w, scalar("weight decay", weightDecay)], `${w} pull`)], nextOf(`${w} velocity`));
      node("Add", [node("Mul", [`${b} velocity`, scalar("momentum", momentum)], `${b} kept`), biasSlope], nextOf(`${b} velocity`));
      for (const name of [w, b]) descend(name, name, nextOf(`${name} velocity`), scalar("learning rate", learningRate));
    } else {
      product(nextOf(w), -learningRate, w, 1 - learningRate * weightDecay);
      descend(b, b, biasSlope, scalar("learning rate", learningRate));
    }
  }

  function descend(name: string, from: string, direction: string, rate: string): void {
    node("Sub", [from, node("Mul", [direction, rate], `${name} step`)], nextOf(name));
  }

  function adam(name: string, from: string, slope: string): void {
    const kept = node("Mul", [`${name} mean`, scalar("first decay", adamDecay.first)], `${name} kept mean`);
    const mean = node("Add", [kept, slope], nextOf(`${name} mean`));
    const keptSquare = node("Mul", [`${name} square`, scalar("second decay", adamDecay.second)], `${name} kept square`);
    const square = node("Add", [keptSquare, node("Mul", [slope, slope], `${name} slope squared`)], nextOf(`${name} square`));
    const spread = node("Add", [node("Sqrt", [square], `${name} root`), "floor"], `${name} spread`);
    descend(name, from, node("Div", [mean, spread], `${name} direction`), "rate");
  }

  const state = stateOf(shape, settings);
  const scalars = settings.optimiser === "adam" ? ["rate", "floor"].map((name) => ({ name, shape: [1] })) : [];
  return {
    nodes,
    constants,
    integers: { rows: [0] },
    inputs: [
      { name: "x", shape: ["batch", sizes[0]] },
      { name: "t", shape: ["batch", sizes[layers]] },
      { name: "share", shape: ["batch", 1] },
      ...scalars,
      ...state,
    ],
    outputs: state.map(({ name, shape: size }) => ({ name: nextOf(name), shape: size })),
  };
}

/** What Adam's step number `step` (from 1) is told: rate and floor of `trainingStep`. */
export function adamScalars(learningRate: number, step: number): { readonly rate: number; readonly floor: number } {
  const { first, second, epsilon } = adamDecay;
  const root = Math.sqrt(1 - second ** step);
  return { rate: ((learningRate / (1 - first ** step)) * root * (1 - first)) / Math.sqrt(1 - second), floor: epsilon * root };
}
