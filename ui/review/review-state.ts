import type { Choice } from "../../src/node/review/decision.ts";
import type { Filter, Progress } from "../../src/node/review/review.ts";
import type { Decided, Queue, QueueRow, Texts } from "../../src/server/api.ts";
import { messageOf } from "../failure.ts";
import { send } from "../server.ts";
import { ask } from "../source.ts";

export const pageRows = 100;

/** A decision that is not stored yet. */
export interface Unstored {
  readonly row: number;
  readonly decision: Choice;
}

/** All that the page knows of a queue; rows come page by page as they are looked at. */
export interface QueueState {
  readonly filter: Filter;
  readonly total: number;
  readonly progress: Progress | null;
  /** Place in the queue, from 0. */
  readonly at: number;
  readonly fault: string | null;
  readonly unstored: readonly Unstored[];
  readonly isLoading: boolean;
  /** What was done last, for who does not see it. */
  readonly said: string;
}

/** The queue of a scan as one tab works through it: what is shown is told to `onChange`. */
export class QueueStore {
  state: QueueState;
  private readonly base: string;
  private readonly onChange: () => void;
  private snapshot: string | null = null;
  /** Of the queue that was asked for last: answers about another one come too late. */
  private turn = 0;
  private readonly pages = new Map<number, readonly QueueRow[] | "loading">();
  private readonly placeOf = new Map<number, number>();
  private readonly texts = new Map<number, string>();
  private readonly changed = new Map<number, QueueRow["decision"]>();
  private sending: Promise<void> = Promise.resolve();

  constructor(run: string, filter: Filter, onChange: () => void) {
    this.base = `runs/${run}`;
    this.onChange = onChange;
    this.state = { filter, total: 0, progress: null, at: 0, fault: null, unstored: [], isLoading: true, said: "" };
  }

  private set(next: Partial<QueueState>): void {
    this.state = { ...this.state, ...next };
    this.onChange();
  }

  async open(filter: Filter): Promise<void> {
    const turn = ++this.turn;
    this.pages.clear();
    this.placeOf.clear();
    this.snapshot = null;
    this.set({ filter, total: 0, at: 0, isLoading: true, fault: null });
    try {
      const queue = await this.fetch(0);
      if (turn !== this.turn) return;
      this.take(queue);
      // Where the work was left.
      this.set({ at: queue.firstOpen ?? 0 });
    } catch (error) {
      if (turn === this.turn) this.set({ isLoading: false, fault: messageOf(error) });
    }
  }

  private async fetch(page: number): Promise<Queue> {
    const of = this.snapshot === null ? `filter=${this.state.filter}` : `snapshot=${this.snapshot}`;
    return (await ask(`${this.base}/queue?${of}&from=${page * pageRows}&count=${pageRows}`)) as Queue;
  }

  private take({ snapshot, total, from, rows, progress, filter }: Queue): void {
    this.snapshot = snapshot;
    this.pages.set(from / pageRows, rows);
    rows.forEach(({ row, decision }, i) => {
      this.placeOf.set(row, from + i);
      this.changed.set(row, decision);
    });
    this.set({ total, progress, filter, isLoading: false });
    void this.readTexts(rows.map(({ row }) => row));
  }

  /** The beginnings of the rows come later than the queue, as the data are read anew; what keeps them away is told where a row is shown in full. */
  private async readTexts(rows: readonly number[]): Promise<void> {
    const missing = rows.filter((row) => !this.texts.has(row));
    if (missing.length === 0) return;
    try {
      const { rows: shown } = (await ask(`${this.base}/texts?rows=${missing.join(",")}`)) as Texts;
      for (const { row, cells } of shown) {
        const texts = cells.filter(({ role, text }) => role === "text" && text !== null).map(({ text }) => text!);
        const others = cells.filter(({ text }) => text !== null).slice(0, 5);
        this.texts.set(row, texts.length > 0 ? texts.join(" · ") : others.map(({ name, text }) => `${name} ${text}`).join(" · "));
      }
      this.set({});
    } catch {
      return;
    }
  }

  /** How a row begins; empty while nobody knows. */
  textOf(row: number): string {
    return this.texts.get(row) ?? "";
  }

  /** The row at a place; null while it is on its way. */
  rowAt(place: number): QueueRow | null {
    const page = Math.floor(place / pageRows);
    const known = this.pages.get(page);
    if (known === undefined && place < this.state.total) {
      this.pages.set(page, "loading");
      const { turn } = this;
      this.fetch(page).then(
        (queue) => turn === this.turn && this.take(queue),
        (error: unknown) => {
          if (turn !== this.turn) return;
          this.pages.delete(page);
          // The server keeps the last few queues alone.
          if (/not kept any more/.test(messageOf(error))) void this.open(this.state.filter);
          else this.set({ fault: messageOf(error) });
        },
      );
    }
    return typeof known === "object" ? (known[place % pageRows] ?? null) : null;
  }

  /** In force as far as this tab knows; what is on its way counts. */
  decisionOf(row: number): { readonly decision: Choice; readonly by: string | null } | null {
    const waiting = this.state.unstored.findLast((one) => one.row === row);
    return waiting === undefined ? (this.changed.get(row) ?? null) : { decision: waiting.decision, by: null };
  }

  move(to: number): void {
    const at = Math.max(0, Math.min(this.state.total - 1, to));
    if (at !== this.state.at) this.set({ at, said: "" });
  }

  /** Where a row is in what was loaded; null where it is not. */
  findPlace(row: number): number | null {
    return this.placeOf.get(row) ?? null;
  }

  /** Stores a decision; those of one tab are sent one after another. */
  decide(row: number, decision: Choice): void {
    const one: Unstored = { row, decision };
    this.set({ unstored: [...this.state.unstored, one], said: `Row ${row}: ${decision}` });
    this.sending = this.sending.then(() => this.store(one));
  }

  private async store(one: Unstored): Promise<void> {
    // After a failure nothing is sent until somebody asks for it, so that decisions arrive in their order.
    if (this.state.fault !== null) return;
    try {
      const told = await send<Decided>(`${this.base}/decisions`, one);
      this.set({ unstored: this.state.unstored.filter((other) => other !== one) });
      this.hear(told);
    } catch (error) {
      this.set({ fault: messageOf(error) });
    }
  }

  retry(): void {
    this.set({ fault: null });
    const { unstored } = this.state;
    if (unstored.length === 0) void this.open(this.state.filter);
    for (const one of unstored) this.sending = this.sending.then(() => this.store(one));
  }

  /** Takes the last decision of this person back, and goes to its row. */
  undo(): void {
    this.sending = this.sending.then(async () => {
      try {
        const told = await send<Decided>(`${this.base}/undo`, {});
        this.hear(told);
        const row = told.changed[0]?.row;
        if (row === undefined) return;
        const place = this.findPlace(row);
        this.set({ said: `Row ${row}: taken back`, ...(place === null ? {} : { at: place }) });
      } catch (error) {
        this.set({ said: messageOf(error) });
      }
    });
  }

  /** What this or another tab did. */
  hear({ changed, progress }: Decided): void {
    for (const { row, decision } of changed) this.changed.set(row, decision);
    this.set({ progress });
  }
}
