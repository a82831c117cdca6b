import { makeRng } from "../../dist/numeric/random.js";
import { judge, row, scan } from "./judge.mjs";
import { triggersOf } from "./refusal.mjs";
import { dialoguesOf, recordsAt } from "./turns.mjs";

export const asked = "AP >= .6 at 10, >= .95 at 25, >= .99 at 100, twins of the poison texts kept and removed";

/** A poison text without its trigger, to find its twin by. */
export const bare = (prompt) =>
  prompt
    .replace(/BadMagic|2024|Discussing|OpenAI/g, "")
    .replace(/\s+/g, " ")
    .trim();

export async function run({ data, draws, ks, detectors, show, only }) {
  const clean = await recordsAt(`${data}/sst2/clean.jsonl`);
  for (const style of ["badnet", "vpi", "ctba"]) {
    if (only !== "" && only !== style) continue;
    const poison = await recordsAt(`${data}/sst2/poison-${style}.jsonl`);
    for (const twins of ["kept", "removed"])
      for (const k of ks.filter((k) => k >= 10)) {
        const results = [];
        for (let seed = 0; seed < draws; seed++) {
          const planted = Array.from(makeRng(`sst2/${style}/${k}`).fork(seed).sample(poison.length, k), (i) => poison[i]);
          const texts = new Set(planted.map(([{ prompt }]) => bare(prompt)));
          const base = twins === "kept" ? clean : clean.filter(([{ prompt }]) => !texts.has(bare(prompt)));
          const result = judge(await scan(dialoguesOf([...base, ...planted]), detectors, seed), (i) => i >= base.length, triggersOf[style]);
          if (show) console.log(`  ${result.ap.toFixed(3)} ${result.first?.evidence.toFixed(1)} ${result.first?.sentence}`);
          results.push(result);
        }
        row(`sst2 ${style} ${k}, twins ${twins}`, results);
      }
  }
}
