import { gunzipSync, gzipSync } from "node:zlib";

/** A text as bytes of a table: a database may know fewer characters, and most of a patch repeats itself. */
export function pack(text: string): Buffer {
  return gzipSync(text, { level: 1 });
}

export function unpack(bytes: Buffer): string {
  return gunzipSync(bytes).toString("utf8");
}
