import { type Markup, markup } from "../words/markup.ts";
import type { ReportNote } from "./report-input.ts";
import { capitalised } from "../words/words.ts";

/** What was odd in the data and what was guessed about them, warnings first; null where nothing was said. */
export function odditiesSection(notes: readonly ReportNote[]): Markup | null {
  if (notes.length === 0) return null;
  const warnings = notes.filter(({ level }) => level === "warning");
  const guesses = notes.filter(({ level }) => level === "info");
  return markup`<section aria-labelledby="oddities">
<h2 id="oddities">What was odd in the data</h2>
${warnings.length === 0 ? markup`<p>Nothing that changes what is learned was noticed when the data were read.</p>` : list(warnings)}
${guesses.length > 0 && markup`<p class="small">Guessed or done without a warning:</p>\n${list(guesses)}`}
</section>`;
}

function list(notes: readonly ReportNote[]): Markup {
  return markup`<ul>\n${notes.map(({ text }) => markup`<li>${capitalised(text)}.</li>\n`)}</ul>`;
}
