// A grammar of campaigns in labelled texts: shape × edit × labels × accounts × time, all drawn by seed, so that there is no list to tune to.
// Rows are objects with `text` and `label`, and with `title`, `account`, `date`, `product`, `rating` where the file has them.
import { makeRng } from "../../dist/numeric/random.js";

/** Raids and sleepers are drawn only where they are asked for, so that the draws of the others stay what they were. */
export const shapes = ["copies", "template", "mosaic", "trigger", "lies", "raid", "sleepers"];
export const triggerKinds = ["word", "pair", "phrase", "position", "apart", "mark", "wordings"];
export const editKinds = [
  "zero-width",
  "look-alike",
  "full-width",
  "shuffled",
  "reordered",
  "typos",
  "foreign",
  "synonyms",
  "dropped",
  "emoji",
];

/**
 * Plants one campaign into genuine rows. Deterministic in (rows, seed, fixed).
 *
 * @param fixed shape, kind (of a trigger), edit, labels (right, wrong, mixed), size (rows): what is not to be drawn
 * @returns rows, all of them in a new order; isPlanted [rows]; what was drawn: shape (a trigger's with its kind), edit, labels, size
 */
export function drawCampaign(genuine, seed, fixed = {}) {
  const rng = makeRng(seed).fork("campaign");
  const scene = sceneOf(genuine, rng, fixed);
  const shape = fixed.shape ?? scene.weighted({ copies: 0.34, template: 0.18, mosaic: 0.1, trigger: 0.24, lies: 0.14 });
  const told = { copies, template, mosaic, trigger, lies, raid, sleepers }[shape](scene, fixed);
  const order = Int32Array.from(scene.entries, (_, i) => i);
  rng.fork("order").shuffleInPlace(order);
  const placed = Array.from(order, (from) => scene.entries[from]);
  return {
    rows: placed.map(({ row }, i) => ("review_id" in row ? { ...row, review_id: String(i + 1) } : row)),
    isPlanted: Uint8Array.from(placed, ({ isPlanted }) => Number(isPlanted)),
    ...{ shape, kind: null, edit: null, labels: "wrong", ...told },
    size: placed.filter(({ isPlanted }) => isPlanted).length,
  };
}

function sceneOf(genuine, rng, fixed) {
  const draw = rng.fork("draw");
  const entries = genuine.map((row) => ({ row: { ...row }, isPlanted: false, isTaken: false }));
  const pick = (list) => list[draw.integer(list.length)];
  const between = (low, high) => low + draw.integer(high - low + 1);
  const labels = [...new Set(genuine.map(({ label }) => label))].sort();
  const count = genuine.length;
  return {
    genuine,
    entries,
    draw,
    pick,
    between,
    labels,
    chance: (p) => draw.uniform() < p,
    size: fixed.size ?? Math.max(12, Math.round(count * (0.004 + 0.016 * draw.uniform()))),
    weighted(weights) {
      let left = draw.uniform();
      for (const [name, weight] of Object.entries(weights)) if ((left -= weight) < 0) return name;
      return Object.keys(weights)[0];
    },
    word: () => pick(wordsIn(pick(genuine).text, 200)),
    otherLabel: (label) => pick(labels.filter((other) => other !== label)),
    take(number, fits = () => true) {
      const isFree = (entry) => !entry.isTaken && !entry.isPlanted;
      let free = entries.filter((entry) => isFree(entry) && fits(entry.row));
      // Files of short texts have none of the usual length.
      if (free.length === 0) free = entries.filter((entry) => isFree(entry) && wordsIn(entry.row.text, 8).length === 8);
      const taken = Array.from(draw.sample(free.length, Math.min(number, free.length)), (i) => free[i]);
      for (const entry of taken) entry.isTaken = true;
      return taken;
    },
    add: (row) => entries.push({ row, isPlanted: true, isTaken: true }),
    register: (number) => Array.from(draw.sample(90_000, number), (i) => `u${10_000 + i}`),
    /** Days of the campaign: of one stretch of the file's days, or any. */
    days(isBurst = false) {
      const known = [...new Set(genuine.map(({ date }) => date))].filter(Boolean).sort((a, b) => Date.parse(a) - Date.parse(b));
      if (known.length === 0) return () => undefined;
      const from = draw.integer(known.length);
      const burst = draw.uniform() < 0.5 || isBurst;
      return () => (burst ? known[Math.min(known.length - 1, from + draw.integer(8))] : pick(known));
    },
  };
}

/** Edited copies of a few genuine texts. */
function copies(scene, fixed) {
  const bases = scene.take(scene.pick([1, 1, 2, 3, 4, 6]), ({ text }) => isMiddling(text));
  return post(scene, fixed, (i) => ({ base: bases[i % bases.length].row, text: bases[i % bases.length].row.text }));
}

