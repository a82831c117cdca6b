import type { Cell, Column, Noted } from "../../src/report/page/document.ts";
import { intervalText, isFigure, isNoted, numberText, typographic } from "../format.ts";
import { Text } from "./text.tsx";

/** A cell of a table, or a large figure. */
export function CellView({ cell, column }: { readonly cell: Cell; readonly column: Omit<Column, "name"> }) {
  const { unit, decimals, code, template } = column;
  if (cell === null) return <span class="absent">–</span>;
  if (template !== undefined && typeof cell === "string") return <code>{template.replace("{}", () => cell)}</code>;
  if (typeof cell === "string") return code === true ? <code>{cell}</code> : <Text text={cell} />;
  if (typeof cell === "number") {
    const whole = Number.isInteger(cell) && unit === undefined && decimals === undefined;
    return <span class="value">{whole ? numberText(cell, "count") : numberText(cell, unit, decimals)}</span>;
  }
  if (isFigure(cell)) {
    const interval = intervalText(cell, unit, decimals);
    return (
      <>
        <span class="value">{numberText(cell.value, unit, decimals)}</span>
        {interval !== "" && <span class="interval"> {interval}</span>}
        {cell.note !== undefined && (
          <span class="sub">
            <Text text={cell.note} />
          </span>
        )}
      </>
    );
  }
  return isNoted(cell) ? <NotedView noted={cell} isCode={code === true} /> : null;
}

export function NotedView({ noted: { text, note, tone, url }, isCode = false }: { readonly noted: Noted; readonly isCode?: boolean }) {
  const shown = isCode ? <code>{text}</code> : <Text text={text} />;
  const linked = url !== undefined && /^https?:/.test(url) ? <a href={url}>{shown}</a> : shown;
  return (
    <>
      {tone === undefined ? linked : <span class={`tag ${tone}`}>{typographic(text)}</span>}
      {note !== undefined && note !== "" && (
        <span class="sub">
          <Text text={note} />
        </span>
      )}
    </>
  );
}
