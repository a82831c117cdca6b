import { isNumeric } from "../missing.ts";

/** Spellings of yes and no, pairs of words that mean the same as an answer; the long ones make sure that answers are meant. */
const truths: Readonly<Record<string, string>> = {
  ...{ true: "yes", t: "yes", yes: "yes", y: "yes", "1": "yes", "1.0": "yes" },
  ...{ false: "no", f: "no", no: "no", n: "no", "0": "no", "0.0": "no" },
  ...{ positive: "positive", pos: "positive", negative: "negative", neg: "negative", neutral: "neutral", neu: "neutral" },
};

/** Letters of Cyrillic and Greek that nobody can tell from the Latin ones below them. */
const lookalikes = "аеорсухіѕјԁһѵԛԝοανρι";
const latin = "aeopcyxisjdhvqwoavpi";
export const lookalike = new RegExp(`[${lookalikes}]`, "g");

/** What is left of a name when case, blanks, the form of its Unicode and the punctuation behind it do not count; numbers by their value. */
export function foldClass(name: string): string {
  const plain = foldName(name);
  // Beyond fifteen digits a double no longer tells numbers apart.
  if (isNumeric(plain)) return plain.replace(/\D/g, "").length > 15 ? plain : String(Number(plain));
  return (
    plain
      .replace(/(?<=[^\s_-])[\s_-]+(?=[^\s_-])/g, " ")
      .replace(/(?<=\p{L}) (?=\p{L})/gu, "")
      .replace(/^['"`«»“”‘’]+(?=.)|(?<=.)['"`«»“”‘’.,;:!?]+$/gu, "") || plain
  );
}

/** The same of an account or a product: punctuation tells them apart, and of numbers only whole ones are alike (007 and 7). */
export function foldName(name: string): string {
  if (/^[1-9a-z][0-9a-z]{0,14}$/.test(name)) return name;
  const plain = name
    .normalize("NFKC")
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .trim()
    .replace(/\s+/g, " ")
    .toLowerCase()
    .normalize("NFC")
    .replace(lookalike, (letter) => latin[lookalikes.indexOf(letter)]);
  return /^\d{1,15}(\.0+)?$/.test(plain) ? String(Number(plain)) : plain;
}

/** The answer that a class means; itself where it means none. */
export function foldTruth(name: string): string {
  const plain = foldName(name);
  return truths[plain] ?? foldClass(name);
}

/** Whether a name can only be meant as an answer. */
export function isPlainTruth(name: string): boolean {
  const plain = foldName(name);
  return plain.length > 1 && plain in truths && !isNumeric(plain);
}
