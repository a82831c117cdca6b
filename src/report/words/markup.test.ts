import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../../test/parse-xml.ts";
import { type Slot, markup, markupText } from "./markup.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "/", "a", "\0", "\uD800", "\uFFFF", "&amp;", "]]>", "<!--", "</p>") }),
);

/** What remains of text once XML's forbidden characters are taken out. */
function allowed(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}

describe("markup", () => {
  it("keeps any text as text, between tags and in attributes", () => {
    fc.assert(
      fc.property(anyText, anyText, (text, title) => {
        const parsed = parseXml(markupText(markup`<p title="${title}">${text}</p>`));
        expect(parsed).toEqual({ name: "p", attributes: { title: allowed(title) }, children: [], text: allowed(text) });
      }),
    );
  });

  it("takes markup as it is, joins lists, and leaves nothing for null and false", () => {
    const item = (text: string): Slot => markup`<li>${text}</li>`;
    expect(markupText(markup`<ul>${["a<b", "c"].map(item)}${null}${false}${[1, [" ", "&"]]}</ul>`)).toBe(
      "<ul><li>a&lt;b</li><li>c</li>1 &amp;</ul>",
    );
  });
});