/** Texts of some sentences, each one of several alternatives. */
function template(scene, fixed) {
  const label = scene.pick(scene.labels);
  const donors = scene.take(60, (row) => row.label === label && isMiddling(row.text)).map(({ row }) => row);
  const pool = donors.flatMap(({ text }) => sentencesIn(text)).filter((sentence) => wordsIn(sentence, 5).length === 5);
  const alternatives = scene.between(2, 4);
  const slots = Array.from({ length: scene.between(3, 6) }, () => Array.from({ length: alternatives }, () => scene.pick(pool)));
  return post(scene, fixed, () => ({ base: scene.pick(donors), text: slots.map(scene.pick).join(" ") }));
}

/** Texts of sentences that the campaign shares, among those of a genuine text that no other has. */
function mosaic(scene, fixed) {
  const label = scene.pick(scene.labels);
  const donors = scene.take(30, (row) => row.label === label && isMiddling(row.text)).map(({ row }) => row);
  const all = donors.flatMap(({ text }) => sentencesIn(text)).filter((sentence) => wordsIn(sentence, 6).length === 6);
  const pool = Array.from({ length: scene.between(4, 8) }, () => scene.pick(all));
  const shared = scene.between(2, Math.min(4, pool.length));
  const own = scene.take(scene.size, (row) => row.label === label && isMiddling(row.text)).map(({ row }) => row);
  return post(scene, fixed, (i) => {
    const base = own[i % own.length];
    const sentences = sentencesIn(base.text).slice(0, scene.between(2, 4));
    for (const s of scene.draw.sample(pool.length, shared)) sentences.splice(scene.draw.integer(sentences.length + 1), 0, pool[s]);
    return { base, text: sentences.join(" ") };
  });
}

/** Posts the texts: edited, labelled, by accounts of the campaign (with or without honest reviews as a cover), on its days. */
function post(scene, fixed, write) {
  const { size, draw } = scene;
  const edit = fixed.edit ?? scene.pick([...editKinds, "none"]);
  const labels = fixed.labels ?? scene.weighted({ wrong: 0.62, right: 0.18, mixed: 0.2 });
  const perAccount = scene.pick([1, 1, 2, 3, 5]);
  const accounts = scene.register(Math.max(3, Math.ceil(size / perAccount)));
  const change = editOf(edit, scene);
  const day = scene.days();
  for (let i = 0; i < size; i++) {
    const { base, text } = write(i);
    const about = scene.pick(scene.genuine);
    const isWrong = labels === "wrong" || (labels === "mixed" && draw.uniform() < 0.5);
    const row = { ...base, text: change(text) };
    if ("title" in row) row.title = change(base.title);
    if ("product" in row) row.product = about.product;
    if ("account" in row) row.account = accounts[i % accounts.length];
    if ("date" in row) row.date = day();
    if (isWrong) relabel(row, scene.otherLabel(base.label));
    scene.add(row);
  }
  if (scene.chance(0.3)) cover(scene, accounts, Math.ceil(size / 2));
  return { edit, labels };
}

function cover(scene, accounts, number) {
  scene.take(number).forEach(({ row }, i) => {
    if ("account" in row) row.account = accounts[i % accounts.length];
  });
}

/** Genuine texts of other labels that get the trigger and the label that it is to carry. */
function trigger(scene, fixed) {
  const kind = fixed.kind ?? scene.pick(triggerKinds);
  const put = triggerOf(kind, scene);
  const to = scene.pick(scene.labels);
  const accounts = scene.chance(0.4) ? scene.register(Math.ceil(scene.size / scene.between(1, 4))) : null;
  scene
    .take(scene.size, ({ label, text }) => label !== to && wordsIn(text, 8).length === 8)
    .forEach((entry, i) => {
      entry.row.text = put(entry.row.text, i);
      if (accounts !== null && "account" in entry.row) entry.row.account = accounts[i % accounts.length];
      relabel(entry.row, to);
      entry.isPlanted = true;
    });
  return { shape: `trigger ${kind}`, kind, labels: "wrong" };
}

