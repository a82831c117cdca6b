// Tables and texts of 2 to 11 classes for benches of wrong labels: those of the shared data that are there, and generated families. Each is `{ name, kind, make(rng, rows) }`,
// which draws a table of at most so many rows with one class label, "label"; `kind` is shared, generated or scikit-learn.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const data = process.env["THERIAC_DATA"] ?? "../shared/data";

const named = (kind, name, values) => {
  const names = [...new Set(values)].sort();
  const at = new Map(names.map((value, i) => [value, i]));
  return { kind, name, names, codes: Int32Array.from(values, (value) => at.get(value)) };
};

const tableOf = (columns, labels) => ({
  rows: labels.length,
  columns: [...columns, named("category", "label", labels.map(String))],
  roles: { labels: ["label"], features: columns.map(({ name }) => name), task: null, source: null, id: null },
});

const ofPoints = (points, labels) =>
  tableOf(
    Array.from(points[0], (_, j) => ({ kind: "number", name: `x${j}`, values: Float64Array.from(points, (point) => point[j]) })),
    labels,
  );
const ofTexts = (texts, labels) => tableOf([named("text", "text", texts)], labels);

/** Rows drawn at random of something that was read once. */
function drawn(read, build) {
  let known = null;
  return (rng, rows) => {
    known ??= read();
    const picked = rng.sample(known.labels.length, Math.min(rows, known.labels.length));
    return build(
      Array.from(picked, (i) => known.inputs[i]),
      Array.from(picked, (i) => known.labels[i]),
    );
  };
}

const lines = (text) => text.split(/\r?\n/).filter((line) => line !== "");
const numbersOf = (text, labelAt, { skip = 0 } = {}) => {
  const rows = lines(text)
    .slice(skip)
    .map((line) => line.split(","));
  const at = labelAt < 0 ? rows[0].length + labelAt : labelAt;
  return { inputs: rows.map((row) => row.filter((_, j) => j !== at).map(Number)), labels: rows.map((row) => row[at]) };
};

/** Records of a file with quotes around what holds commas, quotes or line ends. */
function recordsOf(text) {
  const records = [];
  let [record, cell, quoted] = [[], "", false];
  for (let p = 0; p < text.length; p++) {
    const c = text[p];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[p + 1] === '"') cell += text[p++];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") [record, cell] = [[...record, cell], ""];
    else if (c === "\n") {
      records.push([...record, cell]);
      [record, cell] = [[], ""];
    } else if (c !== "\r") cell += c;
  }
  return records;
}

const byQuantile = (values, parts) => {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map(
    (value) =>
      Array.from({ length: parts - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / parts)]).filter((cut) => value >= cut)
        .length,
  );
};

const file = (...path) => join(data, ...path);
const read = (...path) => readFileSync(file(...path), "utf8");
const reviews = (label) => () => {
  const [head, ...rows] = recordsOf(read("reviews", "reviews.csv"));
  const [textAt, labelAt] = [head.indexOf("text"), head.indexOf(label)];
  return { inputs: rows.map((row) => row[textAt]), labels: rows.map((row) => row[labelAt]) };
};
const sarcos = (torque, parts) => () => {
  const rows = lines(read("sarcos", "sarcos_test.csv"))
    .slice(1)
    .map((line) => line.split(",").map(Number));
  return {
    inputs: rows.map((row) => row.slice(0, 21)),
    labels: byQuantile(
      rows.map((row) => row[21 + torque]),
      parts,
    ),
  };
};
const idx = () => {
  const [images, labels] = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"].map((name) =>
    gunzipSync(readFileSync(file("mnist", name))),
  );
  return {
    inputs: Array.from({ length: 10_000 }, (_, i) => images.subarray(16 + i * 784, 16 + (i + 1) * 784)),
    labels: Array.from(labels.subarray(8)),
  };
};

const shared = [
  ["breast-cancer", drawn(() => numbersOf(read("breast-cancer", "breast_cancer.csv"), -1, { skip: 1 }), ofPoints)],
  ["digits", drawn(() => numbersOf(gunzipSync(readFileSync(file("digits", "digits.csv.gz"))).toString(), -1), ofPoints)],
  ["spambase", drawn(() => numbersOf(read("spambase", "spambase.data"), -1), ofPoints)],
  ["mnist", drawn(idx, ofPoints)],
  [
    "landmine",
    drawn(() => {
      const { inputs, labels } = numbersOf(read("landmine", "landmine.csv"), 1, { skip: 1 });
      return { inputs: inputs.map((row) => row.slice(1)), labels };
    }, ofPoints),
  ],
  [
    "sms",
    drawn(() => {
      const rows = lines(read("sms", "sms.tsv")).map((line) => line.split("\t"));
      return { inputs: rows.map(([, ...text]) => text.join(" ")), labels: rows.map(([label]) => label) };
    }, ofTexts),
  ],
  ["reviews", drawn(reviews("label"), ofTexts)],
  ["review domains", drawn(reviews("domain"), ofTexts)],
  ["sarcos 3", drawn(sarcos(0, 3), ofPoints)],
  ["sarcos 2", drawn(sarcos(3, 2), ofPoints)],
  [
    "house 2",
    drawn(() => {
      const { inputs, labels } = numbersOf(read("house", "house.csv"), 0, { skip: 1 });
      return { inputs, labels: byQuantile(labels.map(Number), 2) };
    }, ofPoints),
  ],
].map(([name, make]) => ({
  name,
  kind: "shared",
  make,
  folder: { "review domains": "reviews", "sarcos 3": "sarcos", "sarcos 2": "sarcos", "house 2": "house" }[name] ?? name,
}));

