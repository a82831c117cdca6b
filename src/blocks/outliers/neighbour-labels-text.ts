import { type Dataset, selectExamples } from "../../core/dataset.ts";

/**
 * The examples of each label apart where a row has several, because what is alike in all features may then differ in label; else all together: related tasks
 * have a label in common, and a small one alone has too few rows to compare.
 */
export function* partsByLabel(data: Dataset): Generator<{ readonly part: Dataset; readonly rows: Int32Array }> {
  const everything = Int32Array.from({ length: data.y.length }, (_, i) => i);
  if (data.y.length === 0) return;
  if (!hasSeveralLabels(data)) {
    yield { part: data, rows: everything };
    return;
  }
  for (let task = 0; task < data.tasks.length; task++) {
    const rows = everything.filter((i) => data.task[i] === task);
    if (rows.length > 0) yield { part: selectExamples(data, rows), rows };
  }
}

function hasSeveralLabels({ row }: Dataset): boolean {
  const seen = new Set<number>();
  for (const own of row) {
    if (own < 0) continue;
    if (seen.has(own)) return true;
    seen.add(own);
  }
  return false;
}
