import { type Markup, markup } from "../words/markup.ts";
import { typographic } from "./table.ts";

/** What was warned of when the data were read: figures may mean something else than they seem. Nothing where nobody was warned. */
export function warningsPart(warnings: readonly string[]): Markup | null {
  if (warnings.length === 0) return null;
  return markup`<section aria-labelledby="warnings">
<h2 id="warnings">Warned of when the data were read</h2>
<ul>
${warnings.map((warning) => markup`<li>${typographic(warning)}</li>\n`)}</ul>
</section>`;
}
