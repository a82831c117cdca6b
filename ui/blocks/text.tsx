import { useState } from "preact/hooks";
import { typographic } from "../format.ts";

/** As many characters are shown before anybody asks. */
const shownAtFirst = 600;

/** Running text with figures, whose intervals do not break; whatever its writing direction, it turns nothing around it. */
export function Text({ text }: { readonly text: string }) {
  const [isWhole, setIsWhole] = useState(false);
  if (text.length > shownAtFirst && !isWhole)
    return (
      <>
        <Text text={`${text.slice(0, shownAtFirst)} …`} />{" "}
        <button type="button" class="more" onClick={() => setIsWhole(true)}>
          all {text.length.toLocaleString("en")} characters
        </button>
      </>
    );
  const parts = text.length > 20_000 ? [text] : typographic(text).split(/(\[[^\]]{1,40}\][.,;:)]*)/);
  return <bdi>{parts.map((part, i) => (i % 2 === 1 ? <span class="whole">{part}</span> : part))}</bdi>;
}
