import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { visibleLines } from "../../core/text/visible.ts";
import type { PageDocument } from "../../report/page/document.ts";
import { markup, markupText } from "../../report/words/markup.ts";

/**
 * One file of HTML that needs nothing else: the application and, for a page that opens from disk, its document. Its policy lets no other script or style run, and
 * no request leave. Without a document the application asks the server that the page came from.
 */
export function pageHtml(document: PageDocument | null): string {
  const script = readFileSync(built("app.js"), "utf8").trimEnd();
  const style = readFileSync(built("app.css"), "utf8").trimEnd();
  const policy = [
    "default-src 'none'",
    `script-src ${digestOf(script)}`,
    `style-src ${digestOf(style)}`,
    ...(document === null ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = document === null ? "Theriac" : `${document.kicker}: ${document.title}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Theriac${document === null ? "" : ` ${escaped(document.theriac)}`}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="app">${document === null ? "" : plainText(document)}</div>
${document === null ? "" : `<script type="application/json" id="document">${pageJson(document)}</script>\n`}<script>${script}</script>
</body>
</html>
`;
}

/** A document for a page: every string is made visible, and nothing in it can end the element that holds it. */
export function pageJson(document: PageDocument): string {
  return JSON.stringify(document, (_, value: unknown) => (typeof value === "string" ? visibleLines(value) : value)).replaceAll(
    "<",
    "\\u003c",
  );
}

/** The document that a page from disk holds, as it stands in it; null where it holds none. */
export function documentIn(html: string): string | null {
  const json = /<script type="application\/json" id="document">([^<]*)<\/script>/.exec(html)?.[1] ?? null;
  try {
    return json === null ? null : JSON.stringify(JSON.parse(json));
  } catch {
    return null;
  }
}

/** What is read where no script runs, as in a preview of a mail. */
function plainText({ title, kicker, size, sections }: PageDocument): string {
  const sentences = sections[0]?.blocks.flatMap((block) => (block.kind === "sentences" ? block.items : [])) ?? [];
  const shown = [`${kicker}: ${title}`, size, ...sentences];
  return shown.map((text) => `<p>${escaped(text)}</p>`).join("");
}

function escaped(text: string): string {
  return markupText(markup`${visibleLines(text)}`);
}

function digestOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Written by `npm run build`, beside what the compiler makes of src. */
function built(name: string): URL {
  return new URL(`../../../dist/ui/${name}`, import.meta.url);
}
