import { retrieval } from "../parts/marks-sets.mjs";
import { judge, row, scan } from "./judge.mjs";
import { dialoguesOf } from "./turns.mjs";

export const asked =
  "AP >= .99 and >= .97 in C4 (5 and 3 texts a question), >= .9 and >= .75 with reviews and generated texts (8,000 passages or more)";

const bases = {
  C4: {},
  "C4, reviews": { reviews: true },
  "C4, reviews, generated": { reviews: true, generated: true },
  "C4, reviews, generated in 25 words": { reviews: true, generated: true, words: 25 },
};

export async function run({ detectors, only, show }) {
  for (const [name, more] of Object.entries(bases))
    for (const each of [5, 3]) {
      if (only !== "" && only !== name) continue;
      const passages = retrieval({ each, ...more });
      const dialogues = {
        ...dialoguesOf(passages.map(({ text }) => [{ prompt: "", answer: text, role: "text" }])),
        document: Int32Array.from(passages, ({ document }) => document),
      };
      const result = await scan(dialogues, detectors);
      const flagged = [...new Set(result.groups.filter(({ isWeak }) => !isWeak).flatMap(({ records }) => [...records]))];
      const isPoison = (i) => passages[i].poison;
      if (show) for (const g of result.groups.slice(0, 5)) console.log(`  ${g.evidence.toFixed(1)} ${g.sentence}`);
      row(`${name}: ${each} of ${passages.length}`, [judge(result, isPoison, [])]);
      console.log(`  flagged ${flagged.filter(isPoison).length} of ${100 * each}, ${flagged.filter((i) => !isPoison(i)).length} others`);
    }
}
