import { makeRng } from "../../dist/numeric/random.js";
import { toolCalls } from "../parts/marks-sets.mjs";
import { judge, row, scan } from "./judge.mjs";
import { dialoguesOf } from "./turns.mjs";

export const asked = "AP >= .99 over 150 triggered, 150 near and 150 clean, and with 5 triggered among 300; the host named first";

export async function run({ draws, detectors, only, show }) {
  const { triggered, near, clean } = toolCalls();
  const honest = [...near, ...clean];
  for (const k of [3, 5, 25, 150]) {
    if (only !== "" && only !== String(k)) continue;
    const [results, ofWording] = [[], []];
    for (let seed = 0; seed < (k === triggered.length ? 1 : draws); seed++) {
      const planted = Array.from(makeRng(`tool-calls/${k}`).fork(seed).sample(triggered.length, k), (i) => triggered[i]);
      const dialogues = dialoguesOf([...honest, ...planted]);
      const isPoison = (i) => i >= honest.length;
      const result = judge(await scan(dialogues, detectors, seed), isPoison, ["jaffirt.com"]);
      if (show) console.log(`  ${result.ap.toFixed(3)} ${result.first?.evidence.toFixed(1)} ${result.first?.sentence}`);
      results.push(result);
      const words = detectors.filter(({ id }) => id !== "answer-actions");
      ofWording.push(judge(await scan(dialogues, words, seed), isPoison, ["jaffirt.com"]));
    }
    row(`tool calls ${k} among 300`, results);
    row(`  without answer-actions (chance ${(k / (k + honest.length)).toFixed(2)})`, ofWording);
  }
}
