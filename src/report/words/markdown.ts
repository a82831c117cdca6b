import { visible } from "../../core/text/visible.ts";

/** Outside text in Markdown: it is shown as it is written, takes one line, and can neither end a cell nor begin a tag, a link, an image or a mention. */
export function markdownText(text: string): string {
  return visible(text.replace(/\s+/g, " ").trim()).replace(
    /:(?=\/\/)|(?<=www)\.|[&<>@#\\`*_{}[\]()|~!$^]/gi,
    (found) => entities[found] ?? `\\${found}`,
  );
}

const entities: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;" },
  // Without them nothing is taken for an address.
  ...{ ":": "&#58;", ".": "&#46;" },
};

/** A table whose first row is its header; cells are outside text. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `| ${row.map(markdownText).join(" | ")} |`);
  return [lines[0], `|${" --- |".repeat(rows[0].length)}`, ...lines.slice(1)].join("\n");
}
