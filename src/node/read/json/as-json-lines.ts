import { findJsonRecords } from "../dialogues/record-spans.ts";

/** The records of a JSON document as they are written there, one a line: between the tokens of JSON a newline is a blank, and within its strings none stands. */
export function asJsonLines(path: string, bytes: Buffer): Buffer {
  const lines = findJsonRecords(path, bytes).spans.map(({ start, end }) =>
    bytes.toString("utf8", start, end).replace(/\s*[\r\n]\s*/g, " "),
  );
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
