import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, inFolder, reviewLines, theriac, writeReviews } from "./command.ts";

const audit = ["audit", "data.csv", "--label", "stars"];
const good = ["audit", "reviews.csv", "--label", "stars"];

interface BadRequest {
  readonly what: string;
  /** Bytes of data.csv. */
  readonly data?: string | Uint8Array;
  readonly prepare?: (folder: string) => void;
  readonly args: readonly string[];
  /** What the line names. */
  readonly says: readonly (string | RegExp)[];
}

/** The reviews with one line exchanged; line 0 is the header. */
function withLine(at: number, change: (line: string) => string): string {
  return `${reviewLines()
    .map((line, i) => (i === at ? change(line) : line))
    .join("\n")}\n`;
}

const requests: readonly BadRequest[] = [
  { what: "a missing file", args: ["audit", "reviewz.csv", "--label", "stars"], says: ["reviewz.csv", 'did you mean "reviews.csv"?'] },
  { what: "an empty file", data: "", args: audit, says: ["data.csv", "empty"] },
  { what: "a header without rows", data: `${reviewLines()[0]}\n`, args: audit, says: ["data.csv", /no (data )?rows/] },
  {
    what: "labels of one class",
    data: `${reviewLines()
      .filter((line) => !line.startsWith("bad"))
      .join("\n")}\n`,
    args: audit,
    says: ["stars", "good"],
  },
  { what: "a label that is no column", args: ["audit", "reviews.csv", "--label", "rating"], says: ["--label", "rating", "reviews.csv"] },
  { what: "a misspelt label", args: ["audit", "reviews.csv", "--label", "starz"], says: ["--label", 'did you mean "stars"?'] },
  { what: "a ragged row", data: withLine(3, (line) => `${line},more`), args: audit, says: ["data.csv", /row 3|line 4/] },
  {
    what: "a quote that is never closed",
    data: withLine(5, (line) => line.replace(",", ',"')),
    args: audit,
    says: ["data.csv", /row 5|line 6/],
  },
  {
    what: "a line that is not UTF-8 among others that are",
    data: Buffer.concat([
      Buffer.from(`${reviewLines().join("\n")}\n${"bad,café,3.5,red\n".repeat(2)}bad,caf`),
      Buffer.from([0xe9]),
      Buffer.from(" au lait,3.5,red\n"),
    ]),
    args: audit,
    says: ["data.csv", "UTF-8"],
  },
  {
    what: "an infinite number",
    data: withLine(7, (line) => line.replace(/,[\d.]+,/, ",inf,")),
    args: audit,
    says: ["data.csv", "row 7", '"price"', "infinite"],
  },
  { what: "two columns of one name", data: withLine(0, () => "stars,review,price,price"), args: audit, says: ["data.csv", "price"] },
  { what: "a URL", args: ["audit", "https://example.org/reviews.csv"], says: ["https://example.org/reviews.csv", "network"] },
  { what: "a budget of nothing", args: [...good, "--budget", "0"], says: ["--budget", "more than 0", '"0"'] },
  { what: "a budget of 150 %", args: [...good, "--budget", "150%"], says: ["--budget", "at most 100 %", '"150%"'] },
  { what: "a budget of 5 that was meant as 5 %", args: [...good, "--budget", "5"], says: ["--budget", "write 5%"] },
  { what: "a negative seed", args: [...good, "--seed", "-1"], says: ["--seed", "at least 0", '"-1"'] },
  { what: "no seeds", args: [...good, "--seeds", "0"], says: ["--seeds", "at least 1"] },
  { what: "an unknown attack", args: [...good, "--attack", "lable-flip"], says: ["lable-flip", 'did you mean "label-flip"?'] },
  {
    what: "an attack that does not work with the label",
    args: ["audit", "reviews.csv", "--label", "price", "--attack", "confident-flip"],
    says: ["confident-flip", "needs classes"],
  },
  { what: "filters that leave no attack", args: [...good, "--access", "upstream"], says: ["no attack", "upstream"] },
  { what: "an unknown option", args: [...good, "--budgt", "1%"], says: ["--budgt", 'did you mean "--budget"?'] },
  { what: "an unknown command", args: ["audti", "reviews.csv"], says: ["audti", 'did you mean "audit"?'] },
  { what: "no data at all", args: ["audit"], says: ["DATA"] },
  { what: "an unknown task", args: [...good, "--attack-tasks", "north"], says: ["--attack-tasks", "north"] },
  { what: "a limit that is none", args: [...good, "--limit", "accuracy < 3"], says: ["--limit", "accuracy < 3"] },
  {
    what: "a limit on an unknown metric",
    args: [...good, "--limit", "acuracyDrop@1% <= 0.1"],
    says: ["--limit", 'did you mean "accuracyDrop"?'],
  },
  { what: "a limit on a budget that is not tried", args: [...good, "--limit", "accuracyDrop@2% <= 0.1"], says: ["--limit", "2 %"] },
  { what: "a file in the way of the run", args: [...good, "--out", "reviews.csv"], says: ["--out", "reviews.csv", "cannot be written"] },
  { what: "a file above the run", args: [...good, "--out", "reviews.csv/run"], says: ["--out", "reviews.csv/run", "cannot be written"] },
  {
    what: "a folder that holds another run",
    prepare: (folder) => {
      mkdirSync(join(folder, "run"));
      writeFileSync(join(folder, "run", "manifest.json"), "{}");
    },
    args: [...good, "--out", "run"],
    says: ["--out", "run", "holds another run"],
  },
  {
    what: "a folder that holds something else",
    prepare: (folder) => {
      mkdirSync(join(folder, "run"));
      writeFileSync(join(folder, "run", "notes.txt"), "");
    },
    args: [...good, "--out", "run"],
    says: ["--out", "run", "not empty"],
  },
  {
    what: "an unknown key in a configuration",
    prepare: (folder) => writeFileSync(join(folder, "c.yaml"), "data: { path: reviews.csv, labels: [stars] }\nseedz: 2\n"),
    args: ["audit", "--config", "c.yaml"],
    says: ["c.yaml", '"seedz"', 'did you mean "seeds"?'],
  },
  {
    what: "an unknown key deep in a configuration",
    prepare: (folder) => writeFileSync(join(folder, "c.json"), JSON.stringify({ repairs: [{ id: "drop", params: { fractoin: 0.1 } }] })),
    args: ["audit", "reviews.csv", "--config", "c.json"],
    says: ["c.json", '"repairs[0].params.fractoin"', 'did you mean "fraction"?'],
  },
  {
    what: "a budget of a configuration that is too high",
    prepare: (folder) => writeFileSync(join(folder, "c.yaml"), "budgets: [1%, 101%]\n"),
    args: [...good, "--config", "c.yaml"],
    says: ["c.yaml", "budgets[1]", '"101%"'],
  },
  {
    what: "a configuration that is no YAML",
    prepare: (folder) => writeFileSync(join(folder, "c.yaml"), "seeds: 1\nbudgets: [1%\n"),
    args: [...good, "--config", "c.yaml"],
    says: ["c.yaml", "line"],
  },
  { what: "a run that is none", args: ["check", "reviews.csv"], says: ["reviews.csv", "not a run"] },
  {
    what: "an unknown parameter of an attack",
    args: ["attack", "reviews.csv", "--label", "stars", "--attack", "label-flip", "--budget", "1%", "--out", "p", "--set", "share=2"],
    says: ["label-flip", '"share"'],
  },
  { what: "an unknown kind of method", args: ["list", "atacks"], says: ["atacks", 'did you mean "attacks"?'] },
];

describe.concurrent("a wrong request", () => {
  it.each(requests)("is refused in one line, with nothing written: $what", ({ data, prepare, args, says }) =>
    inFolder(async (folder) => {
      writeReviews(folder);
      if (data !== undefined) writeFileSync(join(folder, "data.csv"), data);
      prepare?.(folder);
      const before = filesIn(folder);
      const { exitCode, stdout, stderr } = await theriac(folder, ...args);
      expect(stderr).toMatch(/^theriac: [^\n]+\n$/);
      for (const part of says) expect(stderr).toMatch(part);
      expect(stdout).toBe("");
      expect(exitCode).toBe(2);
      expect(filesIn(folder)).toEqual(before);
    }),
  );
});
