// Names of data: globs, folders, links and nonsense.
import { findFiles } from "../../dist/node/read/find/find-files.js";
import { pick } from "../mutate.mjs";

const pieces = [
  "*",
  "**",
  "?",
  "[",
  "]",
  "[a-z]",
  "[z-a]",
  "[!a]",
  "{",
  "}",
  "{a,b}",
  "a",
  "b.csv",
  ".csv",
  "/",
  "\\",
  "-",
  "\0",
  "手",
  "(",
  "+",
  "^",
  "$",
  "|",
];

export const targets = [
  {
    id: "patterns",
    share: 30,
    make: (rng) => ({ pattern: Array.from({ length: 1 + rng.integer(14) }, () => pick(rng, pieces)).join("") }),
    async run({ pattern }, place) {
      place.write("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab.csv", Buffer.from("x,label\n1,a\n"));
      place.write("a/b.csv", Buffer.from("x,label\n1,a\n"));
      findFiles(`${place.folder}/${pattern}`);
    },
  },
];
