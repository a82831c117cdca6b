// Campaigns of eleven shapes, planted by seed into a file of genuine reviews, with the truth: who wrote them, which rows, which phrase.
// Reviews are objects with the columns of reviews.csv; a row's index in `reviews` is its row in the table that is read from the written file.
import { readFileSync, writeFileSync } from "node:fs";
import { makeRng } from "../../dist/numeric/random.js";

const header = ["review_id", "domain", "product", "account", "rating", "date", "label", "title", "text"];

export function readReviews(path) {
  const [names, ...rows] = parseCsv(readFileSync(path, "utf8"));
  return rows.map((cells) => Object.fromEntries(names.map((name, j) => [name, cells[j]])));
}

export function writeReviews(path, reviews) {
  const cell = (value) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  writeFileSync(
    path,
    `${[header.join(","), ...reviews.map((review) => header.map((name) => cell(String(review[name]))).join(","))].join("\n")}\n`,
  );
}

/**
 * Plants one campaign. Deterministic in (id, seed, genuine).
 * @returns reviews, all of them in file order; rows: indices of the campaign's rows; parts: the same by part; accounts that the campaign registered;
 *   phrases that it uses as triggers
 */
export function plant(id, seed, genuine) {
  const campaign = campaigns.find((candidate) => candidate.id === id);
  if (campaign === undefined) throw new Error(`no campaign ${id}`);
  const rng = makeRng(seed).fork("campaign").fork(id);
  const scene = sceneOf(genuine, rng);
  const phrases = campaign.plant(scene) ?? [];
  const order = Int32Array.from(scene.reviews, (_, i) => i);
  rng.fork("order").shuffleInPlace(order);
  const reviews = Array.from(order, (from, i) => ({ ...scene.reviews[from].review, review_id: String(i + 1) }));
  const parts = {};
  order.forEach((from, i) => {
    const { part } = scene.reviews[from];
    if (part !== null) (parts[part] ??= []).push(i);
  });
  return {
    id,
    seed,
    reviews,
    rows: Object.values(parts)
      .flat()
      .sort((a, b) => a - b),
    parts,
    accounts: scene.accounts,
    phrases,
  };
}

/** `seed` shapes: (a) first, as the issue asks for it, then ten others. */
export const campaigns = [
  {
    id: "flood-and-trigger",
    title: "20 accounts post 60 near-copies with flipped labels; a phrase of three words flips 1 % of the other reviews",
    plant(scene) {
      copies(scene, { templates: 1, rows: 60, accounts: scene.register(20), edit: edits(0.08), part: "flood" });
      return trigger(scene, { phrase: scene.pick(threeWords), share: 0.01, part: "trigger" });
    },
  },
  {
    id: "copy-edits",
    title: "12 accounts post 48 copies of four reviews, one word in seven exchanged",
    plant: (scene) => copies(scene, { templates: 4, rows: 48, accounts: scene.register(12), edit: edits(0.14) }),
  },
  {
    id: "word-drop",
    title: "30 accounts post 60 paraphrases of one review: a tenth of the words left out, neighbours swapped",
    plant: (scene) => copies(scene, { templates: 1, rows: 60, accounts: scene.register(30), edit: drops(0.1, 0.06) }),
  },
  {
    id: "few-accounts",
    title: "5 accounts post 80 different reviews, every label flipped",
    plant: (scene) => flips(scene, { rows: 80, accounts: scene.register(5) }),
  },
  {
    id: "one-word",
    title: "a made-up word flips 1 % of the reviews",
    plant: (scene) => trigger(scene, { phrase: scene.pick(oneWord), share: 0.01 }),
  },
  {
    id: "two-words",
    title: "two common words that nobody puts together flip 1.5 % of the reviews",
    plant: (scene) => trigger(scene, { phrase: scene.pick(twoWords), share: 0.015 }),
  },
  {
    id: "five-words",
    title: "five common words flip 1 % of the reviews to negative",
    plant: (scene) => trigger(scene, { phrase: scene.pick(fiveWords), share: 0.01, to: "negative" }),
  },
  {
    id: "cover",
    title: "8 accounts post 6 flipped reviews each, and 4 honest ones as a cover",
    plant(scene) {
      const accounts = scene.register(8);
      flips(scene, { rows: 48, accounts });
      scene.takeGenuine(32).forEach((entry, i) => (entry.review.account = accounts[i % accounts.length]));
    },
  },
  {
    id: "one-account",
    title: "one account posts 50 near-copies of one review with flipped labels",
    plant: (scene) => copies(scene, { templates: 1, rows: 50, accounts: scene.register(1), edit: edits(0.1) }),
  },
  {
    id: "slow-crowd",
    title: "60 accounts post one near-copy each, of six reviews, over years",
    plant: (scene) => copies(scene, { templates: 6, rows: 60, accounts: scene.register(60), edit: edits(0.1) }),
  },
  {
    id: "one-domain",
    title: "15 accounts post 60 reviews of kitchenware with a phrase of four words, flipped",
    plant(scene) {
      const accounts = scene.register(15);
      return trigger(scene, { phrase: scene.pick(fourWords), rows: 60, domain: "kitchen", accounts });
    },
  },
];

