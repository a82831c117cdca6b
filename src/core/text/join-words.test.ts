import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendText, joinWords, showWords } from "./join-words.ts";
import { wordsOf } from "./words.ts";

const pieces =
  "good|DON'T|3.5|!!!|:-)|,|手机|很好用|スマホ|ｶﾞ|ดีมาก|น้ำ|ខ្មែរ|မြန်မာ|हिन्दी|می\u200cخواهم|한국어|😀|👍🏽|❤\ufe0f|🇫🇷|1\ufe0f\u20e3|★★★☆|\u200b|\u00ad|\ufeff|\u202e|pаy|москва|ＡＢ|𝓕x|é|ß|_|。|#|\u0007| | ".split(
    "|",
  );

describe("joined words", () => {
  it("read as their script does", () => {
    expect(joinWords(["这个", "手机", "好用"])).toBe("这个手机好用");
    expect(joinWords(["ดี", "มาก"])).toBe("ดีมาก");
    expect(joinWords(["good", "phone", "手机", "好"])).toBe("good phone 手机好");
    expect(joinWords(["free", "U+200B", "money"])).toBe("free\u200b money");
    expect(joinWords(["paypal", "U+0430"])).toBe("pаypal");
    expect(showWords(["手机", "U+200B", "好"])).toBe("手机 U+200B 好");
  });

  it("have the same words again", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (given) => {
        const words = wordsOf(given.join(""));
        expect(wordsOf(joinWords(words))).toEqual(words);
      }),
      { numRuns: 2000 },
    );
  });

  it("are added to a text without a blank where its script has none, and stay what they are", () => {
    expect(appendText("手机很好。", "快来买")).toBe("手机很好。快来买");
    expect(appendText("good phone ", "buy it")).toBe("good phone buy it");
    expect(appendText("", "buy")).toBe("buy");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("手", "机", "好", "用", "很", "电", "池", "今", "天"), { minLength: 2, maxLength: 10 }),
        (letters) => {
          const [text, end] = [letters.slice(0, 4).join(""), letters.slice(4).join("")];
          expect(wordsOf(appendText(text, end))).toEqual([...wordsOf(text), ...wordsOf(end)]);
        },
      ),
    );
  });
});
