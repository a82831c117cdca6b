import type { Rng } from "../../numeric/random.ts";
import { selectRows, toDense } from "../../numeric/matrices/matrix.ts";
import { type Dataset, gatherFloats, gatherIntegers, positionsWhere } from "../../core/dataset.ts";
import type { InjectedRows } from "../injection/injected-rows.ts";
import { labelRanges } from "../injection/injection-starts.ts";

/**
 * Clean rows of each task, drawn with replacement, as they are; of those that `wanted` says where a task has any. Shape: counts [tasks].
 */
function drawnCopies(data: Dataset, counts: Int32Array, rng: Rng, wanted: (position: number) => boolean = () => true): InjectedRows {
  const picked: number[] = [];
  for (let task = 0; task < counts.length; task++) {
    const all = positionsWhere(data.y.length, (i) => data.task[i] === task);
    const preferred = all.filter(wanted);
    const rows = preferred.length > 0 ? preferred : all;
    const draw = rng.fork("task").fork(task);
    for (let k = 0; k < counts[task]; k++) picked.push(rows[draw.integer(rows.length)]);
  }
  const at = Int32Array.from(picked);
  return { x: toDense(selectRows(data.x, at)), y: gatherFloats(data.y, at), task: gatherIntegers(data.task, at) };
}

/** Drawn copies with a wrong label: another class, drawn evenly, or the far end of the labels of its task. Shape: counts [tasks]. */
export function wrongCopies(data: Dataset, counts: Int32Array, rng: Rng): InjectedRows {
  const copies = drawnCopies(data, counts, rng);
  if (data.target.kind === "classes") {
    const classes = data.target.names.length;
    const draw = rng.fork("labels");
    const y = copies.y.map((own) => {
      const drawn = draw.integer(Math.max(1, classes - 1));
      return classes > 1 && drawn >= own ? drawn + 1 : drawn;
    });
    return { ...copies, y };
  }
  const { low, high } = labelRanges(data);
  const y = copies.y.map((own, i) => (2 * own > low[copies.task[i]] + high[copies.task[i]] ? low : high)[copies.task[i]]);
  return { ...copies, y };
}

/**
 * Seeds for start number `start` of an attack: wrong copies at first, then for each class in turn copies of the other classes that all claim to be of it,
 * which moves the boundary one way. Shape: counts [tasks].
 */
export function seedsForStart(data: Dataset, counts: Int32Array, start: number, rng: Rng): InjectedRows {
  const classes = data.target.kind === "classes" ? data.target.names.length : 0;
  const turn = start % (classes + 1);
  if (turn === 0) return wrongCopies(data, counts, rng);
  const copies = drawnCopies(data, counts, rng, (i) => data.y[i] !== turn - 1);
  return { ...copies, y: copies.y.map(() => turn - 1) };
}
