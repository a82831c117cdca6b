import type { Cell } from "../../core/table.ts";
import type { Poison } from "../../core/poison.ts";
import type { TriggerPart } from "../../core/trigger.ts";

/** As many characters of a cell are shown. */
const shown = 100;

/** The trigger of a patch and one of its rows, before and after, in sentences with raw cells: for the terminal of whoever owns the data, not for a report that is mailed. */
export function poisonExample(poison: Poison, attack: string): string[] {
  if (poison.kind !== "data") return [];
  const { intent, relabel, edit, insert } = poison;
  const trigger = intent?.goal === "backdoor" ? [`The trigger of ${attack}: ${intent.trigger.map(triggerText).join(" and ")}.`] : [];
  return [...trigger, ...rowExample({ relabel, edit, insert }).map((row) => `A row of ${attack}, ${row}`)];
}

function triggerText(part: TriggerPart): string {
  switch (part.kind) {
    case "cell":
      return `${part.column} = ${cellText(part.value)}`;
    case "phrase":
      return `${cellText(part.phrase)} at the end of ${part.column}`;
    case "overlay":
      return `a pattern over ${part.add.indices.length} numbers of ${part.column}`;
  }
}

function rowExample({ relabel, edit, insert }: Pick<Extract<Poison, { kind: "data" }>, "relabel" | "edit" | "insert">): string[] {
  const row = insert.find((one) => one.kind === "raw");
  if (row !== undefined) {
    const cells = Object.entries(row.cells).flatMap(([column, cell]) =>
      cell === null || cell === "" ? [] : [`${column} ${cellText(cell)}`],
    );
    return [`new: ${cells.join(", ")}.`];
  }
  const [first] = [...edit.filter((change) => "column" in change), ...relabel];
  if (first === undefined) return [];
  const changes = [...relabel, ...edit.filter((change) => "column" in change)].filter((change) => change.row === first.row);
  const told = changes.map(({ column, before, after }) => `${column} ${cellText(before)} becomes ${cellText(after)}`);
  return [`${first.row + 1}: ${told.slice(0, 3).join(", ")}${told.length > 3 ? ` and ${told.length - 3} more` : ""}.`];
}

/** What stands at the end is shown: there is where words are added. */
function cellText(cell: Cell): string {
  if (cell === null) return "nothing";
  if (typeof cell === "object") return `${cell.indices.length} numbers that are not 0`;
  if (typeof cell === "number") return String(Number(cell.toPrecision(6)));
  return JSON.stringify(cell.length <= shown ? cell : `… ${cell.slice(-shown)}`);
}
