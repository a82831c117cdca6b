import type { SparseCell } from "../../../core/table.ts";

/** How a column of texts writes its lists of numbers. */
export interface ListStyle {
  readonly open: string;
  readonly separator: string;
  readonly close: string;
  readonly length: number;
}

/** A list as its column writes lists. */
export function writtenList({ indices, values }: SparseCell, { open, separator, close, length }: ListStyle): string {
  const list = new Array<number>(length).fill(0);
  indices.forEach((index, p) => (list[index] = values[p]));
  return open + list.join(separator) + close;
}
