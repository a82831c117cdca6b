/** One field of a protobuf message: a whole number, or bytes (a text, a message, packed numbers, a float). */
export interface Field {
  readonly number: number;
  /** Of whole numbers; else 0. */
  readonly value: bigint;
  /** Of everything else; else empty. */
  readonly bytes: Buffer;
}

const mostFields = 1_000_000;
const nothing = Buffer.alloc(0);

/** The fields of a message in their order. Nothing is read beyond its end. @throws RangeError where it is none */
export function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const take = (count: number): Buffer => {
    if (count > message.length - at) throw new RangeError("a field goes beyond the end");
    at += count;
    return message.subarray(at - count, at);
  };
  while (at < message.length) {
    if (fields.length >= mostFields) throw new RangeError("there are too many fields");
    const key = readVarint(message, at);
    at = key.end;
    const [number, wireType] = [Number(key.value >> 3n), Number(key.value & 7n)];
    if (number === 0) throw new RangeError("a field has the number 0");
    if (wireType === 0) {
      const { value, end } = readVarint(message, at);
      at = end;
      fields.push({ number, value, bytes: nothing });
    } else if (wireType === 2) {
      const { value, end } = readVarint(message, at);
      at = end;
      fields.push({ number, value: 0n, bytes: take(Number(value)) });
    } else if (wireType === 1 || wireType === 5) fields.push({ number, value: 0n, bytes: take(wireType === 1 ? 8 : 4) });
    else throw new RangeError(`a field has the wire type ${wireType}`);
  }
  return fields;
}

function readVarint(bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let at = from, shift = 0n; at < bytes.length && shift < 70n; at++, shift += 7n) {
    value |= BigInt(bytes[at] & 127) << shift;
    if (bytes[at] < 128) return { value, end: at + 1 };
  }
  throw new RangeError("a number goes beyond the end");
}

export function textOf({ bytes }: Field): string {
  return bytes.toString("utf8");
}

/** Whole numbers, packed or single. */
export function wholeNumbers({ value, bytes }: Field): number[] {
  if (bytes.length === 0) return [Number(value)];
  const found: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const read = readVarint(bytes, at);
    found.push(Number(read.value));
    at = read.end;
  }
  return found;
}

/** Little-endian floats of that many bytes, packed or single. */
export function floatsOf({ bytes }: Field, width = 4): number[] {
  if (bytes.length % width !== 0) throw new RangeError("a list of floats is cut off");
  const found = new Array<number>(bytes.length / width);
  for (let k = 0; k < found.length; k++) found[k] = width === 4 ? bytes.readFloatLE(4 * k) : bytes.readDoubleLE(8 * k);
  return found;
}
