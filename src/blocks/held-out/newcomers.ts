import type { Dataset } from "../../core/dataset.ts";
import type { NamedColumn, Table } from "../../core/table.ts";
import { timeOf } from "../copies/campaign-facts.ts";

/** Rows that new accounts wrote of one thing within some days, and the other rows about that thing. */
export interface Newcomers {
  /** What they are about: `with product "X"`; "" = anything. */
  readonly about: string;
  /** Days that an account was old, at most. */
  readonly age: number;
  /** One example of each account, ascending. */
  readonly examples: Int32Array;
  /** Of those and of the other rows about it, how many bear each class. Shapes: [classes]. */
  readonly held: Int32Array;
  readonly others: Int32Array;
}

export interface NewcomerGroups {
  /** Of five rows and more. */
  readonly groups: readonly Newcomers[];
  /** About each value, the accounts in its largest window, where these are two or more. */
  readonly largest: ReadonlyMap<string, number>;
}

/** Accounts are new on their first day, and in their first week. */
const ages = [0, 6];
/** Days of a window; windows begin at every half of it. */
const windows = [7, 28];
/** Fewer newcomers tell nothing; without others of any kind there is nothing to hold them against. */
const [fewestNew, fewestOthers] = [5, 1];
const msPerDay = 86_400_000;

/**
 * Groups of rows by accounts that were first met so few days before, in windows of days, about anything and about each value of a category. Of an account the first such
 * row counts. Empty where no column holds dates, or rows have several labels. Time grows with the rows times the columns.
 */
export function newcomersIn(data: Dataset, table: Table | null): NewcomerGroups {
  const dates = table?.columns.find((column): column is NamedColumn => column.kind === "date");
  if (table === null || dates === undefined || data.target.kind !== "classes" || table.roles.labels.length > 1)
    return { groups: [], largest: new Map() };
  const days = dates.names.map((date) => Math.floor(timeOf(date) / msPerDay));
  const dayOf = Float64Array.from(data.row, (row) => (row < 0 || dates.codes[row] < 0 ? NaN : days[dates.codes[row]]));
  const first = new Float64Array(data.sources.length).fill(Infinity);
  data.source.forEach((s, i) => {
    if (s >= 0 && dayOf[i] < first[s]) first[s] = dayOf[i];
  });
  const classes = data.target.names.length;
  const groups: Newcomers[] = [];
  const largest = new Map<string, number>();
  for (const { about, examples } of scopesOf(data, table)) {
    const total = new Int32Array(classes);
    for (const i of examples) total[data.y[i]]++;
    for (const age of ages)
      for (const width of windows)
        for (const shift of [0, width / 2])
          for (const own of byWindow(examples, age, width, shift).values()) {
            if (about !== "" && own.size > (largest.get(about) ?? 1)) largest.set(about, own.size);
            const rest = examples.length - own.size;
            if (own.size < fewestNew || rest < fewestOthers) continue;
            const held = new Int32Array(classes);
            for (const i of own.values()) held[data.y[i]]++;
            const others = total.map((count, k) => count - held[k]);
            groups.push({ about, age, examples: Int32Array.from(own.values()).sort(), held, others });
          }
  }
  return { groups, largest };

  /** By window, the first example of each account that is new in it. */
  function byWindow(of: Int32Array, age: number, width: number, shift: number): Map<number, Map<number, number>> {
    const found = new Map<number, Map<number, number>>();
    for (const i of of) {
      const s = data.source[i];
      if (s < 0 || !(dayOf[i] - first[s] <= age)) continue;
      const window = Math.floor((dayOf[i] + shift) / width);
      let own = found.get(window);
      if (own === undefined) found.set(window, (own = new Map<number, number>()));
      if (!own.has(s)) own.set(s, i);
    }
    return found;
  }
}

/** All rows, and those with each value of a category that several rows have. */
function scopesOf(data: Dataset, { columns, roles }: Table): { readonly about: string; readonly examples: Int32Array }[] {
  const out = [{ about: "", examples: Int32Array.from(data.y.keys()) }];
  const taken = new Set([...roles.labels, roles.source, roles.id]);
  for (const column of columns) {
    if (column.kind !== "category" || taken.has(column.name)) continue;
    const byCode = new Map<number, number[]>();
    data.row.forEach((row, i) => {
      const code = row < 0 ? -1 : column.codes[row];
      if (code < 0) return;
      const known = byCode.get(code);
      if (known === undefined) byCode.set(code, [i]);
      else known.push(i);
    });
    for (const [code, examples] of byCode)
      if (examples.length > 1) out.push({ about: `with ${column.name} "${column.names[code]}"`, examples: Int32Array.from(examples) });
  }
  return out;
}
