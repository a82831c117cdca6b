import { makeRng } from "../../dist/numeric/random.js";
import { makeExamples } from "./made-examples.mjs";
import { scan } from "./judge.mjs";

export const asked =
  "100,000 examples under 40 s and 2 GiB on 2 cores (both detectors have 25 s and 1.5 GiB of it), 1,000,000 short ones under 10 minutes and 6 GiB, growth about linear";

export async function run({ detectors, only, show }) {
  for (const [rows, promptWords, answerWords] of [
    [10_000, 25, 100],
    [30_000, 25, 100],
    [100_000, 25, 100],
    [100_000, 10, 12],
    [1_000_000, 10, 12],
  ]) {
    if (only !== "" && only !== `${rows}/${answerWords}`) continue;
    const dialogues = makeExamples(rows, promptWords, answerWords, makeRng("speed"));
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const used = process.cpuUsage();
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
    const { groups, ms } = await scan(dialogues, detectors, 0, {}, { breathe: () => new Promise((done) => setImmediate(done)) });
    clearInterval(watch);
    const { user, system } = process.cpuUsage(used);
    most = Math.max(most, process.resourceUsage().maxRSS * 1024);
    console.log(
      `${String(rows).padStart(9)} examples of ${promptWords} and ${answerWords} words: ${(ms / 1000).toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor), ${(most / 2 ** 30).toFixed(2)} GiB with the data (${(before / 2 ** 30).toFixed(2)} GiB), ${groups.length} groups`,
    );
    if (show) for (const g of groups.slice(0, 5)) console.log(`  ${g.evidence.toFixed(2)} ${g.sentence}`);
  }
}
