import type { Rng } from "../../numeric/random.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import type { TextSeed } from "./climb-texts.ts";

/**
 * Clean examples that written rows start from, with the class that these claim: at start 0 from each class in turn, claiming another one; then for each
 * class in turn all rows claim it. No example is taken twice before all were. Shape: counts [tasks].
 */
export function textSeeds(data: Dataset, counts: Int32Array, start: number, rng: Rng): TextSeed[] {
  if (data.target.kind !== "classes") throw new Error("written rows claim a class");
  const classes = data.target.names.length;
  const claimed = (start % (classes + 1)) - 1;
  return [...counts].flatMap((count, task) => {
    const draw = rng.fork(task);
    const own = Array.from({ length: classes }, (_, k) =>
      shuffled(
        positionsWhere(data.y.length, (i) => data.task[i] === task && data.y[i] === k),
        draw.fork(k),
      ),
    );
    const honest = own.flatMap((rows, k) => (rows.length > 0 && k !== claimed ? [k] : []));
    const sources = inTurn(own, honest.length > 0 ? honest : [...own.keys()]);
    const labels = draw.fork("labels");
    return Array.from({ length: sources.length === 0 ? 0 : count }, (_, k): TextSeed => {
      const example = sources[k % sources.length];
      const other = classes > 1 ? (data.y[example] + 1 + labels.integer(classes - 1)) % classes : data.y[example];
      return { example, y: claimed >= 0 ? claimed : other };
    });
  });
}

/** One of each of these groups after another, as long as it has some. */
function inTurn(groups: readonly Int32Array[], chosen: readonly number[]): number[] {
  const longest = Math.max(0, ...chosen.map((k) => groups[k].length));
  return Array.from({ length: longest }, (_, turn) => chosen.flatMap((k) => (turn < groups[k].length ? [groups[k][turn]] : []))).flat();
}

function shuffled(rows: Int32Array, rng: Rng): Int32Array {
  return Int32Array.from(rng.sample(rows.length, rows.length), (k) => rows[k]);
}
