import { describe, expect, it } from "vitest";
import { countWords, isMark, wordsOf } from "./words.ts";

const cases = (given: Record<string, readonly string[]>): void => {
  for (const [text, words] of Object.entries(given)) expect({ text, words: wordsOf(text) }).toEqual({ text, words });
};

describe("words", () => {
  it("are runs of letters and digits, however short, in small letters", () => {
    cases({
      "A good-ish phone, x2: I say_so.": ["a", "good", "ish", "phone", "x2", "i", "say_so"],
      "é È e\u0301": ["é", "è", "é"],
      "STRASSE Straße": ["strasse", "strasse"],
      "ΟΔΟΣ οδος İyi": ["οδοσ", "οδοσ", "iyi"],
      "хорошо ХОРОШО": ["хорошо", "хорошо"],
      "좋아요 ㅋㅋㅋ": ["좋아요", "ㅋㅋㅋ"],
    });
  });

  it("keep English endings, Cyrillic apostrophes and points within numbers", () => {
    cases({
      "Don't, it’s 3.5 of 1,000": ["don't", "it's", "3.5", "of", "1,000"],
      "l'eau qu’elle": ["l", "eau", "qu", "elle"],
      "об'єкт": ["об'єкт"],
      "end.Next 5. O'clock": ["end", "next", "5", "o", "clock"],
    });
  });

  it("are found where a script has no blanks", () => {
    cases({
      "这个手机非常好用，快来买吧。": ["这个", "手机", "非常", "好用", "快", "来", "买", "吧"],
      電池が長持ちします: ["電池", "が", "長持ち", "し", "ます"],
      โทรศัพท์นี้ดีมาก: ["โทรศัพท์", "นี้", "ดี", "มาก"],
      ទូរស័ព្ទនេះល្អ: ["ទូរស័ព្ទ", "នេះ", "ល្អ"],
      ဖုန်းကောင်းတယ်: ["ဖုန်း", "ကောင်း", "တယ်"],
      "iPhone手机 x": ["iphone", "手机", "x"],
    });
  });

  it("keep combining marks and joiners that their script is written with", () => {
    cases({
      "हिन्दी क्\u200dष": ["हिन्दी", "क्\u200dष"],
      "می\u200cخواهم كِتَاب": ["می\u200cخواهم", "كِتَاب"],
      "น้ำ ดี\u200bมาก": ["น้ำ", "ดี", "มาก"],
    });
  });

  it("are emoji, each with all that it is joined with", () => {
    cases({
      "ok😀😍 👍🏽": ["ok", "😀", "😍", "👍🏽"],
      "👨\u200d👩\u200d👧 🇫🇷🇩🇪 1\ufe0f\u20e3": ["👨\u200d👩\u200d👧", "🇫🇷", "🇩🇪", "1\u20e3"],
      "❤\ufe0f ❤": ["❤", "❤"],
    });
  });

  it("are runs of punctuation and single symbols, but no single mark of a sentence", () => {
    cases({
      "wow!!! :-) well... ok.": ["wow", "!!!", ":-)", "well", "...", "ok"],
      "★★★★☆ £5 ★ a+b": ["★★★★☆", "£", "5", "★", "a", "+", "b"],
      "好！！！ جيد؟ अच्छा।": ["好", "!!!", "جيد", "अच्छा"],
    });
  });

  it("are the marks of a sentence where a text has nothing else", () => {
    cases({ "!": ["!"], " ? ": ["?"], "。": ["。"], "": [], " \n\t": [] });
  });

  it("have one form whatever dress their letters are in, and the first odd letter is told where that hides them", () => {
    cases({
      "ｆｒｅｅ free": ["free", "U+FF46", "free"],
      "𝓕𝓻𝓮𝓮 ⓕⓡⓔⓔ ᴡᴏᴡ": ["free", "U+1D4D5", "free", "U+24D5", "wow", "U+1D21"],
      "ソニーのＴＶ １０": ["ソニー", "の", "tv", "10"],
      ｶﾞｰﾄﾞ: ["ガード"],
      "eﬃcient m²": ["efficient", "m2"],
    });
  });

  it("are told with each invisible character that was in them, which is taken out", () => {
    cases({
      "fr\u200bee mo\u00adn\u00adey\ufeff": ["free", "U+200B", "money", "U+00AD", "U+FEFF"],
      "\u202eabc\u202c a\u{e0041}b": ["abc", "U+202E", "U+202C", "ab", "U+E0041"],
      "手\u200b机好": ["手机", "U+200B", "好"],
      "ok\u0007 x\ufe0ey": ["ok", "U+0007", "xy", "U+FE0E"],
      "\u200b": ["U+200B"],
      "😀\u200d": ["😀", "U+200D"],
    });
  });

  it("are told with letters of another script that look like theirs", () => {
    cases({
      "pаypal ВЕST": ["paypal", "U+0430", "best", "U+0412"],
      москвa: ["москва", "U+0061"],
      "Free рау now please everyone": ["free", "pay", "U+0440", "now", "please", "everyone"],
      "яdom Sony": ["яdom", "sony"],
      "Это хорошо Sony": ["это", "хорошо", "sony"],
    });
  });

  it("never look like the name of a character", () => {
    expect(isMark("U+200B")).toBe(true);
    expect(wordsOf("U+200B").some(isMark)).toBe(false);
  });

  it("are counted quickly where there are blanks, and one by one where there are none", () => {
    expect(countWords("a b, c")).toBe(3);
    expect(countWords("这个手机非常好用")).toBe(4);
    expect(countWords(" ")).toBe(0);
  });
});
