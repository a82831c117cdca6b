import { kernelMemory, kernels } from "./kernels.ts";

/** Shapes: userFactors [users, rank], itemFactors [items, rank], userBias [users], itemBias [items]. */
interface ScoringFactors {
  readonly rank: number;
  readonly mean: number;
  readonly userFactors: Float64Array;
  readonly itemFactors: Float64Array;
  readonly userBias: Float64Array;
  readonly itemBias: Float64Array;
}

const number = 8;

/** out_ui = mean + userBias_u + itemBias_i + userFactors_u · itemFactors_i. Shapes: users [n], out [n, items]. */
export function factorScoresInto(out: Float64Array, factors: ScoringFactors, users: Int32Array): void {
  const { rank, mean, userFactors, itemFactors, userBias, itemBias } = factors;
  const items = itemBias.length;
  const cols = rank + 1;
  const userAt = items * cols * number;
  const outAt = userAt + (cols + 1 + ((cols + 1) % 2)) * number;
  const { floats } = kernelMemory(outAt + items * number);
  for (let i = 0; i < items; i++) {
    const to = i * cols;
    for (let k = 0; k < rank; k++) floats[to + k] = itemFactors[i * rank + k];
    floats[to + rank] = itemBias[i];
  }
  const user = userAt / number;
  floats[user + rank] = 1;
  const scores = floats.subarray(outAt / number, outAt / number + items);
  for (let n = 0; n < users.length; n++) {
    const u = users[n];
    for (let k = 0; k < rank; k++) floats[user + k] = userFactors[u * rank + k];
    floats[user + cols] = mean + userBias[u];
    kernels.denseProducts(outAt, 0, userAt, items, cols);
    out.set(scores, n * items);
  }
}
