/** Clean rows that arrive after poisoning has stopped, as multiples of the poisoned training set. */
export const arrivals = [0, 1, 2, 4] as const;
export const starts = ["cold", "warm"] as const;

/** One look at the model after poisoning has stopped. */
export interface Arrival {
  readonly times: number;
  /** "cold": trained anew on all rows, the poison among them; "warm": the same, from the poisoned model on. */
  readonly start: (typeof starts)[number];
}