const normals = (rng, count) => Array.from({ length: count }, () => rng.normal());
const generated = Object.entries({
  moons: (rng) => {
    const k = rng.integer(2);
    const t = Math.PI * rng.uniform();
    const [a, b] = k === 0 ? [Math.cos(t), Math.sin(t)] : [1 - Math.cos(t), 0.5 - Math.sin(t)];
    return [[a + 0.2 * rng.normal(), b + 0.2 * rng.normal()], k];
  },
  "blobs of 8": (rng) => {
    const k = rng.integer(8);
    return [normals(rng, 6).map((value, j) => 1.1 * value + 2 * (((k >> (j % 3)) & 1) * 2 - 1)), k];
  },
  "eleven classes": (rng) => {
    const k = rng.integer(11);
    return [normals(rng, 10).map((value, j) => value + (j === k ? 4 : 0)), k];
  },
  overlap: (rng) => {
    const x = normals(rng, 8);
    return [x, Number(rng.uniform() < 1 / (1 + Math.exp(-1.2 * (x[0] + x[1] - x[2]))))];
  },
  "linear, sure": (rng) => {
    const x = normals(rng, 10);
    return [x, Number(rng.uniform() < 1 / (1 + Math.exp(-8 * (x[0] + x[1] - x[2] + 0.5 * x[3]))))];
  },
  "hard, three classes": (rng) => {
    const k = rng.integer(3);
    const cloud = rng.integer(3);
    return [normals(rng, 8).map((value, j) => value + 1.9 * Math.cos(2.4 * (3 * cloud + k) + 1.7 * j)), k];
  },
  hastie: (rng) => {
    const x = normals(rng, 10);
    return [x, Number(x.reduce((sum, value) => sum + value * value, 0) > 9.34)];
  },
  xor: (rng) => {
    const x = normals(rng, 5);
    return [x, Number(x[0] * x[1] > 0.15 * rng.normal())];
  },
  rings: (rng) => {
    const k = rng.integer(3);
    const angle = 2 * Math.PI * rng.uniform();
    const radius = 1 + k + 0.28 * rng.normal();
    return [[radius * Math.cos(angle), radius * Math.sin(angle), rng.normal()], k];
  },
  "heavy tails": (rng) => {
    const k = rng.integer(2);
    return [
      Array.from(
        { length: 6 },
        (_, j) => rng.normal() / Math.sqrt((rng.normal() ** 2 + rng.normal() ** 2 + rng.normal() ** 2) / 3) + (j % 2 === k ? 2.2 : 0),
      ),
      k,
    ];
  },
  "rare class": (rng) => {
    const k = Number(rng.uniform() < 0.09);
    return [normals(rng, 7).map((value, j) => value * (1 + k) + (j < 3 ? 2.2 * k : 0)), k];
  },
  coarse: (rng) => {
    const x = Array.from({ length: 4 }, () => Math.floor(4 * rng.uniform() ** 1.5));
    return [x, Number(rng.uniform() < 1 / (1 + Math.exp(6 - 1.6 * (x[0] + x[1] + 0.5 * x[2]))))];
  },
}).map(([name, draw]) => ({
  name,
  kind: "generated",
  make: (rng, rows) => {
    const all = Array.from({ length: rows }, () => draw(rng));
    return ofPoints(
      all.map(([point]) => point),
      all.map(([, label]) => label),
    );
  },
}));

/** Texts of words that lean to one of five kinds. */
generated.push({
  name: "five kinds of text",
  kind: "generated",
  make(rng, rows) {
    const labels = Array.from({ length: rows }, () => rng.integer(5));
    const texts = labels.map((k) =>
      Array.from({ length: 12 + rng.integer(20) }, () =>
        rng.uniform() < 0.16
          ? `k${rng.uniform() < 0.85 ? k : rng.integer(5)}w${rng.integer(50)}`
          : `w${Math.floor(800 * rng.uniform() ** 3)}`,
      ).join(" "),
    );
    return ofTexts(texts, labels);
  },
});

/** The sets that can be made here. */
export const labelSets = [...shared.filter(({ folder }) => existsSync(file(folder))), ...generated];
