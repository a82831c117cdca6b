import { type Markup, markup, markupText } from "../words/markup.ts";
import { pageHead } from "./head.ts";

/** What the page of a run is made of: each kind of data says it of its own runs. */
export interface PageContent {
  /** What was run: "Theriac audit". */
  readonly kicker: string;
  /** What the data are called. */
  readonly title: string;
  /** How much there is of them, and which run it was. */
  readonly size: string;
  /** What must be known before anything else; absent = nothing. */
  readonly caution?: string;
  /** Version. */
  readonly theriac: string;
  /** Besides the style of every page. */
  readonly style?: Markup;
  readonly sections: readonly (Markup | "" | null)[];
  /** What the page keeps to itself, a sentence. */
  readonly keeps: string;
}

/** One file of HTML that needs nothing else: no network, no script, no fonts. It is well-formed XML too. */
export function renderPage({ kicker, title, size, caution, theriac, style, sections, keeps }: PageContent): string {
  return markupText(markup`<!DOCTYPE html>
<html lang="en">
${pageHead({ title: `${kicker}: ${title}`, theriac, ...(style === undefined ? {} : { style }) })}
<body>
<header>
<p class="kicker">${kicker}</p>
<h1>${title}</h1>
<p class="small">${size}</p>
${caution !== undefined && markup`<p>${caution}</p>`}
</header>
<main>
${sections}
</main>
<footer>
<p>Made by Theriac ${theriac}. ${keeps}</p>
</footer>
</body>
</html>
`);
}
