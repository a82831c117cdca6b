import type { Block, Cell, PageDocument, Table } from "../src/report/page/document.ts";

/** The document in a page, as the application reads it. */
export function documentOf(html: string): PageDocument {
  const found = /<script type="application\/json" id="document">([^<]*)<\/script>/.exec(html);
  if (found === null) throw new Error("the page holds no document");
  return JSON.parse(found[1]) as PageDocument;
}

/** All blocks of a page, those inside of others too. */
export function blocksOf({ sections }: Pick<PageDocument, "sections">): Block[] {
  const inside = (block: Block): Block[] => (block.kind === "details" ? [block, ...block.blocks.flatMap(inside)] : [block]);
  return sections.flatMap(({ blocks }) => blocks.flatMap(inside));
}

export function tableOf(page: Pick<PageDocument, "sections">, id: string): Table {
  const found = blocksOf(page).find((block) => block.kind === "table" && block.id === id);
  if (found?.kind !== "table") throw new Error(`there is no table ${id}`);
  return found;
}

/** A cell as somebody reads it. */
export function textOf(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell !== "object") return String(cell);
  return "text" in cell ? [cell.text, cell.note ?? ""].join(" ").trim() : String(cell.value);
}

/** Whether all ids of a page are of one thing each: sections, tables, charts, details. */
export function idsOf(page: Pick<PageDocument, "sections">): string[] {
  return [...page.sections.map(({ id }) => id), ...blocksOf(page).flatMap((block) => ("id" in block ? [block.id] : []))];
}

/** Every string of a page. */
export function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsOf);
}
