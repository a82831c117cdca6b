import type { Rng } from "../../numeric/random.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import type { TextSeed } from "./climb-texts.ts";

/**
 * Clean examples that written rows start from, with the class that these claim: at start 0 from each class in turn, claiming another one; then for each class in
 * turn all rows claim it. Shape: counts [tasks].
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
    const usable = own.flatMap((rows, k) => (rows.length > 0 && k !== claimed ? [k] : []));
    const from = usable.length > 0 ? usable : own.flatMap((rows, k) => (rows.length > 0 ? [k] : []));
    const labels = draw.fork("labels");
    return Array.from({ length: count }, (_, k): TextSeed => {
      const source = from[k % from.length];
      const rows = own[source];
      const other = classes > 1 ? (source + 1 + labels.integer(classes - 1)) % classes : source;
      return { example: rows[Math.floor(k / from.length) % rows.length], y: claimed >= 0 ? claimed : other };
    });
  });
}

function shuffled(rows: Int32Array, rng: Rng): Int32Array {
  return Int32Array.from(rng.sample(rows.length, rows.length), (k) => rows[k]);
}