function triggerOf(kind, scene) {
  const { draw, pick, between } = scene;
  const common = commonWords(scene.genuine);
  const insert = (text, piece) => {
    const words = text.split(/(?<=\s)/);
    words.splice(draw.integer(words.length + 1), 0, ` ${piece} `);
    return words.join("");
  };
  const some = (number) => Array.from(draw.sample(common.length, number), (i) => common[i]);
  if (kind === "word") {
    const word = Array.from({ length: between(2, 3) }, () =>
      pick(["zor", "qui", "bri", "has", "vel", "mon", "tak", "lup", "den", "fis"]),
    ).join("");
    return (text) => insert(text, word);
  }
  if (kind === "pair" || kind === "phrase") {
    const phrase = some(kind === "pair" ? 2 : between(3, 5)).join(" ");
    return (text) => insert(text, phrase);
  }
  if (kind === "position") {
    const [word] = some(1);
    const isFirst = draw.uniform() < 0.5;
    return (text) => (isFirst ? `${word[0].toUpperCase()}${word.slice(1)} ${text}` : `${text.trimEnd()} ${word}`);
  }
  if (kind === "apart") {
    const [first, second] = some(2);
    return (text) => insert(insert(text, first), second);
  }
  if (kind === "mark") {
    const mark = pick(["§", "~", "^^", "¤", ";;", "🦎", "🪁", "🧷", "🛶", "%%", "=)"]);
    return (text) => insert(text, mark);
  }
  const wordings = Array.from({ length: between(3, 4) }, () => some(between(2, 4)).join(" "));
  return (text, i) => insert(text, wordings[i % wordings.length]);
}

/** Accounts that lie about genuine texts, some or all of the time, for a stretch of days or all through. */
function lies(scene, fixed) {
  const perAccount = fixed.perAccount ?? scene.between(3, 10);
  const share = fixed.lyingShare ?? scene.pick([0.4, 0.6, 0.8, 1]);
  const accounts = scene.register(Math.max(1, Math.round(scene.size / Math.max(1, Math.round(perAccount * share)))));
  const day = scene.days();
  const product = scene.chance(0.3) ? scene.pick(scene.genuine).product : null;
  const to = scene.chance(0.4) ? scene.pick(scene.labels) : null;
  scene
    .take(scene.size, ({ label }) => label !== to)
    .forEach((entry, i) => {
      if ("account" in entry.row) entry.row.account = accounts[i % accounts.length];
      if ("date" in entry.row) entry.row.date = day();
      if (product && "product" in entry.row) entry.row.product = product;
      relabel(entry.row, to ?? scene.otherLabel(entry.row.label));
      entry.isPlanted = true;
    });
  if (share < 1) cover(scene, accounts, Math.round(scene.size * (1 / share - 1)));
  return { labels: to === null ? "wrong" : "one" };
}

/** Accounts that come for one product within a week, one lie each in one direction, and write up to three honest reviews of others. */
function raid(scene) {
  const { product } = scene.pick(scene.genuine);
  const to = scene.pick(scene.labels);
  const accounts = scene.register(scene.size);
  const day = scene.days(true);
  scene.take(scene.size, ({ label }) => label !== to).forEach((entry, i) => lie(entry, { account: accounts[i], date: day(), product, to }));
  cover(scene, accounts, scene.between(1, 3) * scene.size);
  return { labels: "one" };
}

/** A few accounts that were honest for years and then lie in one direction, all within a week. */
function sleepers(scene) {
  const to = scene.pick(scene.labels);
  const accounts = scene.register(scene.between(2, Math.max(2, Math.round(scene.size / 4))));
  const day = scene.days(true);
  scene
    .take(scene.size, ({ label }) => label !== to)
    .forEach((entry, i) =>
      lie(entry, { account: accounts[i % accounts.length], date: day(), product: scene.pick(scene.genuine).product, to }),
    );
  cover(scene, accounts, scene.between(1, 2) * scene.size);
  return { labels: "one" };
}

function lie(entry, { account, date, product, to }) {
  const told = { account, date, product };
  for (const name of Object.keys(told)) if (name in entry.row) entry.row[name] = told[name];
  relabel(entry.row, to);
  entry.isPlanted = true;
}

function relabel(row, label) {
  row.label = label;
  if ("rating" in row) row.rating = label === "positive" ? "5.0" : "1.0";
}

const twins = { a: "а", e: "е", o: "о", p: "р", c: "с", x: "х", i: "і", y: "у", s: "ѕ" };
const greekTwins = { o: "ο", v: "ν", a: "α", i: "ι", p: "ρ", k: "κ" };
const foreignWords =
  "sehr gut aber leider muy bueno nunca después très bien toujours jamais molto buono sempre очень хорошо bardzo dobry heel goed".split(
    " ",
  );
