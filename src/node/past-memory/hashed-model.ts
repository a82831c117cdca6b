/** Logistic regressions over hashed words, one a fold: a row is asked of the one that learned nothing of its fold. */
export interface HashedModels {
  /** Shows a row to the models of all other folds. @param words those that count, hashed. */
  learn(words: Int32Array, label: number, fold: number): void;
  /** Probabilities of the classes. Shape: out [classes]. */
  chancesInto(out: Float64Array, words: Int32Array, fold: number): void;
  /** Divides the scores so that these held-out rows are likeliest (Guo et al. 2017, On Calibration of Modern Neural Networks, §4.2). */
  calibrate(rows: readonly { readonly words: Int32Array; readonly label: number; readonly fold: number }[]): void;
}

export interface HashedModelOptions {
  readonly classes: number;
  readonly folds: number;
  /** Places that words are hashed to: 2 to this power. */
  readonly bits: number;
  /** 1 for the places that count; absent = all do. Shape: [2 ** bits]. */
  readonly isKnown?: Uint8Array;
}

const rate = 0.4;
const smallest = 1e-8;

/**
 * Softmax regression by AdaGrad (Duchi, Hazan & Singer 2011, JMLR 12), one row after another, over feature hashing (Weinberger et al. 2009, ICML); a row of m known words has
 * 1 / √m for each of them, so that long texts shout no louder. Memory does not grow with the data.
 */
export function makeHashedModels({ classes, folds, bits, isKnown }: HashedModelOptions): HashedModels {
  const places = 2 ** bits;
  const mask = places - 1;
  const weights = Array.from({ length: folds }, () => new Float32Array((places + 1) * classes));
  const squares = Array.from({ length: folds }, () => new Float32Array((places + 1) * classes).fill(smallest));
  const chances = new Float64Array(classes);
  let at = new Int32Array(1024);
  let inverse = 1;

  /** Leaves the places of known words in `at`; the last is that of the constant. */
  function placesOf(words: Int32Array): number {
    if (at.length < words.length + 1) at = new Int32Array(2 * words.length + 2);
    let count = 0;
    for (let p = 0; p < words.length; p++) {
      const place = words[p] & mask;
      if (isKnown === undefined || isKnown[place] === 1) at[count++] = place * classes;
    }
    at[count] = places * classes;
    return count;
  }

  function score(own: Float32Array, count: number, out: Float64Array): number {
    const size = count === 0 ? 0 : 1 / Math.sqrt(count);
    for (let k = 0; k < classes; k++) {
      let sum = 0;
      for (let p = 0; p < count; p++) sum += own[at[p] + k];
      out[k] = inverse * (sum * size + own[at[count] + k]);
    }
    return size;
  }

  function softmax(out: Float64Array): void {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) top = Math.max(top, out[k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += out[k] = Math.exp(out[k] - top);
    for (let k = 0; k < classes; k++) out[k] /= sum;
  }

  function chancesInto(out: Float64Array, words: Int32Array, fold: number): void {
    score(weights[fold], placesOf(words), out);
    softmax(out);
  }

  function learn(words: Int32Array, label: number, fold: number): void {
    const count = placesOf(words);
    for (let f = 0; f < folds; f++) {
      if (f === fold) continue;
      const own = weights[f];
      const square = squares[f];
      const size = score(own, count, chances);
      softmax(chances);
      for (let k = 0; k < classes; k++) {
        const slope = chances[k] - (k === label ? 1 : 0);
        for (let p = 0; p <= count; p++) {
          const w = at[p] + k;
          const g = p === count ? slope : slope * size;
          square[w] += g * g;
          own[w] -= (rate * g) / Math.sqrt(square[w]);
        }
      }
    }
  }

  function calibrate(rows: Parameters<HashedModels["calibrate"]>[0]): void {
    const lossAt = (logInverse: number): number => {
      inverse = Math.exp(logInverse);
      let loss = 0;
      for (const { words, label, fold } of rows) {
        chancesInto(chances, words, fold);
        loss -= Math.log(Math.max(1e-300, chances[label]));
      }
      return loss;
    };
    // Golden section; the loss is convex in the inverse temperature.
    const ratio = (Math.sqrt(5) - 1) / 2;
    let low = -3;
    let high = 3;
    for (let step = 0; step < 24; step++) {
      const a = high - ratio * (high - low);
      const b = low + ratio * (high - low);
      if (lossAt(a) < lossAt(b)) high = b;
      else low = a;
    }
    inverse = rows.length === 0 ? 1 : Math.exp((low + high) / 2);
  }

  return { learn, chancesInto, calibrate };
}
