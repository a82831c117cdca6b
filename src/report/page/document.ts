import type { Figure } from "../../numeric/statistics/intervals.ts";

/** A page as plain data: what a run of any kind says, before anything draws it. All of it is JSON. */
export interface PageDocument {
  readonly kind: "audit-table" | "audit-ratings" | "audit-dialogues" | "tasks" | "scan" | "certify";
  /** What was run: "Theriac audit". */
  readonly kicker: string;
  /** What the data are called. */
  readonly title: string;
  /** How much there is of them, and which run it was. */
  readonly size: string;
  /** What must be known before anything else. */
  readonly caution?: string;
  /** Version. */
  readonly theriac: string;
  /** The answer first. */
  readonly sections: readonly Section[];
  /** What the page keeps to itself, a sentence. */
  readonly keeps: string;
}

export interface Section {
  /** Unique on the page, as are ids of tables and charts. */
  readonly id: string;
  readonly title: string;
  /** What it says, for somebody who does not open it. */
  readonly lead?: string;
  /** Open from the start; the others are opened by whoever wants more. */
  readonly isOpen?: true;
  readonly blocks: readonly Block[];
}

export type Block = Outcome | Sentences | Figures | Facts | Table | Chart | HeatMap | Code | Details;

export interface Outcome {
  readonly kind: "outcome";
  readonly outcome: "pass" | "fail" | "inconclusive" | "not-judged" | "incomplete";
  readonly word: string;
  readonly meaning: string;
}

export interface Sentences {
  readonly kind: "sentences";
  readonly items: readonly string[];
  /** By default running text, a paragraph each. `answer`: what somebody in a hurry reads. */
  readonly look?: "answer" | "list" | "small";
}

/** A few large figures. */
export interface Figures {
  readonly kind: "figures";
  readonly items: readonly { readonly name: string; readonly value: Cell; readonly note?: string }[];
}

/** Names and what stands for them. */
export interface Facts {
  readonly kind: "facts";
  readonly items: readonly { readonly name: string; readonly values: readonly (string | Noted)[] }[];
}

export interface Table {
  readonly kind: "table";
  readonly id: string;
  readonly caption: string;
  /** The first names the row. */
  readonly columns: readonly Column[];
  /** Shape [rows, columns]. */
  readonly rows: readonly (readonly Cell[])[];
  /** Rows shown before anybody asks; by default 12. */
  readonly shown?: number;
  /** What was left out of this page, a sentence. */
  readonly leftOut?: string;
}

export interface Column {
  readonly name: string;
  /** Of numbers; by default `number`. `share`: a fraction that is told in percent. */
  readonly unit?: "number" | "count" | "share";
  /** Digits after the point; by default three that count. */
  readonly decimals?: number;
  /** May be chosen from. */
  readonly filter?: true;
  /** Told in the detail of a row alone. */
  readonly hidden?: true;
  /** Text in a fixed width. */
  readonly code?: true;
  /** What stands around each cell of it: `{}` is the cell. Said once, where all rows would say it. */
  readonly template?: string;
}

/** Unknown, text, a number, a figure with its interval, or one of these with a remark. */
export type Cell = null | string | number | Told | Noted;

/** A figure, and below it, smaller, what is to be said of it. */
export interface Told extends Figure {
  readonly note?: string;
}

export interface Noted {
  readonly text: string;
  /** Below it, smaller. */
  readonly note?: string;
  readonly tone?: "pass" | "fail" | "inconclusive" | "accent";
  readonly url?: string;
}

/**
 * Series of figures over numbers or places. The table behind a chart is made of the same data.
 *
 * `lines`: x across, figures up; more than six series become small multiples. `dots`: places down, figures across. `scatter`: as lines, without the lines.
 */
export interface Chart {
  readonly kind: "chart";
  readonly id: string;
  readonly title: string;
  /** What it shows, for whoever does not see it. */
  readonly description: string;
  /** Also says how many seeds. */
  readonly caption: string;
  readonly shape: "lines" | "dots" | "scatter";
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A line across, such as that of the clean model. */
  readonly reference?: { readonly name: string; readonly value: number };
}

export interface Axis {
  readonly name: string;
  readonly unit?: Column["unit"];
  /** Names of 0, 1, … where it has places and no numbers. */
  readonly places?: readonly string[];
  /** Names of numbers along it. */
  readonly ticks?: readonly { readonly at: number; readonly name: string }[];
  /** What the quantity can be at all. */
  readonly range?: readonly [number | null, number | null];
  /** So that noise does not fill the chart. */
  readonly leastSpan?: number;
  readonly isLog?: boolean;
}

export interface Series {
  readonly name: string;
  /** `bound`: proven, not measured. */
  readonly look?: "bound";
  readonly points: readonly {
    readonly x: number;
    readonly figure: Figure;
    readonly note?: string;
    readonly isMarked?: boolean;
  }[];
}

export interface HeatMap {
  readonly kind: "heat-map";
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly caption: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Shape [rows, columns]; null = not known. Below 0 in another colour than above. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly decimals?: number;
  /** What a row is to a column: "{row} → {column}". */
  readonly reading: string;
  /** Where one cluster of rows, and of columns where they are the same, ends and the next begins. */
  readonly breaks?: readonly number[];
}

export interface Code {
  readonly kind: "code";
  readonly text: string;
  readonly name?: string;
}

export interface Details {
  readonly kind: "details";
  readonly id: string;
  readonly summary: string;
  readonly note?: string;
  readonly isOpen?: true;
  readonly blocks: readonly Block[];
}
