/** A table that is asked of others, in SQL that DuckDB and Spark SQL both read: whole numbers, GROUP BY and JOIN. */
export interface ShuffleStep {
  readonly name: string;
  readonly sql: string;
}

/** Of the flat tables that the map writes: what each column holds. */
export const flatTables = {
  /**
   * A row of the data each: its source (−1 = none), class, day (−1 = none), the chance of its label in millionths, whether models of common words deny it, and in
   * thousandths: excess and its variance, ln how much likelier a liar wrote it, the same of accounts that lie so often.
   */
  labelled: {
    record: "INTEGER",
    source: "BIGINT",
    label: "SMALLINT",
    posted: "INTEGER",
    chance: "INTEGER",
    denied: "SMALLINT",
    excess: "SMALLINT",
    spread: "SMALLINT",
    nats: "SMALLINT",
    lie20: "SMALLINT",
    lie50: "SMALLINT",
    lie90: "SMALLINT",
  },
  /** Probabilities of any class, in millionths, up to the largest at which a label surprises: how many rows and classes have them. */
  improbable: { chance: "INTEGER", held: "INTEGER" },
  /** Runs of words of buckets that stand out. */
  phrases: { phrase: "BIGINT", words: "SMALLINT", record: "INTEGER" },
  /** Keys of near-copies. */
  bands: { band: "BIGINT", record: "INTEGER" },
} as const;

const topPhrases = 600;
const topAccounts = 5000;

/** In this order; each may ask the tables of the steps before it. */
export const shuffleSteps: readonly ShuffleStep[] = [
  {
    name: "band_leaders",
    sql: `SELECT band, MIN(record) AS leader, COUNT(*) AS held
FROM bands
GROUP BY band
HAVING COUNT(*) > 1`,
  },
  {
    name: "copy_links",
    sql: `SELECT bands.record, band_leaders.leader, COUNT(*) AS shared
FROM bands
JOIN band_leaders ON bands.band = band_leaders.band
WHERE bands.record <> band_leaders.leader
GROUP BY bands.record, band_leaders.leader`,
  },
  {
    name: "phrase_labels",
    sql: `SELECT phrases.phrase, phrases.words, labelled.label, COUNT(*) AS held, COUNT(DISTINCT labelled.source) AS sources,
  SUM(labelled.excess) AS excess, SUM(labelled.spread) AS spread,
  SUM(labelled.denied) AS denied
FROM phrases
JOIN labelled ON phrases.record = labelled.record
GROUP BY phrases.phrase, phrases.words, labelled.label`,
  },
  {
    name: "phrase_scores",
    sql: `SELECT phrase, words, SUM(held) AS held, MAX(held) AS most, SUM(sources) AS sources, SUM(excess) AS excess, SUM(spread) AS spread
FROM phrase_labels
GROUP BY phrase, words
HAVING SUM(held) >= 6 AND SUM(excess) > 0
  AND CAST(SUM(excess) AS DOUBLE) * CAST(SUM(excess) AS DOUBLE) >= 20000.0 * CAST(SUM(spread) AS DOUBLE)`,
  },
  {
    name: "phrase_top",
    sql: `SELECT phrase, words, held, most, sources, excess, spread
FROM phrase_scores
ORDER BY CAST(excess AS DOUBLE) * CAST(excess AS DOUBLE) / (CAST(spread AS DOUBLE) + 250.0) DESC, phrase
LIMIT ${topPhrases}`,
  },
  {
    name: "phrase_rows",
    sql: `SELECT phrases.phrase, phrases.record, labelled.label, labelled.denied,
  ROW_NUMBER() OVER (PARTITION BY phrases.phrase ORDER BY (CAST(phrases.record AS BIGINT) * 48271) % 2147483647, phrases.record) AS place
FROM phrases
JOIN phrase_top ON phrases.phrase = phrase_top.phrase
JOIN labelled ON phrases.record = labelled.record`,
  },
  {
    name: "accounts",
    sql: `SELECT source, COUNT(*) AS held, SUM(CASE WHEN nats > 0 THEN 1 ELSE 0 END) AS denied,
  COUNT(DISTINCT label) AS labels, COUNT(DISTINCT posted) AS days,
  GREATEST(SUM(lie20), SUM(lie50), SUM(lie90)) AS lies
FROM labelled
WHERE source >= 0
GROUP BY source
HAVING COUNT(*) >= 3`,
  },
  {
    name: "account_top",
    sql: `SELECT source, held, denied, labels, days, lies
FROM accounts
WHERE lies > 0
ORDER BY lies DESC, source
LIMIT ${topAccounts}`,
  },
  {
    name: "account_rows",
    sql: `SELECT labelled.source, labelled.record, labelled.label, labelled.posted, labelled.nats
FROM labelled
JOIN account_top ON labelled.source = account_top.source`,
  },
  {
    name: "label_chances",
    sql: `SELECT chance, SUM(held) AS held, SUM(given) AS given
FROM (
  SELECT chance, held, 0 AS given FROM improbable
  UNION ALL
  SELECT chance, 0 AS held, 1 AS given FROM labelled WHERE chance <= 50000
) AS both_sides
GROUP BY chance`,
  },
];
