/** What a scan at home says of an attempt. */
export interface Seen<P> {
  /** Poisoned examples, and those of them that are flagged. */
  readonly rows: number;
  readonly flagged: number;
  /** The attempt without what is flagged. */
  readonly kept: P;
  readonly keptRows: number;
}

export interface UnnoticedSearch<P> {
  scan(poison: P): Promise<Seen<P>>;
  /** As much more as was taken back, of what was not flagged so far; null where the attack has nothing else. */
  refill(seen: Seen<P>, rows: number, round: number): Promise<P | null>;
}

/** Rounds in which what was flagged is replaced, before it is only taken back. */
export const refills = 3;

/** Scans of one attempt after which it is given up. */
export const mostScans = 9;

/**
 * Poison of which nothing is flagged: what a scan at home flags is taken back and replaced by what the attack would do next, a few times, and then only taken back until the scan is silent.
 * Taking back can make others stand out, so every attempt is scanned again. Null where nothing is left, or the scan is not silent in time.
 *
 * @param first what the attack does without a thought of the scan, as seen
 */
export async function keepBelow<P>(first: Seen<P> & { readonly poison: P }, { scan, refill }: UnnoticedSearch<P>): Promise<P | null> {
  let { poison, seen }: { poison: P; seen: Seen<P> } = { poison: first.poison, seen: first };
  for (let round = 0; round < mostScans; round++) {
    if (seen.flagged === 0) return seen.rows === 0 ? null : poison;
    const more = round < refills ? await refill(seen, seen.rows - seen.keptRows, round) : null;
    if (more === null && seen.keptRows === 0) return null;
    poison = more ?? seen.kept;
    seen = await scan(poison);
  }
  return seen.flagged === 0 && seen.rows > 0 ? poison : null;
}
