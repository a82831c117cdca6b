import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 of a file of any size. */
export async function digestOfFile(path: string): Promise<string> {
  const sha256 = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) sha256.update(piece as Buffer);
  return sha256.digest("hex");
}
