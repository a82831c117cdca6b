import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { labelOfTask, targetOf } from "../../core/examples.ts";
import { type Cell, type Table } from "../../core/table.ts";
import type { Probes } from "../../study/attest/probes.ts";
import { isNestedTooDeeply } from "../schemas/nesting.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { shownValue } from "../schemas/shown.ts";
import { writeFiles } from "../write/write-files.ts";

/** Answers by example, or by probe and label. */
export type ProbeAnswers =
  | { readonly kind: "examples"; readonly values: Float64Array }
  | { readonly kind: "probes"; of(data: Dataset, probe: Int32Array): Float64Array };

/** Writes the questions as JSON lines: `probe`, then the cells that a model looks at. Which kind a question is, its reader need not know. */
export function writeProbes(path: string, { probes }: Probes, table: Table): void {
  const { features, task } = table.roles;
  const names = [...features, ...(task === null || features.includes(task) ? [] : [task])];
  const lines = probes.map(({ row }, probe) =>
    JSON.stringify({ probe, ...Object.fromEntries(names.map((name): [string, Cell] => [name, row.cells[name]])) }),
  );
  writeFiles([{ path, content: `${lines.join("\n")}\n` }]);
}

/**
 * Reads answers as JSON lines: `probe` as it was given, and the answer under the name of the label; in any order, each question once.
 *
 * @throws UsageError naming file and line
 */
export function readAnswers(path: string, { probes }: Probes, table: Table): ProbeAnswers {
  const target = targetOf(table);
  const { labels } = table.roles;
  const answers = new Map<string, number>();
  const text = readLines(path);
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    const where = `${path}: line ${i + 1}`;
    const entry = parseLine(line, where);
    const { probe } = entry;
    if (typeof probe !== "number" || !Number.isInteger(probe) || probe < 0 || probe >= probes.length)
      throw new UsageError(`${where}: "probe" must be one of 0 … ${probes.length - 1}, got ${shownValue(probe)}`);
    for (const label of labels) {
      if (answers.has(`${probe} ${label}`)) throw new UsageError(`${where}: probe ${probe} is answered twice`);
      answers.set(`${probe} ${label}`, parseAnswer(Object.hasOwn(entry, label) ? entry[label] : undefined, label, target, where));
    }
  });
  const missing = probes.findIndex((_, probe) => labels.some((label) => !answers.has(`${probe} ${label}`)));
  if (missing >= 0) throw new UsageError(`${path}: probe ${missing} has no answer; all ${probes.length} need one`);
  return {
    kind: "probes",
    of: (data, probe) => Float64Array.from(probe, (p, i) => answers.get(`${p} ${labelOfTask(table, data.task[i])}`) as number),
  };
}

function readLines(path: string): string {
  return readBytes(path, { what: "answers to the questions", maxBytes: 1 << 28, mayBePipe: true }).toString("utf8");
}

function parseLine(line: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = isNestedTooDeeply(line) ? null : JSON.parse(line);
  } catch {
    value = null;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`${where} is no JSON object`);
}

function parseAnswer(value: unknown, label: string, target: ReturnType<typeof targetOf>, where: string): number {
  if (target.kind === "real") {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new UsageError(`${where}: "${label}" must be a number, got ${shownValue(value)}`);
  }
  const index = ["string", "number", "boolean"].includes(typeof value) ? target.names.indexOf(String(value as string)) : -1;
  if (index >= 0) return index;
  throw new UsageError(`${where}: "${label}" must be one of ${target.names.join(", ")}, got ${shownValue(value)}`);
}
