/** What a scan at home says of an attempt. */
export interface Seen {
  /** Poisoned examples, those of them that are flagged, and those that are left where rows with a flagged one are taken back. */
  readonly rows: number;
  readonly flagged: number;
  readonly keptRows: number;
}

export interface UnnoticedSearch<S extends Seen, P> {
  scan(poison: P): Promise<S>;
  /** What is not flagged, and so many examples more in place of what is; null where there is nothing else. */
  refill(seen: S, rows: number, round: number): Promise<P | null>;
  /** What is not flagged. */
  keep(seen: S): P;
}

/** Rounds in which what was flagged is replaced, before it is only taken back. */
export const refills = 3;

/** Scans of one attempt after which it is given up. */
export const mostScans = 9;

/**
 * Poison of which nothing is flagged: what a scan at home flags is taken back and replaced, a few times, and then only taken back until the scan is silent. Taking back can make other rows
 * stand out, so every attempt is scanned again. Null where nothing is left, or the scan is not silent in time.
 *
 * @param first what the attack does without a thought of the scan
 */
export async function keepBelow<S extends Seen, P>(first: S, { scan, refill, keep }: UnnoticedSearch<S, P>): Promise<S | null> {
  let seen = first;
  for (let round = 0; round < mostScans && seen.flagged > 0; round++) {
    const more = round < refills ? await refill(seen, seen.rows - seen.keptRows, round) : null;
    if (more === null && seen.keptRows === 0) return null;
    seen = await scan(more ?? keep(seen));
  }
  return seen.flagged === 0 && seen.rows > 0 ? seen : null;
}
