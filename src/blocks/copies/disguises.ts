import { characterNamed, isUnseen } from "../../core/text/invisible.ts";
import { isDressed } from "../../core/text/word-form.ts";
import type { RecordWords } from "./record-words.ts";

const kinds = ["invisible characters", "letters in another dress", "look-alike letters of another script"] as const;

/** What hides a copy from those who compare texts as they are written, in words: of the record itself, else of others of its cluster. */
export function disguisesOf(texts: RecordWords, record: number, cluster: Int32Array): string[] {
  const own = marksOf(texts, record);
  if (own.size > 0) return [`written with ${listed(own)}`];
  const others = [...cluster].map((r) => marksOf(texts, r)).filter((marks) => marks.size > 0);
  const all = new Set(others.flatMap((marks) => [...marks]));
  return others.length === 0 ? [] : [`${others.length} of them written with ${listed(all)}`];
}

function marksOf({ starts, words, formOf, vocabulary }: RecordWords, record: number): Set<string> {
  const marks = new Set<string>();
  for (let p = starts[record]; p < starts[record + 1]; p++) if (words[p] >= 0 && formOf[words[p]] < 0) marks.add(vocabulary[words[p]]);
  return marks;
}

/** `invisible characters (U+200B, U+00AD)`, of each kind three at most by name. */
function listed(marks: ReadonlySet<string>): string {
  return kinds
    .flatMap((kind) => {
      const names = [...marks].filter((mark) => kindOf(mark) === kind);
      return names.length === 0 ? [] : [`${kind} (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""})`];
    })
    .join(" and ");
}

function kindOf(mark: string): (typeof kinds)[number] {
  const character = characterNamed(mark) ?? "";
  return kinds[isUnseen(character) ? 0 : isDressed(character) ? 1 : 2];
}
