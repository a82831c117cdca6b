/** Ω as correlations, Ω_ij / √(Ω_ii Ω_jj); NaN in rows and columns of a task that was not learned. Shapes: omega, result [tasks, tasks]. */
export function relationCorrelations(omega: Float64Array, tasks: number, isLearned: (task: number) => boolean): Float64Array {
  return omega.map((value, p) => {
    const [i, j] = [Math.floor(p / tasks), p % tasks];
    if (!isLearned(i) || !isLearned(j)) return NaN;
    if (i === j) return 1;
    return Math.min(1, Math.max(-1, value / Math.sqrt(omega[i * tasks + i] * omega[j * tasks + j])));
  });
}
