import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Block } from "../src/report/page/document.ts";

/** What the address points at. */
export const Target = createContext("");

/** Whether a part that is folded at first is open: by whoever opens it, by a link into it, and on paper. */
export function useOpen(id: string, blocks: readonly Block[], isOpen: boolean): [boolean, (open: boolean) => void] {
  const target = useContext(Target);
  const isPrinting = usePrinting();
  const [open, setOpen] = useState(isOpen);
  useEffect(() => {
    if (target === id || holds(blocks, target)) setOpen(true);
  }, [target]);
  return [open || isPrinting, setOpen];
}

function holds(blocks: readonly Block[], id: string): boolean {
  return blocks.some((block) => ("id" in block && block.id === id) || (block.kind === "details" && holds(block.blocks, id)));
}

export function usePrinting(): boolean {
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    const media = matchMedia("print");
    const follow = (): void => setIsPrinting(media.matches);
    const begin = (): void => setIsPrinting(true);
    const end = (): void => setIsPrinting(false);
    media.addEventListener("change", follow);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      media.removeEventListener("change", follow);
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}
