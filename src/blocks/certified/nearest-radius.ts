import { firstLargest } from "./certified-answers.ts";

/** Radii by what the attacker may do with a row, [rows] each; Infinity = nothing changes the answer. */
export interface NearestRadii {
  /** Class indices. Shape: [rows]. */
  readonly answers: Int32Array;
  readonly insert: Float64Array;
  readonly delete: Float64Array;
  readonly insertOrDelete: Float64Array;
  /** Rows replaced by any others, and any mix of these with insertions, deletions and flips. */
  readonly change: Float64Array;
  readonly flip: Float64Array;
}

export interface NearestOptions {
  readonly neighbours: number;
  readonly classes: number;
  /** Of the whole training set, where `labels` hold the nearest of them only. */
  readonly trainRows?: number;
}

/**
 * How many training rows may be inserted (anywhere, so before all others), deleted, replaced or relabelled without changing the vote of the k nearest, ties to the smaller
 * class; all vote where fewer than k are left, and none are class 0. With s_c votes and gap_B = s_A − s_B + [B > A]: replaced or relabelled rows lower a gap by 2 at most, so
 * r < ⌈gap / 2⌉ (Jia et al. 2022, Certified Robustness of Nearest Neighbors, AAAI). A deletion takes an A and lets the next row in; an insertion puts a B in front and pushes the last row
 * out: after d and e of them, gap_B = a − d − b − e + [B > A] with a and b counted among the first max(0, k − e) + d rows. All exact; the paper's bound is up to 4 times smaller for
 * deletions. Labels that are not given count as the rival's, so that radii are lower bounds there; 2k of them are enough for all but deletions.
 * Equally near rows stand in an order of their features, not of labels or places in a file. Shapes: labels [rows, depth], nearest first.
 */
export function nearestRadii(labels: Int32Array, depth: number, { neighbours, classes, trainRows = depth }: NearestOptions): NearestRadii {
  const rows = depth === 0 ? 0 : labels.length / depth;
  const k = Math.min(neighbours, depth);
  const answers = new Int32Array(rows);
  const radii = Array.from({ length: 4 }, () => new Float64Array(rows));
  const [insert, remove, both, change] = radii;
  const votes = new Int32Array(classes);
  const counts = new Int32Array(classes);
  // Votes of the answer less those of one rival among the first m rows, and those of the answer alone.
  const reach = Math.min(depth, 2 * neighbours);
  const lead = new Int32Array(reach + 1);
  const own = new Int32Array(reach + 1);
  for (let i = 0; i < rows; i++) {
    const at = i * depth;
    votes.fill(0);
    for (let j = 0; j < k; j++) votes[labels[at + j]]++;
    const answer = firstLargest(votes, 0, classes);
    answers[i] = answer;
    let gap = Infinity;
    for (let c = 0; c < classes; c++) if (c !== answer) gap = Math.min(gap, votes[answer] - votes[c] + (c > answer ? 1 : 0));
    const deletions = fewestDeletions(at, answer);
    let insertions = Infinity;
    let either = deletions;
    for (let rival = 0; rival < classes; rival++) {
      if (rival === answer) continue;
      const tie = rival > answer ? 1 : 0;
      for (let m = 0; m < reach; m++) {
        const label = labels[at + m];
        own[m + 1] = own[m] + (label === answer ? 1 : 0);
        lead[m + 1] = lead[m] + (label === answer ? 1 : label === rival ? -1 : 0);
      }
      insertions = Math.min(insertions, fewestInsertions(tie));
      either = Math.min(either, insertions);
      if (breaks(either - 1, tie)) either = fewestOfEither(either - 1, tie);
    }
    insert[i] = insertions - 1;
    remove[i] = deletions - 1;
    both[i] = either - 1;
    change[i] = Math.ceil(gap / 2) - 1;
  }
  return { answers, insert, delete: remove, insertOrDelete: both, change, flip: change.slice() };

  /** While rows of the answer are left to delete, only these are. */
  function fewestDeletions(at: number, answer: number): number {
    counts.set(votes);
    let strongest = -Infinity;
    for (let c = 0; c < classes; c++) if (c !== answer) strongest = Math.max(strongest, counts[c] - (c > answer ? 1 : 0));
    if (classes === 1) return Infinity;
    let a = counts[answer];
    for (let d = 0; ; d++) {
      const seen = Math.min(trainRows, neighbours + d);
      if (d > 0 && seen > neighbours + d - 1) {
        const label = seen <= depth ? labels[at + seen - 1] : -1;
        if (label === answer) a++;
        else if (label >= 0) strongest = Math.max(strongest, ++counts[label] - (label > answer ? 1 : 0));
        else strongest++;
      }
      if (d >= a) return seen > d || answer !== 0 ? d : Infinity;
      if (a - d <= strongest) return d;
    }
  }

  function fewestInsertions(tie: number): number {
    for (let e = 1; e < neighbours; e++) if (lead[Math.min(depth, neighbours - e)] - e + tie <= 0) return e;
    return neighbours;
  }

  /** Whether some split of `count` insertions and deletions, of at least one insertion, makes the rival win. */
  function breaks(count: number, tie: number): boolean {
    for (let d = 0; d < count; d++) {
      const e = count - d;
      const window = Math.min(trainRows, Math.max(0, neighbours - e) + d);
      const known = Math.min(reach, window);
      if (d >= own[known] || lead[known] - (window - known) - d - e + tie <= 0) return true;
    }
    return false;
  }

  /** Below `known`, which breaks; one more insertion never helps the answer, so halving finds the fewest. */
  function fewestOfEither(known: number, tie: number): number {
    let low = 0;
    let high = known;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (breaks(middle, tie)) high = middle;
      else low = middle;
    }
    return high;
  }
}

/**
 * The same for the vote of all training rows within a fixed distance, where none are `emptyClass`. An insertion or a deletion lowers a gap by 1. All exact; `change` needs
 * as many rows outside as it moves in. Shapes: votes [rows, classes] counts within the distance.
 */
export function withinDistanceRadii(votes: Int32Array, classes: number, emptyClass: number): NearestRadii {
  const rows = votes.length / classes;
  const answers = new Int32Array(rows);
  const radii = Array.from({ length: 5 }, () => new Float64Array(rows).fill(Infinity));
  const [insert, remove, both, change, flip] = radii;
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    const answer = firstLargest(votes, at, classes);
    const own = votes[at + answer];
    if (own === 0) {
      answers[i] = emptyClass;
      if (classes > 1) insert[i] = both[i] = change[i] = 0;
      continue;
    }
    answers[i] = answer;
    let others = 0;
    for (let c = 0; c < classes; c++) {
      if (c === answer) continue;
      others += votes[at + c];
      const gap = own - votes[at + c] + (c > answer ? 1 : 0);
      insert[i] = Math.min(insert[i], gap - 1);
      if (votes[at + c] > 0) remove[i] = Math.min(remove[i], gap - 1);
      flip[i] = Math.min(flip[i], Math.ceil(gap / 2) - 1);
    }
    if (others === 0 && answer !== emptyClass) remove[i] = Math.min(remove[i], own - 1);
    both[i] = Math.min(insert[i], remove[i]);
    change[i] = flip[i];
  }
  return { answers, insert, delete: remove, insertOrDelete: both, change, flip };
}
