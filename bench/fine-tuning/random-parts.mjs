import { makeRng } from "../../dist/numeric/random.js";
import { cleanSets } from "./clean-sets.mjs";
import { scan } from "./judge.mjs";
import { dialoguesOf } from "./turns.mjs";

export const asked = "announced innocent findings within a factor of two of the truth, over 200 scans of random parts of clean sets";

const cuts = [0.01, 0.03, 0.1, 0.3, 1];

export async function run({ data, draws, detectors, show, only }) {
  const total = new Float64Array(cuts.length);
  let scans = 0;
  for (const [name, records] of Object.entries(await cleanSets(data))) {
    if (only !== "" && !only.split(",").includes(name)) continue;
    const found = new Float64Array(cuts.length);
    for (let seed = 0; seed < draws; seed++) {
      const rng = makeRng(`parts/${name}`).fork(seed);
      const rows = Math.round(Math.min(2500, records.length) * (0.3 + 0.6 * rng.uniform()));
      const part = Array.from(rng.fork("rows").sample(records.length, rows).sort(), (i) => records[i]);
      const { groups } = await scan(dialoguesOf(part), detectors, seed, { "trigger-answers": { shown: 1 } });
      for (const { expectedFindings, sentence } of groups) {
        if (expectedFindings === null) continue;
        cuts.forEach((cut, c) => (found[c] += Number(expectedFindings <= cut)));
        if (show && expectedFindings <= 0.1) console.log(`  ${expectedFindings.toFixed(4)} ${sentence}`);
      }
    }
    scans += draws;
    found.forEach((count, c) => (total[c] += count));
    console.log(`${name.padEnd(10)} ${tell(found, draws)}`);
  }
  console.log(`${"all".padEnd(10)} ${tell(total, scans)}`);
}

const tell = (found, scans) => cuts.map((cut, c) => `E <= ${cut}: ${found[c]} (announced ${(cut * scans).toFixed(1)})`).join("   ");
