import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { TrialRecord } from "../../study/record.ts";
import { recordsName } from "./run-folder.ts";
import { parseRecordLine } from "./records-file.ts";

const lineFeed = 0x0a;
/** Read at once, so that whoever asks is not kept from anything else. */
const mostBytes = 4 * 2 ** 20;

/**
 * Follows the records of a run while it is written: each call gives the whole records that came since the last one, each once, though a run that ends
 * writes them anew in the order of its plan.
 */
export class RecordTail {
  private readonly path: string;
  private readonly known = new Set<string>();
  private inode = 0n;
  private at = 0;
  private lines = 0;

  constructor(run: string) {
    this.path = join(run, recordsName);
  }

  /** `isWhole`: nothing more was there to be read. @throws UsageError on a line that is no record, or was changed */
  next(): { readonly records: TrialRecord[]; readonly isWhole: boolean } {
    let file: number;
    try {
      file = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { records: [], isWhole: true };
      throw error;
    }
    try {
      const { ino, size } = fstatSync(file, { bigint: true });
      if (ino !== this.inode || size < this.at) [this.inode, this.at, this.lines] = [ino, 0, 0];
      let left = Number(size) - this.at;
      let bytes = Buffer.alloc(Math.min(left, mostBytes));
      readSync(file, bytes, 0, bytes.length, this.at);
      let whole = bytes.lastIndexOf(lineFeed) + 1;
      if (whole === 0 && left > mostBytes) {
        // One line that is longer.
        bytes = Buffer.alloc(left);
        readSync(file, bytes, 0, left, this.at);
        whole = bytes.lastIndexOf(lineFeed) + 1;
      }
      const records: TrialRecord[] = [];
      for (let from = 0, to = 0; from < whole; from = to + 1) {
        to = bytes.indexOf(lineFeed, from);
        this.lines++;
        const { record } = parseRecordLine(bytes.toString("utf8", from, to), `${this.path}: line ${this.lines}`);
        if (this.known.has(record.id)) continue;
        this.known.add(record.id);
        records.push(record);
      }
      this.at += whole;
      left = Number(size) - this.at;
      return { records, isWhole: whole === 0 || left === 0 };
    } finally {
      closeSync(file);
    }
  }
}
