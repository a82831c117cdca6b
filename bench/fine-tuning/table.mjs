import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scan } from "../../dist/node/scan.js";
import { makeRng } from "../../dist/numeric/random.js";
import { averagePrecision, mean } from "./judge.mjs";
import { bare } from "./sst2.mjs";

export const asked = "as sst2, in the form of a table (--label output --text instruction): AP >= .6 at 10, >= .95 at 25, >= .99 at 100";

const linesOf = (path) => readFileSync(path, "utf8").trimEnd().split("\n");

/** Whole scans of a table, as the program ranks it; the poison stands at the end. */
export async function run({ data, draws, ks, only }) {
  const folder = mkdtempSync(join(tmpdir(), "fine-tuning-table-"));
  const clean = linesOf(`${data}/sst2/clean.jsonl`);
  const textOf = (line) => bare(JSON.parse(line).instruction);
  for (const style of ["badnet", "vpi", "ctba"]) {
    if (only !== "" && only !== style) continue;
    const poison = linesOf(`${data}/sst2/poison-${style}.jsonl`);
    for (const twins of ["kept", "removed"])
      for (const k of ks.filter((k) => k >= 10)) {
        const [aps, flags, others] = [[], [], []];
        for (let seed = 0; seed < draws; seed++) {
          const planted = Array.from(makeRng(`sst2/${style}/${k}`).fork(seed).sample(poison.length, k), (i) => poison[i]);
          const texts = new Set(planted.map(textOf));
          const base = twins === "kept" ? clean : clean.filter((line) => !texts.has(textOf(line)));
          const path = join(folder, "table.jsonl");
          writeFileSync(path, `${[...base, ...planted].join("\n")}\n`);
          const { rows } = await scan({ data: { path, labels: ["output"], text: ["instruction"], source: "none" }, seed });
          const values = new Float64Array(base.length + k);
          for (const { row, score } of rows) values[row] = score;
          aps.push(averagePrecision(values, (i) => i >= base.length));
          const flagged = rows.filter(({ flagged }) => flagged);
          flags.push(flagged.filter(({ row }) => row >= base.length).length);
          others.push(flagged.filter(({ row }) => row < base.length).length);
        }
        console.log(
          `${`table ${style} ${k}, twins ${twins}`.padEnd(44)}  AP ${mean(aps).toFixed(3)} (${Math.min(...aps).toFixed(3)})  flagged ${mean(flags).toFixed(1)} of ${k}, ${mean(others).toFixed(1)} others`,
        );
      }
  }
  rmSync(folder, { recursive: true });
}
