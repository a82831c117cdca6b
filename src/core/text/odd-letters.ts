/**
 * Letters that look like others: Cyrillic and Greek letters with the Latin ones that a reader takes them for. A hand-made part of Unicode's confusables
 * (UTS 39): other scripts (Armenian, Cherokee, …) and digits in place of letters are not in it.
 */
const cyrillic = "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ аa еe оo рp сc уy хx іi јj";
const greek = "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa οo νv ρp ιi κk υu χx";
/** Rare letters, and small ones that look so in capitals or with some good will: nobody hides a word of theirs behind Latin letters. */
const oneWay = "ЅS ԚQ ԜW ԀD ҺH ӀI ѕs ԁd һh ԛq ԝw ӏl кk вb мm нh тt ΌO ΊI ΎY ΆA ΈE όo ίi ύu άa έe ηn τt εe";
/** Latin letters drawn like others, which no language here is written with. */
const drawn = "ɑa ɡg ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz";

const twins = (pairs: string): Map<string, string> => new Map(pairs.split(" ").map((pair) => [pair[0], pair[1]]));
const inverse = (map: Map<string, string>): Map<string, string> => new Map([...map].map(([odd, latin]) => [latin, odd]));

const latinOfDrawn = twins(drawn);
const latinOf = new Map([...twins(cyrillic), ...twins(greek), ...twins(oneWay), ...latinOfDrawn]);
const cyrillicOf = inverse(twins(cyrillic));
const greekOf = inverse(twins(greek));

const isLatin = /\p{sc=Latin}/u;
const isCyrillic = /\p{sc=Cyrillic}/u;
const isGreek = /\p{sc=Greek}/u;
const latinAmongOthers = /\p{sc=Latin}/gu;
const others = /[\p{sc=Cyrillic}\p{sc=Greek}]/gu;

/** A word in letters of one script, and the first letter that was not of it; null where there was none. */
export interface OneScript {
  readonly word: string;
  readonly odd: string | null;
}

/**
 * Folds the letters of a word that mixes Latin with Cyrillic or Greek into the script that it has most of, where every one of them has a look-alike
 * there; a word such as "яdom" stays as it is.
 *
 * @param amongLatin whether the text around it is Latin, so that a whole word in look-alikes is one in disguise
 */
export function inOneScript(word: string, amongLatin: boolean): OneScript {
  const [latin, cyr, gre] = [isLatin.test(word), isCyrillic.test(word), isGreek.test(word)];
  if (latin && !cyr && !gre) return foldInto(word, latinOfDrawn, (letter) => latinOfDrawn.has(letter));
  const isOther = (letter: string): boolean => isCyrillic.test(letter) || isGreek.test(letter);
  if (!latin && !(amongLatin && [...word].length > 1 && [...word].every(isOther))) return { word, odd: null };
  const toLatin = (): OneScript | null => (allIn(word, others, latinOf) ? foldInto(word, latinOf, isOther) : null);
  if (!latin) return toLatin() ?? { word, odd: null };
  const back = cyr ? cyrillicOf : greekOf;
  const fromLatin = (): OneScript | null =>
    allIn(word, latinAmongOthers, back) ? foldInto(word, back, (letter) => isLatin.test(letter)) : null;
  const most = count(word, latinAmongOthers) >= count(word, others);
  return (most ? (toLatin() ?? fromLatin()) : (fromLatin() ?? toLatin())) ?? { word, odd: null };
}

/** Whether a text is Latin but for words that are all of look-alikes: three Latin letters or more for each other one, and none of these without a twin. */
export function isLatinInDisguise(text: string): boolean {
  const foreign = count(text, others);
  return foreign > 0 && allIn(text, others, latinOf) && count(text, latinAmongOthers) >= 3 * foreign;
}

/** Whether letters of a word may be look-alikes of others, in a text of several scripts. */
export function mayMislead(text: string): boolean {
  return /[\p{sc=Cyrillic}\p{sc=Greek}]/u.test(text) ? isLatin.test(text) : /[\u0250-\u02af\u1d00-\u1d2b\ua730\ua731]/.test(text);
}

/** Every look-alike in its Latin form, whatever stands around it: for comparing only. */
export function withoutLookAlikes(word: string): string {
  let out = "";
  for (const letter of word) out += latinOf.get(letter) ?? (letter === "ı" ? "i" : letter);
  return out;
}

/** The word with this letter in place of the first one that it is folded into; null where there is none. */
export function withOddLetter(word: string, odd: string): string | null {
  const folded = [latinOf, cyrillicOf, greekOf].map((twin) => twin.get(odd)?.toLowerCase());
  const letters = [...word];
  const at = letters.findIndex((letter) => folded.includes(letter));
  if (at < 0) return null;
  letters[at] = odd;
  return letters.join("");
}

function foldInto(word: string, twin: Map<string, string>, isOdd: (letter: string) => boolean): OneScript {
  let odd: string | null = null;
  let out = "";
  for (const letter of word) {
    const folded = isOdd(letter) ? twin.get(letter) : undefined;
    if (folded !== undefined) odd ??= letter;
    out += folded ?? letter;
  }
  return { word: out, odd };
}

function count(text: string, letters: RegExp): number {
  return text.match(letters)?.length ?? 0;
}

function allIn(text: string, letters: RegExp, twin: Map<string, string>): boolean {
  return (text.match(letters) ?? []).every((letter) => twin.has(letter));
}
