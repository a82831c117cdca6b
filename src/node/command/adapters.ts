/** Languages that there is an adapter for. */
export const adapterLanguages = ["python", "r", "node", "shell"] as const;
export type AdapterLanguage = (typeof adapterLanguages)[number];

/** A training command to start from, which works as it is. */
export interface Adapter {
  readonly file: string;
  readonly text: string;
  /** What audits it. */
  readonly typed: string;
  /** What has to be there. */
  readonly needs: string;
}

const python = String.raw`"""Theriac runs this for every trial: it is handed rows to learn from and rows to answer. Put your own pipeline into build().

theriac audit DATA.csv --label LABEL --learner command -- python theriac_train.py
"""
import json, os, sys
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder


def build(task):  # an estimator with fit and predict; use task["seed"], so that only the rows differ from trial to trial
    words = [(TfidfVectorizer(), name) for name in task["texts"]]
    columns = make_column_transformer((SimpleImputer(), task["numbers"]), (OneHotEncoder(handle_unknown="ignore"), task["categories"]), *words)
    forest = RandomForestClassifier if task["classes"] else RandomForestRegressor
    return make_pipeline(columns, forest(n_estimators=100, random_state=task["seed"]))


def read(path, task):  # an empty cell is missing and nothing else is; classes, categories and texts stay as they are written
    as_text = task["categories"] + task["texts"] + ([task["label"]] if task["classes"] else [])
    rows = pd.read_csv(path, dtype={name: str for name in as_text}, keep_default_na=False, na_values=[""])
    return rows.fillna({name: "" for name in task["texts"]})


def run(task):
    if task["format"] != "csv":
        sys.exit("theriac_train.py reads CSV: audit it with --learner command, or let read() read " + task["format"])
    train, test = read(task["train"], task), read(task["test"], task)
    model = build(task).fit(train[task["features"]], train[task["label"]])
    if task["classes"] and hasattr(model, "predict_proba"):  # a column for each class; without probabilities one column, prediction
        answers = pd.DataFrame(model.predict_proba(test[task["features"]]), columns=model.classes_)
    else:
        answers = pd.DataFrame({"prediction": model.predict(test[task["features"]])})
    answers.insert(0, task["id"], test[task["id"]])  # a row for each id, in any order
    answers.to_csv(task["predictions"], index=False)


if os.environ["THERIAC_MODE"] == "long-lived":  # --learner command:mode=long-lived: started once, handed a line for every trial
    for line in sys.stdin:
        run(json.loads(line))
        print('{"ok": true}', flush=True)
else:
    run(json.load(open(os.environ["THERIAC_REQUEST"], encoding="utf-8")))
`;

const r = String.raw`# Theriac runs this for every trial: it is handed rows to learn from and rows to answer. Put your own model where rpart stands.
#
# theriac audit DATA.csv --label LABEL --learner command -- Rscript theriac-train.R

library(rpart) # comes with R

given <- function(name) Sys.getenv(paste0("THERIAC_", name))
read <- function(path) read.csv(path, check.names = FALSE, na.strings = "", stringsAsFactors = FALSE, encoding = "UTF-8")

if (given("FORMAT") != "csv") stop("theriac-train.R reads CSV: audit it with --learner command, or let read() read ", given("FORMAT"))
train <- read(given("TRAIN")) # the columns of your data
test <- read(given("TEST")) # the same without the label, and with the ids of the rows first
label <- given("LABEL")
id <- given("ID")
features <- setdiff(intersect(names(train), names(test)), c(label, id))

# Only the rows should differ from trial to trial.
set.seed(as.integer(given("SEED")))

# Names of columns may be anything, formulas take letters.
as_frame <- function(rows) setNames(rows[features], paste0("x", seq_along(features)))
is_class <- given("TASK") == "classes"
y <- if (is_class) factor(train[[label]]) else train[[label]]
model <- rpart(y ~ ., data = cbind(as_frame(train), y = y), method = if (is_class) "class" else "anova")

said <- predict(model, as_frame(test), type = if (is_class) "class" else "vector")
answers <- setNames(data.frame(test[[id]], as.character(said)), c(id, "prediction")) # a row for each id, in any order
write.csv(answers, given("PREDICTIONS"), row.names = FALSE)
`;

