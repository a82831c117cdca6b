import type { RawVectors } from "../raw.ts";
import type { Note } from "../request.ts";

/** Gathers lists of numbers, row by row, into columns of vectors; what is not of one length, or holds something else, is left out with its reason. */
export interface ListColumns {
  /** @param value a list, or a scalar or object in a column that has lists elsewhere */
  add(name: string, row: number, where: string, value: unknown): void;
  has(name: string): boolean;
  /** Leaves a column out, whatever it holds. */
  refuse(name: string, why: string): void;
  finish(rows: number): { vectors: RawVectors[]; unreadable: Map<string, string>; notes: Note[] };
}

interface Gathering {
  values: number[];
  rows: number[];
  length: number;
  fault: string | null;
}

export function gatherLists(): ListColumns {
  const columns = new Map<string, Gathering>();
  return {
    add(name, row, where, value) {
      let own = columns.get(name);
      if (own === undefined) columns.set(name, (own = { values: [], rows: [], length: -1, fault: null }));
      if (own.fault !== null) return;
      own.fault = faultOf(value, own.length, where);
      if (own.fault !== null) {
        own.values = [];
        return;
      }
      const list = value as number[];
      own.length = list.length;
      own.rows.push(row);
      for (const number of list) own.values.push(number);
    },
    has: (name) => columns.has(name),
    refuse(name, why) {
      const fault = columns.get(name)?.fault ?? why;
      columns.set(name, { values: [], rows: [], length: -1, fault });
    },
    finish(rows) {
      const vectors: RawVectors[] = [];
      const unreadable = new Map<string, string>();
      const notes: Note[] = [];
      for (const [name, { values, rows: present, length, fault }] of columns) {
        if (fault !== null) unreadable.set(name, fault);
        else {
          vectors.push({ name, matrix: sparseRows(values, present, rows, length) });
          notes.push(...vectorNotes(name, rows, length, present));
        }
      }
      return { vectors, unreadable, notes };
    },
  };
}

/** What to say of a column of vectors. @param present rows that have one, rising */
function vectorNotes(
  name: string,
  rows: number,
  length: number,
  present: { readonly length: number; readonly [at: number]: number },
): Note[] {
  const notes: Note[] = [{ level: "info", text: `"${name}" is read as vectors of ${length} numbers` }];
  if (present.length === rows) return notes;
  let first = 0;
  while (first < present.length && present[first] === first) first++;
  const missing = rows - present.length;
  const text = `"${name}" is missing in ${missing} of ${rows} rows (the first: row ${first + 1}), which are read as vectors of zeros`;
  return [...notes, { level: "warning", text }];
}

function faultOf(value: unknown, length: number, where: string): string | null {
  if (!Array.isArray(value))
    return value !== null && typeof value === "object"
      ? `${where} nests an object in it`
      : `${where} holds ${JSON.stringify(value)?.slice(0, 40)} where others hold a list`;
  if (value.length === 0) return `${where} holds an empty list`;
  const bad = value.findIndex((entry) => typeof entry !== "number" || !Number.isFinite(entry));
  if (bad >= 0) {
    const entry: unknown = value[bad];
    const what = Array.isArray(entry) ? "a list" : JSON.stringify(entry).slice(0, 40);
    return `${where} holds a list with ${what} in it, and lists of numbers are read`;
  }
  if (length >= 0 && value.length !== length) return `${where} holds ${value.length} numbers where the rows before hold ${length}`;
  return null;
}

/** Shape: [rows, length]; rows that are not present are zeros. */
function sparseRows(values: readonly number[], present: readonly number[], rows: number, length: number): RawVectors["matrix"] {
  const indptr = new Int32Array(rows + 1);
  let count = 0;
  for (const value of values) if (value !== 0) count++;
  const indices = new Int32Array(count);
  const kept = new Float64Array(count);
  let at = 0;
  let next = 0;
  for (let row = 0; row < rows; row++) {
    if (present[next] === row) {
      for (let j = 0; j < length; j++) {
        const value = values[next * length + j];
        if (value === 0) continue;
        indices[at] = j;
        kept[at++] = value;
      }
      next++;
    }
    indptr[row + 1] = at;
  }
  return { kind: "sparse", rows, cols: length, indptr, indices, values: kept };
}
