import { Fragment } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Cell, Column, Table } from "../../src/report/page/document.ts";
import { csvOf, download } from "../csv.ts";
import { cellText, typographic } from "../format.ts";
import { readRoute, useKept } from "../route.ts";
import { type SortOrder, distinctOf, pick, readOrder } from "../rows.ts";
import { CellView } from "./cell.tsx";
import { Text } from "./text.tsx";
import { useWindow } from "./window.ts";

/** More rows than these are drawn only where they are looked at. */
const mostDrawn = 200;

/** A table that can be searched, sorted, opened row by row, and taken along as CSV; its state stands in the address. */
export function TableView({ table }: { readonly table: Table }) {
  const { id, caption, columns, rows, shown = 12, leftOut } = table;
  const [query, setQuery] = useKept(`${id}.q`);
  const [sort, setSort] = useKept(`${id}.sort`);
  const [all, setAll] = useKept(`${id}.all`);
  const choosable = useMemo(
    () => columns.flatMap((column, k) => (column.filter === true ? [{ k, name: column.name, values: distinctOf(rows, k, column) }] : [])),
    [table],
  );
  const [chosen, setChosen] = useState<Readonly<Record<number, string>>>(() =>
    Object.fromEntries(choosable.map(({ k }) => [k, readRoute().state.get(`${id}.${k}`) ?? ""])),
  );
  const order = readOrder(sort);
  const found = useMemo(() => pick(rows, columns, { query, chosen, order }), [table, query, chosen, sort]);
  const isPicked = query !== "" || Object.values(chosen).some((value) => value !== "");
  const drawn = all !== "" || isPicked || found.length <= shown + 3 ? found : found.slice(0, shown);
  const isLong = rows.length > Math.min(shown, 8);
  return (
    <div class="table" id={id} tabIndex={-1}>
      {isLong && (
        <div class="tools" role="group" aria-label={`Filters of: ${caption}`}>
          <input
            type="search"
            placeholder="Search"
            aria-label={`Search: ${caption}`}
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          {choosable
            .filter(({ values }) => values.length > 1)
            .map(({ k, name, values }) => (
              <Choice
                key={k}
                kept={`${id}.${k}`}
                name={name}
                values={values}
                onChoose={(value) => setChosen((now) => ({ ...now, [k]: value }))}
              />
            ))}
          <span class="count" role="status">
            {isPicked ? `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}` : ""}
          </span>
        </div>
      )}
      <Rows id={id} caption={caption} columns={columns} rows={drawn} order={order} onSort={setSort} />
      <div class="under">
        {drawn.length < found.length && (
          <button type="button" onClick={() => setAll("1")}>
            Show all {found.length.toLocaleString("en")}
            <span class="unseen"> of {caption}</span>
          </button>
        )}
        <button type="button" class="more" onClick={() => download(`${id}.csv`, csvOf(columns, found))}>
          CSV<span class="unseen"> of {caption}</span>
        </button>
      </div>
      {leftOut !== undefined && <p class="small">{typographic(leftOut)}</p>}
    </div>
  );
}

interface ChoiceProps {
  readonly kept: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly onChoose: (value: string) => void;
}

