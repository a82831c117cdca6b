import { type Markup, markup } from "../words/markup.ts";
import { reportStyle } from "./style.ts";

/** No network, no script, no fonts: a page may be mailed, and opens from disk. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What every page says before its body. */
export function pageHead({ title, theriac, style }: { readonly title: string; readonly theriac: string; readonly style?: Markup }): Markup {
  return markup`<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="Theriac ${theriac}"/>
<title>${title}</title>
${reportStyle}
${style ?? markup``}
</head>`;
}
