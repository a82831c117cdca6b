import { type KernelMemory, openWasm } from "../../numeric/matrices/wasm-module.ts";
import { ratingKernelBytes } from "./rating-kernels-wasm.ts";

/** The functions of wasm/rating-kernels.ts. Every argument is a byte address or a count, if it is not a number of the formula. */
interface RatingKernels {
  offerNeighbours(
    from: number,
    to: number,
    items: number,
    shrink: number,
    pairs: number,
    starts: number,
    item: number,
    entry: number,
    itemStarts: number,
    other: number,
    rating: number,
    weight: number,
    length: number,
    count: number,
    columns: number,
    values: number,
    capacity: number,
  ): void;
  sortHeaps(count: number, columns: number, values: number, rows: number, capacity: number): void;
  neighbourScores(
    out: number,
    pairs: number,
    items: number,
    starts: number,
    ids: number,
    similarity: number,
    rated: number,
    voices: number,
    count: number,
    base: number,
    own: number,
  ): void;
  countAbove(above: number, beside: number, scores: number, items: number, asked: number, count: number): void;
  kindMoments(mean: number, variance: number, values: number, weights: number, rows: number, stride: number, least: number): number;
  kindOdds(
    odds: number,
    weights: number,
    values: number,
    usual: number,
    mean: number,
    h: number,
    rows: number,
    stride: number,
    scale: number,
    prior: number,
  ): void;
  setState(a: number, b: number, c: number, d: number): void;
  bprSteps(
    steps: number,
    users: number,
    items: number,
    user: number,
    item: number,
    starts: number,
    weight: number,
    liked: number,
    itemCount: number,
    rank: number,
    stride: number,
    rate: number,
    decay: number,
  ): void;
}

const wasm = openWasm<RatingKernels>(ratingKernelBytes);
let owner: unknown = null;

export const ratingKernels = wasm.kernels;

export interface Laid<K extends string> extends KernelMemory {
  /** Byte addresses. */
  readonly at: Readonly<Record<K, number>>;
  /** Whether nobody else has had the memory since the same owner last did, so that all stands as it was left. */
  readonly isKept: boolean;
}

/**
 * Lays the memory out: arrays one behind the other, each from a multiple of 16 bytes on.
 *
 * @param sizes numbers of 8 bytes that each array needs; indices take half a number
 * @param who whoever wants to find it again as it was left; null = nobody
 */
export function layOut<K extends string>(sizes: Readonly<Record<K, number>>, who: object | null = null): Laid<K> {
  let next = 16;
  const at = {} as Record<K, number>;
  for (const key of Object.keys(sizes) as K[]) {
    at[key] = next;
    next += 16 * Math.ceil(sizes[key] / 2);
  }
  const isKept = who !== null && owner === who;
  owner = who;
  return { ...wasm.memory(next + 16), at, isKept };
}
