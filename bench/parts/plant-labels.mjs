// Wrong labels planted in a table with the label column "label": shapes of mistakes and of poison, each a list of [row, new code].

/** Every label as likely wrong as any other, and as likely any other class. */
function uniform({ rng, codes, classes, rate }) {
  return pickOf(rng, codes.length, rate * codes.length).map((i) => [i, (codes[i] + 1 + rng.integer(classes - 1)) % classes]);
}

/** Some classes, half of them at most, are taken for one other each: twice the rate of their rows, 45 % at most. */
function byClass({ rng, codes, classes, rate }) {
  const order = rng.sample(classes, classes);
  return Array.from(order.subarray(0, Math.max(1, Math.floor(classes / 2)))).flatMap((from) => {
    const own = [...codes.keys()].filter((i) => codes[i] === from);
    const to = (from + 1 + rng.integer(classes - 1)) % classes;
    return pickOf(rng, own.length, Math.min(0.45, 2 * rate) * own.length).map((k) => [own[k], to]);
  });
}

/** Drawn among the half of the rows of whose labels a model that did not see them is surest; 0.4 of that half at most. */
function confident({ rng, codes, classes, rate, sureness }) {
  const order = bySureness(codes, sureness);
  const half = order.slice(0, Math.ceil(order.length / 2));
  return pickOf(rng, half.length, Math.min(0.4 * half.length, rate * codes.length)).map((k) => [
    half[k],
    (codes[half[k]] + 1 + rng.integer(classes - 1)) % classes,
  ]);
}

/** The rows of whose labels such a model is surest of all, all of them. */
function surest({ rng, codes, classes, rate, sureness }) {
  return bySureness(codes, sureness)
    .slice(0, Math.round(rate * codes.length))
    .map((i) => [i, (codes[i] + 1 + rng.integer(classes - 1)) % classes]);
}

const bySureness = (codes, sureness) => [...codes.keys()].sort((a, b) => sureness[b] - sureness[a] || a - b);
const pickOf = (rng, limit, count) => Array.from(rng.sample(limit, Math.min(limit, Math.round(count))));

export const shapes = { uniform, "by class": byClass, confident, surest };
