/**
 * Unpacks a frame of LZ4, in which Arrow packs its buffers. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md; the
 * checksums, which are optional, are not looked at.
 *
 * @param mostBytes of the result
 * @throws Error where the frame is damaged or unpacks to more
 */
export function unpackLz4(frame: Uint8Array, mostBytes: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("no frame of LZ4");
  const flags = frame[4];
  const [hasBlockChecksum, hasSize, hasDictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  const out = { bytes: new Uint8Array(Math.min(mostBytes, 4 * frame.length + 64)), length: 0, most: mostBytes };
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return out.bytes.subarray(0, out.length);
    const end = at + (size & 0x7fffffff);
    if (end > frame.length) throw new Error("a frame of LZ4 is cut off");
    if (size >>> 31 === 1) append(out, frame, at, end);
    else unpackBlock(frame, at, end, out);
    at = end + (hasBlockChecksum ? 4 : 0);
  }
}

interface Output {
  bytes: Uint8Array;
  length: number;
  readonly most: number;
}

/** Sequences of literals and a match, which is a distance back and a length; the last one has no match. */
function unpackBlock(data: Uint8Array, start: number, end: number, out: Output): void {
  for (let at = start; at < end;) {
    const token = data[at++];
    let literals = token >> 4;
    if (literals === 15) [literals, at] = longer(data, at, end, literals);
    if (at + literals > end) throw new Error("a block of LZ4 is cut off");
    append(out, data, at, at + literals);
    at += literals;
    if (at === end) return;
    const distance = data[at] | (data[at + 1] << 8);
    at += 2;
    let length = token & 15;
    if (length === 15) [length, at] = longer(data, at, end, length);
    length += 4;
    const from = out.length - distance;
    if (distance === 0 || from < 0 || at > end) throw new Error("a block of LZ4 points before its start");
    reserve(out, length);
    // Byte by byte: what is copied may reach into what was copied just now.
    for (let i = 0; i < length; i++) out.bytes[out.length + i] = out.bytes[from + i];
    out.length += length;
  }
}

/** A length that goes on in further bytes, and where it ends. */
function longer(data: Uint8Array, at: number, end: number, length: number): [number, number] {
  let more = 255;
  while (more === 255) {
    if (at >= end) throw new Error("a block of LZ4 is cut off");
    more = data[at++];
    length += more;
  }
  return [length, at];
}

function append(out: Output, data: Uint8Array, start: number, end: number): void {
  reserve(out, end - start);
  out.bytes.set(data.subarray(start, end), out.length);
  out.length += end - start;
}

function reserve(out: Output, count: number): void {
  const needed = out.length + count;
  if (needed > out.most) throw new Error("it unpacks to more than the memory allowed for it");
  if (needed <= out.bytes.length) return;
  const larger = new Uint8Array(Math.min(out.most, Math.max(needed, 2 * out.bytes.length)));
  larger.set(out.bytes.subarray(0, out.length));
  out.bytes = larger;
}
