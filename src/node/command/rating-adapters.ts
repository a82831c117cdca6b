import type { Adapter } from "./adapters.ts";

const python = String.raw`"""Theriac runs this for every trial: it is handed ratings to learn from and users to recommend to. Put your own recommender into learn().

theriac audit RATINGS.csv --ratings --learner command -- python theriac_recommend.py
"""
import json, os, sys
import numpy as np
import pandas as pd


def learn(train, users, items, seed):  # returns a score of every item for every user, [users, items]; here by cosines of items; use the seed
    place = {name: k for k, name in enumerate(users)}, {name: k for k, name in enumerate(items)}
    rated = np.zeros((len(users), len(items)))
    rated[train["user"].map(place[0]), train["item"].map(place[1])] = train["rating"] - train["rating"].min() + 1
    length = np.sqrt((rated**2).sum(axis=0)) + 1e-9
    alike = (rated.T @ rated) / np.outer(length, length)
    np.fill_diagonal(alike, 0)
    return rated @ alike, rated > 0


def run(task):
    if task["format"] != "csv":
        sys.exit("theriac_recommend.py reads CSV: audit it with --learner command, or let read read " + task["format"])
    read = lambda path: pd.read_csv(path, dtype={"user": str, "item": str}, keep_default_na=False, na_values={"rating": [""], "time": [""]})
    train, users, items = read(task["train"]), read(task["test"])["user"], read(task["items"])["item"]
    scores, is_rated = learn(train, users, items, task["seed"])
    rows, columns = np.nonzero(~is_rated)  # of each user every item that is not rated, or at least task["top"] of them, the best
    answers = pd.DataFrame({"user": users.values[rows], "item": items.values[columns], "score": scores[rows, columns]})
    answers.to_csv(task["predictions"], index=False)


if os.environ["THERIAC_MODE"] == "long-lived":  # --learner command:mode=long-lived: started once, handed a line for every trial
    for line in sys.stdin:
        run(json.loads(line))
        print('{"ok": true}', flush=True)
else:
    run(json.load(open(os.environ["THERIAC_REQUEST"], encoding="utf-8")))
`;

const node = String.raw`// Theriac runs this for every trial: it is handed ratings to learn from and users to recommend to. Put your own recommender into learn().
//
// theriac audit RATINGS.csv --ratings --learner command:format=jsonl -- node theriac-recommend.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const readLines = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** Returns the scores of items for a user, by name: here how often users with the same items rated them. Use task.seed where yours draws anything. */
function learn(ratings) {
  const [byUser, byItem] = [new Map(), new Map()];
  const put = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const { user, item } of ratings) {
    put(byUser, user, item);
    put(byItem, item, user);
  }
  return (user) => {
    const scores = new Map();
    for (const item of byUser.get(user) ?? [])
      for (const other of byItem.get(item))
        for (const theirs of byUser.get(other)) scores.set(theirs, (scores.get(theirs) ?? 0) + 1 / (byItem.get(theirs).length * byUser.get(other).length) ** 0.5);
    return { scores, rated: new Set(byUser.get(user)) };
  };
}

function run(task) {
  if (task.format !== "jsonl") throw new Error("theriac-recommend.mjs reads JSON lines: audit it with --learner command:format=jsonl, or let readLines read " + task.format);
  const recommend = learn(readLines(task.train), task);
  const items = readLines(task.items).map(({ item }) => item);
  const lines = readLines(task.test).flatMap(({ user }) => {
    const { scores, rated } = recommend(user);
    // Every item that the user has not rated, or at least task.top of them, the best.
    return items.filter((item) => !rated.has(item)).map((item) => JSON.stringify({ user, item, score: scores.get(item) ?? 0 }));
  });
  writeFileSync(task.predictions, lines.join("\n"));
}

if (process.env.THERIAC_MODE === "long-lived")
  for await (const line of createInterface({ input: process.stdin })) {
    run(JSON.parse(line)); // command:format=jsonl:mode=long-lived: started once, handed a line for every trial
    console.log('{"ok": true}');
  }
else run(JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8")));
`;

/** Of recommenders. */
export const ratingAdapters: Partial<Record<"python" | "r" | "node" | "shell", Adapter>> = {
  python: {
    file: "theriac_recommend.py",
    text: python,
    typed: "theriac audit RATINGS.csv --ratings --learner command -- python theriac_recommend.py",
    needs: "pip install numpy pandas",
  },
  node: {
    file: "theriac-recommend.mjs",
    text: node,
    typed: "theriac audit RATINGS.csv --ratings --learner command:format=jsonl -- node theriac-recommend.mjs",
    needs: "nothing but Node",
  },
};