const node = String.raw`// Theriac runs this for every trial: it is handed rows to learn from and rows to answer. Put your own model into learn().
//
// theriac audit DATA.csv --label LABEL --learner command:format=jsonl -- node theriac-train.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const readRows = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** Returns what answers a row: here naive Bayes over values and words, numbers by the tenth that they are in. */
function learn(rows, { label, classes, numbers, categories, texts }) {
  const cuts = new Map(numbers.map((name) => [name, rows.map((row) => row[name] ?? 0).sort((a, b) => a - b).filter((_, i) => i % Math.ceil(rows.length / 10) === 0)]));
  const tokens = (row) => [
    ...numbers.map((name) => JSON.stringify([name, cuts.get(name).findLastIndex((cut) => cut <= (row[name] ?? 0))])),
    ...categories.map((name) => JSON.stringify([name, row[name]])),
    ...texts.flatMap((name) => [...new Set(String(row[name] ?? "").toLowerCase().match(/\p{L}+/gu))].map((word) => JSON.stringify([name, "word", word]))),
  ];
  if (classes === null) return meanOfAlike(rows, tokens, label);
  const counts = classes.map(() => ({ rows: 0, of: new Map() }));
  for (const row of rows) {
    const own = counts[classes.indexOf(row[label])];
    own.rows++;
    for (const token of tokens(row)) own.of.set(token, (own.of.get(token) ?? 0) + 1);
  }
  return (row) => {
    const own = tokens(row);
    const scores = counts.map(({ rows: n, of }) => own.reduce((sum, token) => sum + Math.log(((of.get(token) ?? 0) + 1) / (n + 2)), Math.log(n + 1)));
    const top = Math.max(...scores);
    const odds = scores.map((score) => Math.exp(score - top));
    const sum = odds.reduce((a, b) => a + b);
    return { probabilities: Object.fromEntries(classes.map((name, k) => [name, odds[k] / sum])) }; // or { prediction: name }, or { prediction: number }
  };
}

/** Of a label that is a number: its mean over the rows that share most with a row. */
function meanOfAlike(rows, tokens, label) {
  const known = rows.map((row) => ({ tokens: new Set(tokens(row)), y: row[label] }));
  return (row) => {
    const own = tokens(row);
    const shared = known.map((other) => own.filter((token) => other.tokens.has(token)).length);
    const most = Math.max(...shared);
    const alike = known.filter((_, i) => shared[i] === most);
    return { prediction: alike.reduce((sum, { y }) => sum + y, 0) / alike.length };
  };
}

function run(task) {
  if (task.format !== "jsonl") throw new Error("theriac-train.mjs reads JSON lines: audit it with --learner command:format=jsonl, or let readRows read " + task.format);
  const answer = learn(readRows(task.train), task);
  const lines = readRows(task.test).map((row) => JSON.stringify({ [task.id]: row[task.id], ...answer(row) })); // a line for each id, in any order
  writeFileSync(task.predictions, lines.join("\n"));
}

if (process.env.THERIAC_MODE === "long-lived")
  for await (const line of createInterface({ input: process.stdin })) {
    run(JSON.parse(line)); // command:format=jsonl:mode=long-lived: started once, handed a line for every trial
    console.log('{"ok": true}');
  }
else run(JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8")));
`;

const shell = String.raw`#!/bin/sh
# Theriac runs this for every trial: it is handed rows to learn from and rows to answer. Put your own programs where awk stands.
#
# theriac audit DATA.csv --label LABEL --learner command -- sh theriac-train.sh
set -eu
[ "$THERIAC_FORMAT" = csv ] || { echo "theriac-train.sh reads CSV: audit it with --learner command, or let it read $THERIAC_FORMAT" >&2; exit 2; }

# Yours could look like this, with the model in the folder of the trial, which is thrown away:
#   my-train --rows "$THERIAC_TRAIN" --label "$THERIAC_LABEL" --seed "$THERIAC_SEED" --model "$THERIAC_FOLDER/model"
#   my-predict --model "$THERIAC_FOLDER/model" --rows "$THERIAC_TEST" --out "$THERIAC_PREDICTIONS"
# What is written in the end: a header, then a line for each row with its id and its class, its number, or a probability for each class.

# Until then: the class whose mean is nearest, of plain numbers; awk does not know of quotation marks, and sees commas in texts as new cells.
awk -F, -v label="$THERIAC_LABEL_POSITION" -v id="$THERIAC_ID" '
  FNR == 1 { if (NR > 1) print id ",prediction"; next }
  NR == FNR {
    rows[$label]++
    for (i = 1; i <= NF; i++) if (i != label && $i ~ /^-?[0-9.]+(e-?[0-9]+)?$/) { sum[$label, i] += $i; seen[i] += 1; all[i] += $i; squares[i] += $i * $i }
    next
  }
  {
    best = ""
    for (c in rows) {
      far = 0
      for (i in seen) {
        x = $(i < label ? i + 1 : i) # the id stands first, and the label is gone
        mean = all[i] / seen[i]
        spread = squares[i] / seen[i] - mean * mean
        if (spread > 0) far += (x - sum[c, i] / rows[c]) ^ 2 / spread
      }
      if (best == "" || far < least) { best = c; least = far }
    }
    print $1 "," best
  }
' "$THERIAC_TRAIN" "$THERIAC_TEST" > "$THERIAC_PREDICTIONS"
`;

export const adapters: Readonly<Record<AdapterLanguage, Adapter>> = {
  python: {
    file: "theriac_train.py",
    text: python,
    typed: "theriac audit DATA.csv --label LABEL --learner command -- python theriac_train.py",
    needs: "pip install scikit-learn pandas",
  },
  r: {
    file: "theriac-train.R",
    text: r,
    typed: "theriac audit DATA.csv --label LABEL --learner command -- Rscript theriac-train.R",
    needs: "R with its package rpart",
  },
  node: {
    file: "theriac-train.mjs",
    text: node,
    typed: "theriac audit DATA.csv --label LABEL --learner command:format=jsonl -- node theriac-train.mjs",
    needs: "nothing but Node",
  },
  shell: {
    file: "theriac-train.sh",
    text: shell,
    typed: "theriac audit DATA.csv --label LABEL --learner command -- sh theriac-train.sh",
    needs: "awk",
  },
};
