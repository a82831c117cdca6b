const brand = Symbol("markup");

/** Text that is markup already: made by `markup` alone, so that no string out of a file can pass for it. */
export interface Markup {
  readonly [brand]: string;
}

/** What may stand in a template: markup as it is, anything else escaped; null and false leave nothing. */
export type Slot = Markup | string | number | null | false | readonly Slot[];

/**
 * Template of HTML or XML that escapes whatever stands in it. A slot may stand in text or in a double-quoted attribute, nowhere else.
 *
 *     markup`<p title="${title}">${text}</p>`
 */
export function markup(parts: TemplateStringsArray, ...slots: readonly Slot[]): Markup {
  return { [brand]: parts.reduce((text, part, i) => `${text}${part}${i < slots.length ? textOf(slots[i]) : ""}`, "") };
}

export function markupText(value: Markup): string {
  return value[brand];
}

function textOf(slot: Slot): string {
  if (slot === null || slot === false) return "";
  if (typeof slot === "string" || typeof slot === "number") return escapeText(String(slot));
  return brand in slot ? slot[brand] : slot.map(textOf).join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Also takes out what XML 1.0 forbids: control characters, lone surrogates and the two non-characters. */
function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (character) => entities[character]);
}
