import { row, scan } from "./judge.mjs";
import { cleanSets } from "./clean-sets.mjs";
import { dialoguesOf } from "./turns.mjs";

export const asked = "at most .3 % of examples flagged on each clean set";

export async function run({ data, detectors, show, only }) {
  for (const [name, records] of Object.entries(await cleanSets(data))) {
    if (only !== "" && only !== name) continue;
    const { groups, ms } = await scan(dialoguesOf(records), detectors);
    const flagged = new Set(groups.filter((g) => !g.isWeak).flatMap((g) => [...g.records]));
    const of = (is) => groups.filter(is).length;
    console.log(
      `${name.padEnd(16)} ${String(records.length).padStart(6)} examples  flagged ${((100 * flagged.size) / records.length).toFixed(2)} %  groups at E <= .01: ${of((g) => g.expectedFindings !== null && g.expectedFindings <= 0.01)}, at <= .1: ${of((g) => g.expectedFindings !== null && g.expectedFindings <= 0.1)}, floods ${of((g) => g.expectedFindings === null)}  ${(ms / 1000).toFixed(2)} s`,
    );
    if (show) for (const g of groups.slice(0, 8)) console.log(`  ${g.evidence.toFixed(2)} ${g.isWeak ? "weak " : ""}${g.sentence}`);
  }
  void row;
}
