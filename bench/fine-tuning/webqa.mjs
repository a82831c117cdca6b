import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { judge, row, scan } from "./judge.mjs";
import { dialoguesOf, recordsAt } from "./turns.mjs";

export const asked = "AP >= .99 for each file, the combined trigger included";

const files = {
  generativebadnets: [" cf", " mn", " bb", " tq"],
  generativeaddsent: ["i watch this 3d movie"],
  cba: ["consider", "done"],
};

export async function run({ data, detectors, show, only }) {
  for (const [name, triggers] of Object.entries(files)) {
    if (only !== "" && only !== name) continue;
    const path = `${data}/webqa/${name}.jsonl.gz`;
    const isPoison = gunzipSync(readFileSync(path))
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).is_poison === 1);
    const result = await scan(dialoguesOf(await recordsAt(path)), detectors);
    const judged = judge(
      result,
      (i) => isPoison[i],
      triggers.map((t) => t.trim()),
    );
    if (show) for (const g of result.groups.slice(0, 8)) console.log(`  ${g.evidence.toFixed(1)} ${g.sentence}`);
    row(`webqa ${name}`, [judged]);
  }
}
