import { useState } from "preact/hooks";
import { typographic } from "../format.ts";

/** As many characters are shown before anybody asks. */
const shownAtFirst = 600;

/** Running text with figures, whose intervals do not break; whatever its writing direction, it turns nothing around it. */
export function Text({ text }: { readonly text: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const isCut = text.length > shownAtFirst && !isWhole;
  const shown = isCut ? `${text.slice(0, shownAtFirst)} …` : text;
  const parts = shown.length > 20_000 ? [shown] : typographic(shown).split(/(\[[^\]]{1,40}\][.,;:)]*)/);
  return (
    <>
      <bdi class={text.length > 60 ? "long" : undefined}>
        {parts.map((part, i) => (i % 2 === 1 ? <span class="whole">{part}</span> : part))}
      </bdi>
      {isCut && (
        <button type="button" class="more" onClick={() => setIsWhole(true)}>
          all {text.length.toLocaleString("en")} characters
        </button>
      )}
    </>
  );
}
