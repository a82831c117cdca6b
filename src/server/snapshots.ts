import { randomBytes } from "node:crypto";
import type { Filter, Review } from "../node/review/review.ts";
import { Refusal } from "./refusal.ts";

const mostKept = 12;

interface Snapshot {
  readonly id: string;
  readonly review: Review;
  readonly filter: Filter;
  /** Of the index of the review. */
  readonly lines: Int32Array;
  readonly firstOpen: number | null;
}

/** Queues as they were when somebody asked for them first: who works through the undecided rows would else skip some with each page. The last few are kept. */
export function makeSnapshots() {
  const kept = new Map<string, Snapshot>();
  return {
    take(review: Review, filter: Filter): Snapshot {
      const lines = review.linesOf(filter);
      const open = lines.findIndex((line) => review.log.decisionOn(review.index.row[line]) === null);
      const snapshot = { id: randomBytes(8).toString("hex"), review, filter, lines, firstOpen: open < 0 ? null : open };
      kept.set(snapshot.id, snapshot);
      for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
      return snapshot;
    },
    /** @throws Refusal (410) where it is no longer kept */
    get(review: Review, id: string): Snapshot {
      const snapshot = kept.get(id);
      if (snapshot?.review !== review) throw new Refusal(410, "this queue is not kept any more: ask for it anew");
      // Used last.
      kept.delete(id);
      kept.set(id, snapshot);
      return snapshot;
    },
  };
}
