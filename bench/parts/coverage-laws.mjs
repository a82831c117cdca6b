// Laws that data sets are drawn from for bench/coverage.mjs: `make(rng, rows)` draws one.
const numbers = (name, values) => ({ kind: "number", name, values: Float64Array.from(values) });
const classes = (codes, names) => ({ kind: "category", name: "label", names, codes: Int32Array.from(codes) });
const tableOf = (rows, features, label) => ({
  rows,
  columns: [...features, label],
  roles: { labels: ["label"], features: features.map(({ name }) => name), task: null, source: null, id: null },
});

/** Two Gaussian classes: the first `telling` features differ by `apart` standard deviations. */
function gaussian({ features, telling, apart, share = 0.5 }) {
  return (rng, rows) => {
    const codes = Array.from({ length: rows }, () => (rng.uniform() < share ? 1 : 0));
    const columns = Array.from({ length: features }, (_, f) =>
      numbers(
        `x${f}`,
        codes.map((code) => rng.normal() + (f < telling ? (code - 0.5) * apart : 0)),
      ),
    );
    return tableOf(rows, columns, classes(codes, ["n", "p"]));
  };
}

/** Short texts: each word is drawn from common words, or from those of its class. */
const texts = (share) => (rng, rows) => {
  const codes = Array.from({ length: rows }, () => (rng.uniform() < share ? 1 : 0));
  const word = (code) => (rng.uniform() < 0.12 ? `${"np"[code]}w${rng.integer(40)}` : `common${Math.floor(400 * rng.uniform() ** 2)}`);
  const all = codes.map((code) => Array.from({ length: 8 + rng.integer(10) }, () => word(code)).join(" "));
  const names = [...new Set(all)];
  const column = { kind: "text", name: "text", names, codes: Int32Array.from(all, (text) => names.indexOf(text)) };
  return tableOf(rows, [column], classes(codes, ["n", "p"]));
};

/** Three classes, each with two features of its own. */
function three(rng, rows) {
  const codes = Array.from({ length: rows }, () => rng.integer(3));
  const columns = Array.from({ length: 8 }, (_, f) =>
    numbers(
      `x${f}`,
      codes.map((code) => rng.normal() + (f % 4 === code ? 1.1 : 0)),
    ),
  );
  return tableOf(rows, columns, classes(codes, ["a", "b", "c"]));
}

function regression(rng, rows) {
  const columns = Array.from({ length: 8 }, (_, f) =>
    numbers(
      `x${f}`,
      Array.from({ length: rows }, () => rng.normal()),
    ),
  );
  const label = numbers(
    "label",
    Array.from({ length: rows }, (_, i) => columns.reduce((sum, { values }, f) => sum + values[i] / (f + 1), 0) + rng.normal()),
  );
  return tableOf(rows, columns, label);
}

/** Features and noise that are skewed to the right. */
function skewed(rng, rows) {
  const columns = Array.from({ length: 5 }, (_, f) =>
    numbers(
      `x${f}`,
      Array.from({ length: rows }, () => Math.exp(0.6 * rng.normal())),
    ),
  );
  const label = numbers(
    "label",
    Array.from({ length: rows }, (_, i) => columns[0].values[i] - columns[1].values[i] - Math.log(1 - rng.uniform())),
  );
  return tableOf(rows, columns, label);
}

/** Heavy tails in the noise, and one feature in a hundred times another unit. */
function heavyRegression(rng, rows) {
  const columns = Array.from({ length: 4 }, (_, f) =>
    numbers(
      `x${f}`,
      Array.from({ length: rows }, () => (f === 0 ? 100 : 1) * rng.normal()),
    ),
  );
  const noise = () =>
    rng.normal() / Math.sqrt((rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2) / 5);
  const label = numbers(
    "label",
    Array.from({ length: rows }, (_, i) => columns[0].values[i] / 100 + columns[1].values[i] + noise()),
  );
  return tableOf(rows, columns, label);
}

/** Four classes of very unequal sizes, and one label in ten replaced by any class. */
function fourNoisy(rng, rows) {
  const ends = [0.5, 0.78, 0.92, 1];
  const truth = Array.from({ length: rows }, () => {
    const drawn = rng.uniform();
    return ends.findIndex((end) => drawn < end);
  });
  const columns = Array.from({ length: 10 }, (_, f) =>
    numbers(
      `x${f}`,
      truth.map((code) => rng.normal() + (f % 5 === code ? 1.4 : 0)),
    ),
  );
  const labels = truth.map((code) => (rng.uniform() < 0.1 ? rng.integer(4) : code));
  return tableOf(rows, columns, classes(labels, ["a", "b", "c", "d"]));
}

/** Noise that grows with the first feature, by factors of up to about ten. */
function unevenNoise(rng, rows) {
  const columns = Array.from({ length: 6 }, (_, f) =>
    numbers(
      `x${f}`,
      Array.from({ length: rows }, () => rng.normal()),
    ),
  );
  const label = numbers(
    "label",
    Array.from(
      { length: rows },
      (_, i) => columns[0].values[i] + columns[1].values[i] - columns[2].values[i] / 2 + Math.exp(columns[0].values[i]) * rng.normal(),
    ),
  );
  return tableOf(rows, columns, label);
}

const law = (make, rows, budget, learner, attacks, chosen = false, repair = undefined) => ({
  make,
  rows,
  budget,
  learner,
  attacks,
  chosen,
  repair,
});

/** The last argument says that the width of the intervals was chosen on this law. */
export const laws = {
  few: law(gaussian({ features: 5, telling: 3, apart: 1 }), 300, 0.1, "logistic", ["label-flip", "gradient-injection"], true),
  many: law(gaussian({ features: 40, telling: 10, apart: 0.6 }), 400, 0.1, "logistic", ["label-flip", "confident-flip"], true),
  text: law(texts(0.5), 400, 0.1, "logistic", ["label-flip", "confident-flip"], true),
  regression: law(regression, 300, 0.05, "ridge", ["label-flip", "flipped-copies"], true),
  imbalanced: law(
    gaussian({ features: 6, telling: 4, apart: 1, share: 0.12 }),
    500,
    0.05,
    "logistic",
    ["label-flip", "confident-flip"],
    true,
  ),
  trimmed: law(gaussian({ features: 8, telling: 4, apart: 1 }), 300, 0.1, "logistic", ["label-flip", "confident-flip"], true, "trim"),
  margin: law(gaussian({ features: 12, telling: 12, apart: 0.7 }), 1000, 0.05, "linear-svm", ["label-flip", "alfa"], true),
  small: law(gaussian({ features: 3, telling: 3, apart: 1.2 }), 150, 0.1, "logistic", ["label-flip", "confident-flip"], true),
  rare: law(gaussian({ features: 15, telling: 5, apart: 0.9, share: 0.15 }), 400, 0.1, "linear-svm", ["label-flip", "alfa"], true),
  "heavy tails": law(heavyRegression, 400, 0.1, "ridge", ["label-flip", "flipped-copies"], true),
  "three classes": law(three, 400, 0.08, "logistic", ["label-flip", "confident-flip"]),
  "rare in text": law(texts(0.15), 500, 0.08, "logistic", ["label-flip", "confident-flip"]),
  "four noisy classes": law(fourNoisy, 250, 0.08, "logistic", ["label-flip", "confident-flip"]),
  "uneven noise": law(unevenNoise, 150, 0.08, "ridge", ["label-flip", "flipped-copies"]),
  skewed: law(skewed, 300, 0.08, "ridge", ["label-flip", "flipped-copies"], true, "trim"),
};
