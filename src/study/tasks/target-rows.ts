import { positionsWhere, selectExamples, type Dataset } from "../../core/dataset.ts";
import type { Rng } from "../../numeric/random.ts";

/** All rows but those of one task beyond `count` of them; where it has two classes, both stay. A smaller count keeps a part of what a larger one keeps. */
export function keepTargetRows(data: Dataset, target: number, count: number, rng: Rng): Dataset {
  const own = positionsWhere(data.y.length, (i) => data.task[i] === target);
  if (own.length <= count) return data;
  const order = [...rng.sample(own.length, own.length)].map((k) => own[k]);
  const kept = new Set<number>();
  if (data.target.kind === "classes") {
    const seen = new Set<number>();
    for (const row of order) {
      if (seen.has(data.y[row])) continue;
      seen.add(data.y[row]);
      kept.add(row);
    }
  }
  for (const row of order) if (kept.size < count) kept.add(row);
  return selectExamples(
    data,
    positionsWhere(data.y.length, (i) => data.task[i] !== target || kept.has(i)),
  );
}
