// Data that nobody poisoned, for bench/false-alarms.mjs: `make(rng)` draws a table and says which rows have a label that was got wrong by mistake.
const numbers = (name, values) => ({ kind: "number", name, values: Float64Array.from(values) });
const named = (kind, name, values) => {
  const names = [...new Set(values)].sort();
  const at = new Map(names.map((value, i) => [value, i]));
  return { kind, name, names, codes: Int32Array.from(values, (value) => at.get(value)) };
};
const tableOf = (rows, columns, features, more = {}) => ({
  rows,
  columns,
  roles: { labels: ["label"], features, task: null, source: null, id: null, ...more },
});

/** Gaussian classes of the shares given; `noise` of the labels are got wrong. */
function gaussian({ rows, features, apart, shares = [0.5, 0.5], noise = 0, tails = false }) {
  return (rng) => {
    const names = shares.map((_, k) => `class ${k}`);
    const drawn = Array.from({ length: rows }, () => {
      let rest = rng.uniform();
      return Math.max(
        0,
        shares.findIndex((share) => (rest -= share) < 0),
      );
    });
    const columns = Array.from({ length: features }, (_, f) =>
      numbers(
        `x${f}`,
        drawn.map(
          (k) =>
            (tails ? rng.normal() / Math.sqrt((rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2) / 3) : rng.normal()) +
            (f % shares.length === k ? apart : 0),
        ),
      ),
    );
    const wrong = new Set();
    const labels = drawn.map((k, i) => {
      if (rng.uniform() >= noise) return names[k];
      wrong.add(i);
      return names[(k + 1 + rng.integer(shares.length - 1)) % shares.length];
    });
    return {
      table: tableOf(
        rows,
        [...columns, named("category", "label", labels)],
        columns.map(({ name }) => name),
      ),
      wrong,
    };
  };
}

/** Texts of `least` words and up to `more` others; a share `telling` of the words leans to a class; accounts write `each` on average. */
function texts({ rows, least, more, telling, vocabulary = 600, share = 0.5, noise = 0, each = 0, kinds = 1 }) {
  return (rng) => {
    const drawn = Array.from({ length: rows }, () => (rng.uniform() < share ? 1 : 0));
    const word = (code, kind) => {
      if (rng.uniform() < telling)
        return rng.uniform() < 0.8 ? `${"np"[code]}lean${rng.integer(60)}` : `${"pn"[code]}lean${rng.integer(60)}`;
      return `${kind}w${Math.floor(vocabulary * rng.uniform() ** 3)}`;
    };
    const all = drawn.map((code) => {
      const kind = "abc"[rng.integer(kinds)];
      return Array.from({ length: least + rng.integer(more + 1) }, () => word(code, kind)).join(" ");
    });
    const wrong = new Set();
    const labels = drawn.map((code, i) => {
      if (rng.uniform() >= noise) return ["neg", "pos"][code];
      wrong.add(i);
      return ["pos", "neg"][code];
    });
    const columns = [named("text", "text", all), named("category", "label", labels)];
    if (each === 0) return { table: tableOf(rows, columns, ["text"]), wrong };
    const accounts = drawn.map(() => `u${Math.floor((rows / each) * rng.uniform() ** 1.5)}`);
    return { table: tableOf(rows, [...columns, named("category", "account", accounts)], ["text"], { source: "account" }), wrong };
  };
}

/** A few coarse columns, so that many rows are equal, and a label that leans on them. */
function coarse({ rows, columns: count, values }) {
  return (rng) => {
    const columns = Array.from({ length: count }, (_, f) =>
      named(
        "category",
        `c${f}`,
        Array.from({ length: rows }, () => `v${Math.floor(values * rng.uniform() ** 1.5)}`),
      ),
    );
    const labels = Array.from({ length: rows }, (_, i) => {
      const lean = columns.reduce((sum, { codes }) => sum + codes[i], 0) / (count * values);
      return rng.uniform() < 0.15 + 0.7 * lean ? "yes" : "no";
    });
    return {
      table: tableOf(
        rows,
        [...columns, named("category", "label", labels)],
        columns.map(({ name }) => name),
      ),
      wrong: new Set(),
    };
  };
}

const family = (make, held = false) => ({ make, held });

export const families = {
  short: family(texts({ rows: 500, least: 3, more: 5, telling: 0.25 })),
  "short few words": family(texts({ rows: 500, least: 1, more: 3, telling: 0.4, vocabulary: 60 })),
  long: family(texts({ rows: 600, least: 40, more: 80, telling: 0.06, vocabulary: 3000 })),
  accounts: family(texts({ rows: 1200, least: 8, more: 12, telling: 0.15, each: 4 })),
  "rare class": family(texts({ rows: 1000, least: 10, more: 10, telling: 0.2, share: 0.06 })),
  "few columns": family(gaussian({ rows: 500, features: 4, apart: 1.5 })),
  "many columns": family(gaussian({ rows: 400, features: 80, apart: 0.4 })),
  "few rows": family(gaussian({ rows: 80, features: 5, apart: 2 })),
  "many rows": family(gaussian({ rows: 4000, features: 6, apart: 2 })),
  "sure models": family(gaussian({ rows: 800, features: 6, apart: 3.5 })),
  "wrong labels": family(gaussian({ rows: 800, features: 6, apart: 3, noise: 0.08 })),
  "heavy tails": family(gaussian({ rows: 800, features: 6, apart: 3, tails: true })),
  coarse: family(coarse({ rows: 900, columns: 4, values: 4 })),
  "two kinds": family(texts({ rows: 700, least: 8, more: 8, telling: 0.2, kinds: 3 }), true),
  "four classes": family(gaussian({ rows: 700, features: 12, apart: 2.2, shares: [0.55, 0.25, 0.15, 0.05], noise: 0.02 }), true),
};
