// Reviews by accounts as Parquet, with floods of edited copies, triggers and lying accounts planted, and what was planted. The same rows and seed give the same file.
import { DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } from "@duckdb/node-api";
import { makeRng } from "../../dist/numeric/random.js";

const neutralWords = 20_000;
const tellingWords = 150;
const wordsOfReview = [25, 60];
const honestNoise = 0.03;
const rowsOfAccount = 10;
const edited = 0.12;

/**
 * Writes `rows` reviews to `path` and returns what was planted, as data rows from 0:
 * { floods: rows[], triggers: { phrase, rows }[], liars: { account, rows }[] }
 */
export async function writeReviews(path, rows, seed) {
  const rng = makeRng(seed).fork("reviews");
  const letters = rng.fork("letters");
  const spelled = new Set();
  const word = () => {
    for (;;) {
      const made = Array.from(
        { length: 2 + letters.integer(3) },
        () => "bdfgklmnprstvz"[letters.integer(14)] + "aeiou"[letters.integer(5)],
      ).join("");
      if (!spelled.has(made) && spelled.add(made)) return made;
    }
  };
  const neutral = Array.from({ length: neutralWords }, word);
  const telling = [Array.from({ length: tellingWords }, word), Array.from({ length: tellingWords }, word)];
  const draw = rng.fork("draw");
  // Zipf over the neutral words, a little flatter over those that tell.
  const neutralWord = () => neutral[Math.min(neutralWords - 1, Math.floor(Math.exp(draw.uniform() * Math.log(neutralWords + 1))) - 1)];
  const tellingWord = (mood) => telling[mood][Math.floor(tellingWords * draw.uniform() ** 2)];
  const text = (mood) => {
    const length = wordsOfReview[0] + draw.integer(wordsOfReview[1] - wordsOfReview[0]);
    return Array.from({ length }, () => {
      const at = draw.uniform();
      return at < 0.14 ? tellingWord(mood) : at < 0.18 ? tellingWord(1 - mood) : neutralWord();
    });
  };

  const plan = planOf(rows, rng.fork("plan"));
  const bases = plan.floods.map(() => text(1));
  const phrases = plan.triggers.map(() => [word(), word(), word()].slice(0, 2 + draw.integer(2)));
  const accounts = Math.ceil(rows / rowsOfAccount);
  const liars = new Map(Array.from({ length: Math.max(5, Math.round(accounts / 1000)) }, (_, k) => [(k * 997 + 13) % accounts, []]));

  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET preserve_insertion_order = true");
  await connection.run("CREATE TABLE reviews (id INTEGER, account VARCHAR, posted VARCHAR, review VARCHAR, label VARCHAR)");
  const appender = await connection.createAppender("reviews");
  const types = [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR];
  const planted = { floods: plan.floods.map(() => []), triggers: phrases.map((own) => ({ phrase: own.join(" "), rows: [] })), liars: [] };
  let batch = [];
  const flush = () => {
    const chunk = DuckDBDataChunk.create(types, batch.length);
    chunk.setRows(batch);
    appender.appendDataChunk(chunk);
    batch = [];
  };
  for (let row = 0; row < rows; row++) {
    const role = plan.roleOf.get(row);
    const account = draw.integer(accounts);
    let mood = draw.integer(2);
    let label = draw.uniform() < honestNoise ? 1 - mood : mood;
    let words;
    if (role?.kind === "flood") {
      words = bases[role.at].map((own) => (draw.uniform() < edited ? neutralWord() : own));
      label = 1;
      planted.floods[role.at].push(row);
    } else {
      words = text(role === undefined ? mood : (mood = 0));
      if (role?.kind === "trigger") {
        words.splice(draw.integer(words.length), 0, ...phrases[role.at]);
        label = 1;
        planted.triggers[role.at].rows.push(row);
      } else if (liars.has(account)) {
        if (draw.uniform() < 0.85) label = 1 - mood;
        liars.get(account).push(row);
      }
    }
    const day = new Date(Date.UTC(2024, 0, 1 + draw.integer(700))).toISOString().slice(0, 10);
    if (batch.push([row, `account-${account}`, day, words.join(" "), label === 1 ? "good" : "bad"]) === 2048) flush();
  }
  if (batch.length > 0) flush();
  appender.closeSync();
  await connection.run(`COPY reviews TO '${path.replaceAll("'", "''")}' (FORMAT parquet, ROW_GROUP_SIZE 100000)`);
  connection.closeSync();
  for (const [account, own] of liars) if (own.length >= 3) planted.liars.push({ account: `account-${account}`, rows: own });
  return planted;
}

/** Floods of 12 to 400 copies and triggers in 60 to 1,000 rows, as many of each as take up half a row in a hundred together. */
function planOf(rows, rng) {
  const roleOf = new Map();
  const place = (kind, at, count) => {
    for (let left = count; left > 0;) {
      const row = rng.integer(rows);
      if (roleOf.has(row)) continue;
      roleOf.set(row, { kind, at });
      left--;
    }
  };
  const sizesUpTo = (total, least, most) => {
    const sizes = [];
    for (let sum = 0; sum < total;) {
      const size = Math.round(Math.exp(Math.log(least) + rng.uniform() * Math.log(most / least)));
      sizes.push(size);
      sum += size;
    }
    return sizes;
  };
  const floods = sizesUpTo(Math.min(rows / 200, 20_000), 12, 400);
  const triggers = sizesUpTo(Math.min(rows / 200, 20_000), 60, 1000);
  floods.forEach((size, at) => place("flood", at, size));
  triggers.forEach((size, at) => place("trigger", at, size));
  return { floods, triggers, roleOf };
}
