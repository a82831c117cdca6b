import { labelOfTask, taskNames } from "../../core/examples.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type DataPoison, type FeatureRow, type RawRow, noDataPoison } from "../../core/poison.ts";
import { type Cell, type Table, replaceCells } from "../../core/table.ts";
import type { InjectedRows } from "./injected-rows.ts";

/** Injected rows as a patch: cells where features come from numbers alone, else features. Nobody is named as their source. */
export function injectedPatch(table: Table, victim: FittedPipeline, { x, y, task }: InjectedRows): DataPoison {
  const { target } = victim.training;
  const insert = Array.from(y, (label, i): RawRow | FeatureRow => {
    const features = x.data.slice(i * x.cols, (i + 1) * x.cols);
    const decoded = victim.decode(features);
    if (decoded === null) return { kind: "features", x: [...features], y: label, task: task[i] };
    const labelCell: Cell = target.kind === "classes" ? target.names[label] : label;
    const taskColumn = table.roles.labels.length > 1 ? null : table.roles.task;
    const taskCell: [string, Cell][] = taskColumn === null ? [] : [[taskColumn, taskNames(table)[task[i]]]];
    return { kind: "raw", cells: replaceCells(decoded, [...taskCell, [labelOfTask(table, task[i]), labelCell]]) };
  });
  return { ...noDataPoison, insert };
}
