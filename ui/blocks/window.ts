import { useRef, useState } from "preact/hooks";

const chunkRows = 40;
/** Pixels beyond the box that are drawn too. */
const margin = 800;

export interface Chunk {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** What it takes up while it is not drawn; null = drawn. */
  readonly height: number | null;
}

/** Rows in chunks, of which those within sight of a box that scrolls are drawn; rows may wrap, so that chunks are measured as they come by. */
export function useWindow(rows: number, isOn: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // Of the first chunk that was drawn: an estimate that changed later would move what is being read.
  const [usual, setUsual] = useState(chunkRows * 34);
  const heights = useRef(new Map<number, number>()).current;
  if (!isOn)
    return { box, chunks: [{ index: 0, start: 0, end: rows, height: null }] as Chunk[], onScroll: undefined, measure: () => undefined };
  const seen = box.current?.clientHeight ?? 600;
  const chunks: Chunk[] = [];
  let at = 0;
  for (let start = 0, index = 0; start < rows; start += chunkRows, index++) {
    const height = heights.get(index) ?? usual;
    const isSeen = at + height > top - margin && at < top + seen + margin;
    const end = Math.min(rows, start + chunkRows);
    const last = chunks.at(-1);
    // Chunks out of sight beside each other are one gap.
    if (!isSeen && last !== undefined && last.height !== null) chunks[chunks.length - 1] = { ...last, end, height: last.height + height };
    else chunks.push({ index, start, end, height: isSeen ? null : height });
    at += height;
  }
  const onScroll = (): void => {
    const next = box.current?.scrollTop ?? 0;
    if (Math.abs(next - top) > margin / 3) setTop(next);
  };
  const measure = (index: number, body: HTMLElement | null): void => {
    if (body === null || body.offsetHeight === 0) return;
    if (heights.size === 0) setUsual(body.offsetHeight);
    heights.set(index, body.offsetHeight);
  };
  return { box, chunks, onScroll, measure };
}
