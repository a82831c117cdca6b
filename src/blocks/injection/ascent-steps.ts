/** How rows move from one point of an ascent to the next. Shapes: x, gradient [rows * features]. */
export interface Stepper {
  /** Whether it goes on from a point that did (not) improve on the best one, by the gradient there; else it goes back. */
  goesOn(improved: boolean): boolean;
  stepInPlace(x: Float64Array, gradient: Float64Array, at: { readonly t: number; readonly improved: boolean }): void;
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
 * Adam (Kingma & Ba 2015, algorithm 1) with a falling rate, in units of each feature.
 *
 * @param scale unit of each feature; what has the unit 0 stays. Shape: [features].
 * @param size rows × features
 */
export function adamSteps(scale: Float64Array, size: number, rates: StepRates): Stepper {
  const cols = scale.length;
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  return {
    goesOn: () => true,
    stepInPlace(x, gradient, { t }) {
      // A floor under the denominator keeps features at rest that hardly matter.
      let largest = 0;
      for (let p = 0; p < size; p++) largest = Math.max(largest, Math.abs(gradient[p] * scale[p % cols]));
      const floor = 1e-6 * largest + Number.MIN_VALUE;
      const [correctFirst, correctSecond] = [1 - momentum ** (t + 1), 1 - spread ** (t + 1)];
      const rate = rateAt(t, rates);
      for (let p = 0; p < size; p++) {
        const unit = scale[p % cols];
        const g = gradient[p] * unit;
        first[p] = momentum * first[p] + (1 - momentum) * g;
        second[p] = spread * second[p] + (1 - spread) * g * g;
        x[p] += (rate * unit * (first[p] / correctFirst)) / (Math.sqrt(second[p] / correctSecond) + floor);
      }
    },
  };
}

/** Each row by its scale along its own gradient: what is sparse has too little to say of single features. */
export function rowSteps(scale: Float64Array, size: number, rates: StepRates): Stepper {
  const cols = scale.length;
  return {
    goesOn: () => true,
    stepInPlace(x, gradient, { t }) {
      const rate = rateAt(t, rates);
      for (let start = 0; start < size; start += cols) {
        let squares = 0;
        for (let j = 0; j < cols; j++) if (scale[j] > 0) squares += gradient[start + j] * gradient[start + j];
        if (squares > 0) for (let j = 0; j < cols; j++) x[start + j] += ((rate * scale[j]) / Math.sqrt(squares)) * gradient[start + j];
      }
    },
  };
}

/** Length of the first step of the steepest row, per feature, and how it changes. */
const [startingStep, growth, shrinkage] = [1, 1.3, 0.5];

/**
 * Projected gradient ascent that goes back where a step did not improve: all rows move along their own gradients, so far that the steepest one moves by
 * the step length per feature; an improvement lengthens the next step, up to twice the first, and a step that failed is taken again at half its length.
 */
export function acceptRejectSteps(scale: Float64Array, size: number): Stepper {
  const cols = scale.length;
  const home = new Float64Array(size);
  const uphill = new Float64Array(size);
  let length = startingStep / growth;
  return {
    goesOn: (improved) => improved,
    stepInPlace(x, gradient, { improved }) {
      if (improved) {
        home.set(x);
        for (let p = 0; p < size; p++) uphill[p] = gradient[p] * scale[p % cols];
        const steep = steepest(uphill, cols) / Math.sqrt(cols);
        if (steep > 0) for (let p = 0; p < size; p++) uphill[p] /= steep;
        length = Math.min(2 * startingStep, length * growth);
      } else length *= shrinkage;
      for (let p = 0; p < size; p++) x[p] = home[p] + length * scale[p % cols] * uphill[p];
    },
  };
}

function rateAt(t: number, { steps, firstRate, lastRate }: StepRates): number {
  return firstRate * (lastRate / firstRate) ** (t / Math.max(1, steps - 1));
}

/** The largest norm of a row's gradient. */
function steepest(gradient: Float64Array, cols: number): number {
  let largest = 0;
  for (let start = 0; start < gradient.length; start += cols) {
    let squares = 0;
    for (let p = start; p < start + cols; p++) squares += gradient[p] * gradient[p];
    largest = Math.max(largest, squares);
  }
  return Math.sqrt(largest);
}
