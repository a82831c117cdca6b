import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Browsers draw no taller boxes; a longer list is scrolled faster. */
const tallest = 8_000_000;
const beyond = 6;

export interface VirtualListProps {
  readonly label: string;
  readonly total: number;
  /** Height of a row, in pixels. */
  readonly height: number;
  /** The place that is to be seen. */
  readonly at: number;
  draw(place: number): ComponentChildren;
}

/** A list of any length, of which only those rows are drawn that are looked at. */
export function VirtualList({ label, total, height, at, draw }: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [visible, setVisible] = useState(12);
  const whole = Math.min(total * height, tallest);
  const scrollable = Math.max(1, whole - visible * height);
  // Place at the upper edge, with fractions.
  const first = total <= visible ? 0 : whole < tallest ? top / height : (top / scrollable) * (total - visible);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => setVisible(Math.max(1, element.clientHeight / height));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [height]);

  useEffect(() => {
    const element = box.current;
    if (element === null || total === 0) return;
    const seen = at >= first && at + 1 <= first + visible;
    if (seen) return;
    const wanted = at < first ? at : at + 1 - visible;
    element.scrollTop = whole < tallest ? wanted * height : (wanted / (total - visible)) * scrollable;
  }, [at, total]);

  const from = Math.max(0, Math.floor(first) - beyond);
  const to = Math.min(total, Math.ceil(first + visible) + beyond);
  return (
    <div class="queue" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)} tabIndex={-1}>
      <ol class="queue-rows" aria-label={label} style={{ height: `${whole}px` }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i).map((place) => (
          <li
            key={place}
            aria-setsize={total}
            aria-posinset={place + 1}
            style={{ transform: `translateY(${Math.round(top + (place - first) * height)}px)`, height: `${height}px` }}
          >
            {draw(place)}
          </li>
        ))}
      </ol>
    </div>
  );
}