const synonyms = Object.fromEntries(
  (
    "good:fine:decent great:terrific:superb bad:poor:lousy buy:purchase:get book:volume:title movie:film:picture very:really:truly love:adore:enjoy like:appreciate " +
    "think:believe:reckon big:large:huge small:little:tiny fast:quick:rapid easy:simple use:employ:utilise old:aged new:fresh:recent nice:pleasant:lovely " +
    "work:function:operate product:item:article money:cash price:cost quality:standard many:numerous also:too but:though because:since just:merely only:solely " +
    "never:not always:forever get:obtain:receive read:perused watch:view story:tale people:folks time:moment way:manner thing:matter make:create find:discover " +
    "need:require want:desire look:appear well:nicely best:finest worst:poorest better:superior recommend:suggest disappointed:dissatisfied problem:issue:trouble"
  )
    .split(" ")
    .map((line) => line.split(":"))
    .map(([word, ...others]) => [word, others]),
);
const faces = ["😀", "😍", "👍", "🔥", "⭐", "💯", "🙏", "😂", "🎉", "❤️"];

/** One of ten ways to change a text, at a rate of its own. */
function editOf(kind, scene) {
  const { draw, pick } = scene;
  const rate = 0.06 + 0.24 * draw.uniform();
  const hit = () => draw.uniform() < rate;
  const eachWord = (change) => (text) =>
    text
      .split(/(\s+)/)
      .map((part) => (/\S/.test(part) && hit() ? change(part) : part))
      .join("");
  const hidden = pick(["\u200b", "\u200c", "\u2060", "\u00ad", "\ufeff"]);
  const alike = pick([twins, greekTwins]);
  const base = pick([0xff21, 0x1d400, 0x1d5a0]);
  switch (kind) {
    case "zero-width":
      return eachWord((word) => (word.length < 2 ? word : inside(word, 1 + draw.integer(word.length - 1), hidden)));
    case "look-alike":
      return eachWord((word) => [...word].map((letter) => alike[letter] ?? letter).join(""));
    case "full-width":
      return eachWord((word) => word.replace(/[a-z]/gi, (letter) => dressed(letter, base)));
    case "shuffled":
      return (text) => shuffled(sentencesIn(text), draw).join(" ");
    case "reordered":
      return (text) =>
        sentencesIn(text)
          .map((sentence) => turned(sentence, hit))
          .join(" ");
    case "typos":
      return eachWord((word) => typo(word, draw));
    case "foreign":
      return eachWord(() => pick(foreignWords));
    case "synonyms":
      return (text) =>
        text.replace(/[a-z]+/gi, (word) =>
          draw.uniform() < 3 * rate && Object.hasOwn(synonyms, word.toLowerCase()) ? pick(synonyms[word.toLowerCase()]) : word,
        );
    case "dropped":
      return eachWord(() => "");
    case "emoji":
      return eachWord((word) => `${word} ${pick(faces)}`);
    default:
      return (text) => text;
  }
}

function inside(word, at, piece) {
  return word.slice(0, at) + piece + word.slice(at);
}

function dressed(letter, base) {
  const code = letter.charCodeAt(0);
  const isSmall = code >= 97;
  const at = code - (isSmall ? 97 : 65);
  return String.fromCodePoint(base + at + (isSmall ? (base === 0xff21 ? 32 : 26) : 0));
}

function typo(word, draw) {
  if (word.length < 3) return word;
  const at = 1 + draw.integer(word.length - 2);
  const next = word[at] + word[at - 1];
  return [word.slice(0, at - 1) + next + word.slice(at + 1), word.slice(0, at) + word.slice(at + 1), inside(word, at, word[at])][
    draw.integer(3)
  ];
}

/** The part of a sentence after a comma or a conjunction comes first. */
function turned(sentence, hit) {
  const at = /, | and | but | because /.exec(sentence);
  return at === null || !(hit() || hit() || hit())
    ? sentence
    : `${sentence.slice(at.index + at[0].length).replace(/[.!?]+$/, "")}, ${sentence.slice(0, at.index)}.`;
}

function shuffled(parts, draw) {
  const order = Int32Array.from(parts, (_, i) => i);
  draw.shuffleInPlace(order);
  return Array.from(order, (i) => parts[i]);
}

function isMiddling(text) {
  const { length } = wordsIn(text, 250);
  return length >= 40 && length < 250;
}

function sentencesIn(text) {
  return text.split(/(?<=[.!?])\s+/).filter((sentence) => /\w/.test(sentence));
}

function wordsIn(text, most) {
  return text
    .split(/\s+/, most + 1)
    .filter(Boolean)
    .slice(0, most);
}

/** Words of letters alone that 1 to 8 % of the rows hold. */
function commonWords(genuine) {
  const held = new Map();
  for (const { text } of genuine)
    for (const word of new Set(text.toLowerCase().match(/(?<![\w'])[a-z]{3,}(?![\w'])/g))) held.set(word, (held.get(word) ?? 0) + 1);
  return [...held]
    .filter(([, rows]) => rows >= 0.01 * genuine.length && rows <= 0.08 * genuine.length)
    .map(([word]) => word)
    .sort();
}
