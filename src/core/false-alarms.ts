/** What the silence of a rule that broke down begins with. */
export const brokenDown = "its rule broke down";

/** How many of the flagged rows are innocent, as far as rules can say. A row counts once, with the rules that can say where one of those flags it. */
export interface FalseAlarms {
  /** Flagged rows of rules that say how many innocents they expect. */
  readonly statedRows: number;
  /** Innocents to expect among these; see `withCaution` in blocks/combined-ranking.ts. */
  readonly expected: number;
  /** All other flagged rows. */
  readonly unknownRows: number;
  /** Ids of the rules that flag those. */
  readonly unknownBy: readonly string[];
}
