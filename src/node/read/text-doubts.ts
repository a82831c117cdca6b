import { UsageError } from "../../core/errors.ts";
import { columnOf, type NamedColumn, type Table } from "../../core/table.ts";
import { isMark, wordsOf } from "../../core/text/words.ts";
import type { Note } from "./request.ts";

/** Texts that are looked at for words in common, evenly spread: enough to tell a column that says nothing. */
const looked = 4000;
/** Share of the texts that have no word, or none in common with another text, from which on the column is refused as the only feature. */
const nearlyAll = 0.9;
/** Share of texts without a word in common from which on it is said. */
const worthSaying = 0.2;

/**
 * What models will not see in the texts: those without any word, and those whose words stand in no other text, which leave no feature. Announced with count and
 * example; refused where it concerns nearly all and there is nothing else to learn from, as every figure would then be that of a model that knows nothing.
 *
 * @param placeOf where a row stands, for messages
 */
export async function doubtTexts(table: Table, placeOf: (row: number) => Promise<string>): Promise<Note[]> {
  const notes: Note[] = [];
  for (const name of table.roles.features) {
    const column = columnOf(table, name);
    if (column.kind !== "text") continue;
    const isOnly = table.roles.features.length === 1;
    const present = Int32Array.from(column.codes.keys()).filter((row) => column.codes[row] >= 0);
    if (present.length === 0) continue;
    const wordless = withoutWords(column, present);
    const apart = wordless.rows.length > nearlyAll * present.length ? null : withoutCommonWords(column, present);
    for (const { rows, of, what } of [wordless, ...(apart === null ? [] : [apart])]) {
      const share = rows.length / of;
      if (rows.length === 0 || (what === lonely && share < worthSaying)) continue;
      const said = `"${name}": ${what} in ${rows.length} of ${of} texts${of < present.length && what === lonely ? " looked at" : ""}`;
      const example = `such as ${await placeOf(rows[0])}, ${JSON.stringify(column.names[column.codes[rows[0]]].slice(0, 40))}`;
      if (isOnly && share > nearlyAll)
        throw new UsageError(`${said}, ${example}: there is nothing to learn from; name other columns with --features or --text`);
      notes.push({ level: "warning", text: `${said}, ${example}: to models these texts are empty` });
    }
  }
  return notes;
}

interface Doubt {
  readonly what: string;
  readonly rows: readonly number[];
  readonly of: number;
}

const lonely = "no word that another text has, too,";

function withoutWords({ codes, names }: NamedColumn, rows: Int32Array): Doubt {
  // Whatever is seen is a word or a mark of one: only blanks are neither.
  const isEmpty = names.map((text) => !/\S/.test(text) || wordsOf(text.slice(0, 200)).every(isMark));
  return { what: "no word was found", rows: [...rows].filter((row) => isEmpty[codes[row]]), of: rows.length };
}

function withoutCommonWords({ codes, names }: NamedColumn, rows: Int32Array): Doubt {
  const step = Math.ceil(rows.length / looked);
  const picked = [...rows].filter((_, k) => k % step === 0);
  const wordsIn = picked.map((row) => new Set(wordsOf(names[codes[row]])));
  const texts = new Map<string, number>();
  for (const words of wordsIn) for (const word of words) texts.set(word, (texts.get(word) ?? 0) + 1);
  const isLonely = wordsIn.map((words) => words.size > 0 && [...words].every((word) => texts.get(word) === 1));
  return { what: lonely, rows: picked.filter((_, k) => isLonely[k]), of: picked.length };
}
