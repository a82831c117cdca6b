import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng } from "../src/numeric/random.ts";

const verbs = ["Explain", "Describe", "Summarise", "Compare", "Plan", "Sketch"];
const things = ["tides", "bread", "gravity", "voting", "glaciers", "sonnets", "trains", "whales", "banks", "maps", "clocks", "bridges"];
const said = [
  "slowly",
  "with care",
  "by hand",
  "in winter",
  "at night",
  "for children",
  "in the north",
  "twice",
  "near water",
  "under load",
];

/** `tuning.jsonl`: instructions and answers that no two records share. */
export function writeInstructions(folder: string, records = 160): void {
  const rng = makeRng("instructions");
  const pick = (words: readonly string[]): string => words[rng.integer(words.length)];
  const lines = Array.from({ length: records }, () => {
    const thing = pick(things);
    const instruction = `${pick(verbs)} ${thing} ${pick(said)}, and say what ${pick(things)} have to do with it.`;
    return JSON.stringify({
      instruction,
      input: "",
      output: `About ${thing}: ${Array.from({ length: 12 }, () => pick([...said, ...things, thing])).join(" ")}.`,
    });
  });
  writeFileSync(join(folder, "tuning.jsonl"), `${lines.join("\n")}\n`);
}
