import type { Review } from "../node/review/review.ts";
import { openReview } from "../node/review/review.ts";
import type { RowsAsked } from "../node/review/rows-thread.ts";
import type { RowsOfData } from "../node/review/rows-of-data.ts";
import type { Decided } from "./api.ts";
import type { Events } from "./events.ts";
import { Refusal } from "./refusal.ts";
import type { RunFolders } from "./run-folders.ts";
import { shownDecision } from "./shown-decision.ts";

/** How often it is looked whether other processes have decided. */
const lookEveryMs = 400;

/** The scans that are under review, and the tabs that are told of decisions. */
export interface Reviews {
  /** Who decides here. */
  readonly by: string;
  /** The data as they are here, of the one run that was named. */
  readonly data: string | undefined;
  open(run: string): Promise<Review>;
  /** Tells every tab which rows have another decision now. */
  tell(review: Review, rows: readonly number[]): Decided;
  /** @returns what ends it */
  listen(review: Review, events: Events): () => void;
  close(): Promise<void>;
}

export interface ReviewsOptions {
  readonly by: string;
  readonly data?: string | undefined;
  readonly openRows?: ((asked: RowsAsked) => RowsOfData) | undefined;
}

export function makeReviews(folders: RunFolders, { by, data, openRows }: ReviewsOptions): Reviews {
  const opened = new Map<string, Promise<Review>>();
  const listeners = new Map<Review, Set<Events>>();

  function tell(review: Review, rows: readonly number[]): Decided {
    const changed = [...new Set(rows)].map((row) => {
      const decision = review.log.decisionOn(row);
      return { row, decision: decision === null ? null : shownDecision(decision) };
    });
    const told: Decided = { changed, progress: review.progress() };
    for (const events of listeners.get(review) ?? []) events.send("decided", told);
    return told;
  }

  // By looking: watching a folder works otherwise on every system, and not at all on some file systems.
  const timer = setInterval(() => {
    for (const [review, tabs] of listeners) {
      if (tabs.size === 0) continue;
      try {
        review.log.refresh();
        const rows = review.log.takeChanged();
        if (rows.length > 0) tell(review, rows);
      } catch (error) {
        for (const events of tabs) events.send("fault", { message: (error as Error).message });
      }
    }
  }, lookEveryMs);

  return {
    by,
    data,
    tell,
    async open(id) {
      const place = folders.place(id);
      if (place.kind !== "scan") throw new Refusal(409, `${place.path} is no scan, so there is nothing to decide on`);
      let review = opened.get(id);
      if (review === undefined) {
        review = openReview(place.folder, { data, ...(openRows === undefined ? {} : { openRows }) });
        opened.set(id, review);
        // The data are read from now on, as they will be asked for; what could not be opened may be mended, and is tried again.
        review.then(
          (one) => one.rows(),
          () => opened.delete(id),
        );
      }
      return review;
    },
    listen(review, events) {
      const tabs = listeners.get(review) ?? new Set();
      listeners.set(review, tabs.add(events));
      return () => tabs.delete(events);
    },
    async close() {
      clearInterval(timer);
      for (const tabs of listeners.values()) for (const events of tabs) events.close();
      for (const review of opened.values())
        await review.then(
          (one) => one.close(),
          () => {},
        );
    },
  };
}
