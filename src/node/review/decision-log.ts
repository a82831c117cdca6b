import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { appendDurably, openToAppend } from "../write/replace-file.ts";
import { writeFailure } from "../write/write-failure.ts";
import { type Choice, type Decision, type Entry, choices, entryLine, newId, parseEntry } from "./decision.ts";

export const decisionsName = "decisions.jsonl";

const lineFeed = 0x0a;

/**
 * The decisions of a review: a file that only grows. Each entry is one write at the end of the file and on the disk before it counts, so that several
 * processes may write at once; what others wrote is seen at the next `refresh`. A line that a killed process left unfinished is no decision.
 */
export class DecisionLog {
  readonly path: string;
  private readonly mark: string;
  private readonly rows: number;
  private read = 0;
  private lines = 0;
  private unfinished = 0;
  private changed = 0;
  /** Decisions that were not taken back, by row; the last of each is in force. */
  private readonly ofRow = new Map<number, Decision[]>();
  private readonly rowOf = new Map<string, number>();
  private readonly changedRows = new Set<number>();
  private writing: Promise<unknown> = Promise.resolve();

  /** @param mark of the scan; @param rows of its data */
  constructor(folder: string, mark: string, rows: number) {
    this.path = join(folder, decisionsName);
    this.mark = mark;
    this.rows = rows;
  }

  /** Rows whose decision may have changed since this was last asked. */
  takeChanged(): number[] {
    const rows = [...this.changedRows];
    this.changedRows.clear();
    return rows;
  }

  /** Reads on, what this process wrote and what others did. @throws UsageError on decisions on another scan */
  refresh(): void {
    if (statSync(this.path, { throwIfNoEntry: false }) === undefined) {
      if (this.read > 0) this.forget();
      return;
    }
    const file = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(file);
      if (size < this.read) this.forget();
      if (size === this.read) return;
      const bytes = Buffer.alloc(size - this.read);
      const got = readSync(file, bytes, 0, bytes.length, this.read);
      const whole = bytes.subarray(0, got).lastIndexOf(lineFeed) + 1;
      for (const line of bytes.toString("utf8", 0, whole).split("\n").slice(0, -1)) {
        this.lines++;
        const row = this.take(line);
        if (row !== null) this.changedRows.add(row);
      }
      this.read += whole;
    } finally {
      closeSync(file);
    }
  }

  /** Lines that killed processes did not write to their end; nobody was told that they are stored. */
  get unfinishedLines(): number {
    return this.unfinished;
  }

  /** Lines that somebody changed since; they count for nothing. */
  get changedLines(): number {
    return this.changed;
  }

  /** The decision in force on a row. */
  decisionOn(row: number): Decision | null {
    return this.ofRow.get(row)?.at(-1) ?? null;
  }

  /** All decisions on a row that were not taken back, the one in force last. */
  historyOf(row: number): readonly Decision[] {
    return this.ofRow.get(row) ?? [];
  }

  /** The decisions in force, by row. */
  inForce(): Decision[] {
    return Array.from(this.ofRow.values(), (decisions) => decisions.at(-1)!).sort((a, b) => a.row - b.row);
  }

  counts(): Record<Choice, number> {
    const counts = Object.fromEntries(choices.map((choice) => [choice, 0])) as Record<Choice, number>;
    for (const decisions of this.ofRow.values()) counts[decisions.at(-1)!.decision]++;
    return counts;
  }

  /** Stores decisions; they are on the disk when the promise resolves. */
  async decide(
    asked: readonly (Pick<Decision, "row" | "decision" | "by" | "content"> & Partial<Pick<Decision, "id" | "at">>)[],
  ): Promise<Decision[]> {
    const at = new Date().toISOString();
    const decisions = asked.map(({ id = newId(), row, decision, by, at: when = at, content }): Decision => ({
      id,
      scan: this.mark,
      row,
      decision,
      by,
      at: when,
      content,
    }));
    await this.append(decisions);
    return decisions;
  }

  /** Takes back the last decision of this person, or the one named. Gives it back, null where there is none. @throws UsageError where the one named is not in force */
  async undo(by: string, id?: string): Promise<Decision | null> {
    this.refresh();
    const decision = id === undefined ? this.lastOf(by) : this.byId(id);
    if (decision === null) return null;
    await this.append([{ id: newId(), scan: this.mark, undo: decision.id, by, at: new Date().toISOString() }]);
    return decision;
  }

  private byId(id: string): Decision {
    const row = this.rowOf.get(id);
    const found = row === undefined ? undefined : this.ofRow.get(row)?.find((decision) => decision.id === id);
    if (found === undefined) throw new UsageError(`there is no decision ${id} to take back`);
    return found;
  }

  private lastOf(by: string): Decision | null {
    let last: Decision | null = null;
    // Ids are kept in the order of the file.
    for (const [id, row] of this.rowOf) {
      const decision = this.ofRow.get(row)?.find((one) => one.id === id);
      if (decision !== undefined && decision.by === by) last = decision;
    }
    return last;
  }

  /** One after another within this process. */
  private append(entries: readonly Entry[]): Promise<void> {
    const write = this.writing.then(() => this.write(entries.map(entryLine).join("")));
    this.writing = write.catch(() => {});
    return write;
  }

  private async write(text: string): Promise<void> {
    try {
      const file = await openToAppend(this.path);
      try {
        await appendDurably(file, `${this.endsWithinALine() ? "\n" : ""}${text}`);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw writeFailure(this.path, error, { kept: "the decisions before it are kept", isOnTheWay: true });
    }
    this.refresh();
  }

  /** After a kill in the middle of a write. */
  private endsWithinALine(): boolean {
    const { size } = statSync(this.path);
    if (size === 0) return false;
    const file = openSync(this.path, "r");
    try {
      const last = Buffer.alloc(1);
      readSync(file, last, 0, 1, size - 1);
      return last[0] !== lineFeed;
    } finally {
      closeSync(file);
    }
  }

  /** The row that it is about; null where it says nothing. */
  private take(line: string): number | null {
    if (line === "") return null;
    const where = `${this.path}: line ${this.lines}`;
    const entry = parseEntry(line, where);
    if (entry === null) {
      if (line.endsWith("}")) this.changed++;
      else this.unfinished++;
      return null;
    }
    if (entry.scan !== this.mark)
      throw new UsageError(`${where} is on another scan (${entry.scan}; this one is ${this.mark}): move that file away`);
    if ("undo" in entry) {
      const row = this.rowOf.get(entry.undo);
      const left = row === undefined ? [] : (this.ofRow.get(row) ?? []).filter(({ id }) => id !== entry.undo);
      if (row === undefined) return null;
      if (left.length === 0) this.ofRow.delete(row);
      else this.ofRow.set(row, left);
      this.rowOf.delete(entry.undo);
      return row;
    }
    if (entry.row > this.rows) throw new UsageError(`${where} is on row ${entry.row}, and the data have ${this.rows}`);
    if (this.rowOf.has(entry.id)) return null;
    const before = this.ofRow.get(entry.row);
    if (before === undefined) this.ofRow.set(entry.row, [entry]);
    else before.push(entry);
    this.rowOf.set(entry.id, entry.row);
    return entry.row;
  }

  /** Somebody replaced the file: it is read from its beginning. */
  private forget(): void {
    for (const row of this.ofRow.keys()) this.changedRows.add(row);
    this.ofRow.clear();
    this.rowOf.clear();
    [this.read, this.lines, this.unfinished, this.changed] = [0, 0, 0, 0];
  }
}
