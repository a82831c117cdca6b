import { characterNamed, isUnseen } from "../../core/text/invisible.ts";
import { isDressed } from "../../core/text/word-form.ts";
import { isMark, wordsOf } from "../../core/text/words.ts";

const kinds = ["invisible characters", "letters in another dress", "look-alike letters of another script"] as const;

/** What hides a text from those who compare texts as they are written: `invisible characters (U+200B, U+00AD)`, of each kind three at most by name; "" where nothing does. */
export function disguisesIn(text: string): string {
  const marks = new Set(wordsOf(text).filter(isMark));
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