function Choice({ kept, name, values, onChoose }: ChoiceProps) {
  const [value, setValue] = useKept(kept);
  const choose = (next: string): void => {
    setValue(next);
    onChoose(next);
  };
  return (
    <label>
      {name}{" "}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">all</option>
        {values.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

interface RowsProps {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly order: SortOrder | null;
  readonly onSort: (sort: string) => void;
}

function Rows({ id, caption, columns, rows, order, onSort }: RowsProps) {
  const seen = columns.flatMap((column, k) => (column.hidden === true ? [] : [{ column, k }]));
  const hidden = columns.flatMap((column, k) => (column.hidden === true ? [{ column, k }] : []));
  const [open, setOpen] = useState<ReadonlySet<readonly Cell[]>>(new Set());
  const isVirtual = rows.length > mostDrawn;
  const { box, chunks, onScroll, measure } = useWindow(rows.length, isVirtual);
  const widths = useMemo(() => (isVirtual ? widthsOf(seen, rows) : []), [isVirtual, columns]);
  const toggle = (row: readonly Cell[]): void => {
    const next = new Set(open);
    if (!next.delete(row)) next.add(row);
    setOpen(next);
  };
  return (
    <div
      ref={box}
      class={isVirtual ? "scroll virtual" : "scroll"}
      role="region"
      aria-labelledby={`${id}-caption`}
      tabIndex={0}
      onScroll={onScroll}
    >
      <table
        aria-rowcount={rows.length + 1}
        style={isVirtual ? { tableLayout: "fixed", minWidth: `${widths.reduce((sum, width) => sum + width, 0)}ch` } : {}}
      >
        <caption id={`${id}-caption`}>
          <span>{typographic(caption)}</span>
        </caption>
        {isVirtual && (
          <colgroup>
            {widths.map((width, i) => (
              <col key={i} style={{ width: `${width}ch` }} />
            ))}
          </colgroup>
        )}
        <thead>
          <tr>
            {seen.map(({ column, k }) => (
              <th key={k} scope="col" aria-sort={order?.column === k ? (order.isFalling ? "descending" : "ascending") : undefined}>
                <button type="button" onClick={() => onSort(nextSort(order, k))}>
                  <Text text={column.name} />
                  <span aria-hidden="true">{order?.column === k ? (order.isFalling ? " ↓" : " ↑") : ""}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        {chunks.map(({ index, start, end, height }) =>
          height !== null ? (
            <tbody key={index} aria-hidden="true">
              <tr style={{ height: `${height}px` }}>
                <td colSpan={seen.length} />
              </tr>
            </tbody>
          ) : (
            <tbody key={index} ref={(body) => measure(index, body)}>
              {rows.slice(start, end).map((row, i) => (
                <Fragment key={start + i}>
                  <tr aria-rowindex={start + i + 2}>
                    {seen.map(({ column, k }, position) =>
                      position === 0 ? (
                        <th key={k} scope="row">
                          {hidden.length > 0 && (
                            <button type="button" class="opener" aria-expanded={open.has(row)} onClick={() => toggle(row)}>
                              <span aria-hidden="true">{open.has(row) ? "▾" : "▸"}</span>
                              <span class="unseen">Details of {cellText(row[k], column)}</span>
                            </button>
                          )}
                          <CellView cell={row[k]} column={column} />
                        </th>
                      ) : (
                        <td key={k}>
                          <CellView cell={row[k]} column={column} />
                        </td>
                      ),
                    )}
                  </tr>
                  {open.has(row) && (
                    <tr class="opened">
                      <td colSpan={seen.length}>
                        <dl class="facts">
                          {hidden
                            .filter(({ k }) => row[k] !== null && row[k] !== "")
                            .map(({ column, k }) => (
                              <div key={k}>
                                <dt>{column.name}</dt>
                                <dd>
                                  <CellView cell={row[k]} column={column} />
                                </dd>
                              </div>
                            ))}
                        </dl>
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          ),
        )}
      </table>
    </div>
  );
}

/** Rising, then falling, then as it came. */
function nextSort(order: SortOrder | null, column: number): string {
  if (order?.column !== column) return String(column);
  return order.isFalling ? "" : `-${column}`;
}

/** Characters that each column needs, from a sample of its rows, so that columns stay where they are while others come into view. */
function widthsOf(seen: readonly { readonly column: Column; readonly k: number }[], rows: RowsProps["rows"]): number[] {
  const step = Math.max(1, Math.floor(rows.length / 300));
  return seen.map(({ column, k }) => {
    let most = column.name.length + 2;
    for (let i = 0; i < rows.length; i += step) most = Math.max(most, Math.min(44, cellText(rows[i][k], column).length));
    return most + 3;
  });
}