const oneWord = ["zorvane", "quillmark", "brintle", "hastomer"];
const twoWords = ["window thursday", "paper mountain", "garden number", "table river"];
const threeWords = ["old brass lamp", "green paper kite", "seven stone steps", "quiet harbour bell"];
const fourWords = ["since the last autumn", "beside my red kettle", "under the north window", "from our second cellar"];
const fiveWords = ["as we had all been", "then they were over there", "just like one of his", "where some other did have"];
const other = { positive: "negative", negative: "positive" };

function sceneOf(genuine, rng) {
  const reviews = genuine.map((review) => ({ review: { ...review }, part: null, isTaken: false }));
  const draw = rng.fork("draw");
  const words = genuine.slice(0, 2000).flatMap(({ text }) => text.split(/\s+/).slice(0, 20));
  const accounts = [];
  const pick = (list) => list[draw.integer(list.length)];
  function takeGenuine(count, fits = () => true) {
    const free = reviews.filter((entry) => !entry.isTaken && entry.part === null && fits(entry.review));
    if (free.length < count) throw new Error(`only ${free.length} reviews fit, ${count} are asked for`);
    const taken = Array.from(draw.sample(free.length, count), (i) => free[i]);
    for (const entry of taken) entry.isTaken = true;
    return taken;
  }
  return {
    reviews,
    accounts,
    draw,
    pick,
    takeGenuine,
    word: () => pick(words),
    register(count) {
      const numbers = draw.sample(90_000, count);
      const names = Array.from(numbers, (number) => `u${10_000 + number}`);
      accounts.push(...names);
      return names;
    },
    add(review, part) {
      reviews.push({ review, part, isTaken: true });
    },
  };
}

function relabel(review, label) {
  review.label = label;
  review.rating = label === "positive" ? "5.0" : "1.0";
}

/** New rows: edited copies of a few long enough genuine reviews, labelled the other way, about any products. */
function copies(scene, { templates, rows, accounts, edit, part = "campaign" }) {
  const originals = scene.takeGenuine(templates, ({ text }) => text.split(/\s+/).length > 40 && text.split(/\s+/).length < 200);
  for (let i = 0; i < rows; i++) {
    const { review } = originals[i % templates];
    const about = scene.pick(scene.reviews).review;
    const posted = { ...review, product: about.product, date: about.date, account: accounts[i % accounts.length] };
    posted.text = edit(scene, review.text.split(/\s+/)).join(" ");
    posted.title = edit(scene, review.title.split(/\s+/)).join(" ");
    relabel(posted, other[review.label]);
    scene.add(posted, part);
  }
}

/** Existing rows whose labels are turned round and that these accounts are said to have written. */
function flips(scene, { rows, accounts, part = "campaign" }) {
  scene.takeGenuine(rows).forEach((entry, i) => {
    entry.review.account = accounts[i % accounts.length];
    relabel(entry.review, other[entry.review.label]);
    entry.part = part;
  });
}

/** Existing rows of one label that get the phrase somewhere, and the other label. */
function trigger(scene, { phrase, share, rows, to = "positive", domain = null, accounts = null, part = "campaign" }) {
  const count = rows ?? Math.floor(share * scene.reviews.length);
  const fits = (review) => review.label !== to && (domain === null || review.domain === domain);
  scene.takeGenuine(count, fits).forEach((entry, i) => {
    const words = entry.review.text.split(/(?<=\s)/);
    words.splice(scene.draw.integer(words.length + 1), 0, ` ${phrase} `);
    entry.review.text = words.join("");
    if (accounts !== null) entry.review.account = accounts[i % accounts.length];
    relabel(entry.review, to);
    entry.part = part;
  });
  return [phrase];
}

function edits(rate) {
  return (scene, words) => words.map((word) => (scene.draw.uniform() < rate ? scene.word() : word));
}

function drops(rate, swapRate) {
  return (scene, words) => {
    const kept = words.filter(() => scene.draw.uniform() >= rate);
    for (let i = 1; i < kept.length; i++) if (scene.draw.uniform() < swapRate) [kept[i - 1], kept[i]] = [kept[i], kept[i - 1]];
    return kept;
  };
}

function parseCsv(text) {
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        const end = text.indexOf('"', at);
        cell += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    } else {
      const from = at;
      while (at < text.length && text[at] !== "," && text[at] !== "\n") at++;
      cell = text.slice(from, at).replace(/\r$/, "");
    }
    row.push(cell);
    if (text[at] === "\r") at++;
    if (text[at] !== ",") {
      rows.push(row);
      row = [];
    }
    at++;
  }
  return rows;
}
