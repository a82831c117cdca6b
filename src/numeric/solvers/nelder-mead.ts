/** Where a simplex search ended. */
export interface SimplexMinimum {
  /** Shape: [parameters]. */
  readonly at: Float64Array;
  readonly value: number;
}

/**
 * The least value that a simplex search finds (Nelder & Mead 1965, The Computer Journal 7(4), with their own coefficients): for a few parameters of a function
 * without derivatives.
 *
 * @param steps from `start` to the other corners, one along each axis. Shape: [parameters]
 * @param evaluations after which it ends at the latest, give or take a shrunk simplex
 */
export function nelderMead(
  f: (at: Float64Array) => number,
  start: Float64Array,
  steps: Float64Array,
  evaluations: number,
  tolerance = 1e-6,
): SimplexMinimum {
  const size = start.length;
  const corners = Array.from({ length: size + 1 }, (_, corner): SimplexMinimum => {
    const at = start.slice();
    if (corner > 0) at[corner - 1] += steps[corner - 1];
    return { at, value: f(at) };
  });
  const centre = new Float64Array(size);
  const along = (step: number): SimplexMinimum => {
    const worst = corners[size].at;
    const at = centre.map((middle, j) => middle + step * (worst[j] - middle));
    return { at, value: f(at) };
  };
  const byValue = (a: SimplexMinimum, b: SimplexMinimum): number => a.value - b.value;
  for (let used = size + 1; used < evaluations;) {
    corners.sort(byValue);
    if (corners[size].value - corners[0].value <= tolerance) break;
    centre.fill(0);
    for (let corner = 0; corner < size; corner++) for (let j = 0; j < size; j++) centre[j] += corners[corner].at[j] / size;
    const reflected = along(-1);
    used++;
    if (reflected.value < corners[0].value) {
      const expanded = along(-2);
      used++;
      corners[size] = expanded.value < reflected.value ? expanded : reflected;
      continue;
    }
    if (reflected.value < corners[size - 1].value) {
      corners[size] = reflected;
      continue;
    }
    const contracted = along(reflected.value < corners[size].value ? -0.5 : 0.5);
    used++;
    if (contracted.value < Math.min(reflected.value, corners[size].value)) {
      corners[size] = contracted;
      continue;
    }
    for (let corner = 1; corner <= size; corner++) {
      const at = corners[corner].at.map((value, j) => (value + corners[0].at[j]) / 2);
      corners[corner] = { at, value: f(at) };
    }
    used += size;
  }
  return corners.sort(byValue)[0];
}
