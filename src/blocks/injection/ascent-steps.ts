/** How an ascent moves from one point to the next. Points and gradients are in units of each coordinate. */
export interface Stepper {
  /** Whether it will look at the gradient of a point that did (not) improve on the best one. */
  needsGradient(improved: boolean): boolean;
  /** Moves `point` in place. `gradient` is that of the point, where it was asked for; it may be overwritten. Shapes: [coordinates]. */
  stepInPlace(point: Float64Array, gradient: Float64Array, at: { readonly t: number; readonly improved: boolean }): void;
}

export interface StepRates {
  readonly steps: number;
  /** Length of a step in units, at the start and at the end. */
  readonly firstRate: number;
  readonly lastRate: number;
}

/** Decay rates of Adam's two moments. */
const [momentum, spread] = [0.9, 0.99];

/**
 * Adam (Kingma & Ba 2015) with a falling rate; it goes on from where it is, whether or not that improved.
 *
 * @param units of each coordinate; what has the unit 0 stays. Shape: [coordinates].
 * @param cols coordinates that belong to one row
 */
export function adamSteps(units: Float64Array, cols: number, { steps, firstRate, lastRate }: StepRates): Stepper {
  const first = new Float64Array(units.length);
  const second = new Float64Array(units.length);
  return {
    needsGradient: () => true,
    stepInPlace(point, gradient, { t }) {
      // A floor under the denominator keeps rows at rest that hardly matter.
      const floor = (1e-3 * steepest(gradient, cols)) / Math.sqrt(cols) + Number.MIN_VALUE;
      const [correctFirst, correctSecond] = [1 - momentum ** (t + 1), 1 - spread ** (t + 1)];
      const rate = firstRate * (lastRate / firstRate) ** (t / Math.max(1, steps - 1));
      for (let p = 0; p < gradient.length; p++) {
        const g = gradient[p];
        first[p] = momentum * first[p] + (1 - momentum) * g;
        second[p] = spread * second[p] + (1 - spread) * g * g;
        point[p] += rate * units[p] * (first[p] / correctFirst / (Math.sqrt(second[p] / correctSecond) + floor));
      }
    },
  };
}

/** Length of the first step of the steepest row, per coordinate, and how it changes. */
const [startingStep, growth, shrinkage] = [1, 1.3, 0.5];

/**
 * Projected gradient ascent that goes back where a step did not improve: all rows move along their own gradients, so far that the steepest one moves by
 * the step length per coordinate; an improvement lengthens the next step, up to twice the first, and a step that failed is taken again at half its length.
 *
 * @param units of each coordinate; what has the unit 0 stays. Shape: [coordinates].
 * @param cols coordinates that belong to one row
 */
export function acceptRejectSteps(units: Float64Array, cols: number): Stepper {
  const home = new Float64Array(units.length);
  const uphill = new Float64Array(units.length);
  let length = startingStep / growth;
  return {
    needsGradient: (improved) => improved,
    stepInPlace(point, gradient, { improved }) {
      if (improved) {
        home.set(point);
        uphill.set(gradient);
        const steep = steepest(uphill, cols) / Math.sqrt(cols);
        if (steep > 0) for (let p = 0; p < uphill.length; p++) uphill[p] /= steep;
        length = Math.min(2 * startingStep, length * growth);
      } else length *= shrinkage;
      for (let p = 0; p < point.length; p++) point[p] = home[p] + length * units[p] * uphill[p];
    },
  };
}

/** The largest norm of a row's gradient; the labels, which come last, count as rows of their own. */
function steepest(gradient: Float64Array, cols: number): number {
  let largest = 0;
  for (let start = 0; start < gradient.length; start += cols) {
    let squares = 0;
    for (let p = start; p < Math.min(start + cols, gradient.length); p++) squares += gradient[p] * gradient[p];
    largest = Math.max(largest, squares);
  }
  return Math.sqrt(largest);
}
