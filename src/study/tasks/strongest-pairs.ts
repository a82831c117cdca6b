export interface Pair {
  readonly from: number;
  readonly to: number;
}

/** The `count` pairs off the diagonal with the largest positive entries, largest first. Shape: matrix [tasks, tasks], NaN = not defined. */
export function strongestPairs(matrix: Float64Array, tasks: number, count: number, isTarget: (task: number) => boolean): Pair[] {
  const pairs: (Pair & { readonly value: number })[] = [];
  for (let from = 0; from < tasks; from++)
    for (let to = 0; to < tasks; to++) {
      const value = matrix[from * tasks + to];
      if (from !== to && value > 0 && isTarget(to)) pairs.push({ from, to, value });
    }
  return pairs
    .sort((a, b) => b.value - a.value || a.from - b.from || a.to - b.to)
    .slice(0, count)
    .map(({ from, to }) => ({ from, to }));
}

/** The task that all others together could hurt most, were the first order all; null where none can be hurt. */
export function mostExposedTask(matrix: Float64Array, tasks: number, isTarget: (task: number) => boolean): number | null {
  let best: { task: number; value: number } | null = null;
  for (let to = 0; to < tasks; to++) {
    if (!isTarget(to)) continue;
    let value = 0;
    for (let from = 0; from < tasks; from++) if (from !== to && matrix[from * tasks + to] > 0) value += matrix[from * tasks + to];
    if (value > 0 && (best === null || value > best.value)) best = { task: to, value };
  }
  return best?.task ?? null;
}

/** Entry by entry the mean over those that are defined; NaN where none is. */
export function meanMatrix(matrices: readonly Float64Array[]): Float64Array {
  return matrices[0].map((_, p) => {
    const values = matrices.flatMap((matrix) => (Number.isNaN(matrix[p]) ? [] : [matrix[p]]));
    return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
