import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import type { SparseMatrix } from "../../../numeric/matrices/matrix.ts";
import { printBytes } from "../memory.ts";
import type { Dialect, Note, ReadRequest, SourceFile } from "../request.ts";
import { type Sharp, loadSharp } from "./sharp.ts";

/** Images in PNG and JPEG files; a pixel is a number in [0, 1], or three: red, green, blue. */
export interface ImageData {
  /** Shape: [images, height · width · channels], row by row, the channels of a pixel beside each other. */
  readonly matrix: SparseMatrix;
  readonly size: ImageSize;
  /** One entry for each folder, of which the digest is that of the names and digests of its files. */
  readonly files: readonly SourceFile[];
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Brightest of 65,536 steps; those of 8 bits are each 257 of them, so that a quotient is the same. */
const full = 65_535;

interface DecodedImage {
  /** Shape: [height · width · channels], in steps of 16 bits. */
  readonly data: Uint16Array;
  readonly size: ImageSize;
  /** Whether the file has 16 bits. */
  readonly isDeep: boolean;
  /** Whether anything shows through it; it is laid on black. */
  readonly isTransparent: boolean;
}

/** What a file may be: larger ones are no training images, and decoding them could fill the memory. */
const most = { bytes: 2 ** 26, pixels: 2 ** 24, numbers: 100_000 };

/** @throws UsageError naming the file that cannot be read, is too large, or has another size than the first where none was asked for */
export async function readImages(
  paths: readonly string[],
  request: Pick<ReadRequest, "imageSize" | "colour">,
  limitBytes: number,
): Promise<ImageData> {
  const sharp = await loadSharp();
  const asked = request.imageSize === undefined ? null : parseImageSize(request.imageSize);
  const channels = request.colour === true ? 3 : 1;
  let size = asked;
  let pixels = new Uint16Array(0);
  const seen = noticeImages();
  const digests = new Map<string, { digest: ReturnType<typeof createHash>; bytes: number; rows: number }>();
  for (const [i, path] of paths.entries()) {
    const bytes = readBytes(path);
    const found = await decode(sharp, path, bytes, asked, channels);
    if (size === null) size = found.size;
    if (found.size.width !== size.width || found.size.height !== size.height)
      throw new UsageError(
        `${path} is ${sizeText(found.size)} and ${paths[0]} is ${sizeText(size)}: images of one size are needed, or --image-size ${sizeText(size)} to have all resized`,
      );
    const each = size.width * size.height * channels;
    if (i === 0) pixels = new Uint16Array(roomFor(paths.length, each, size, limitBytes));
    pixels.set(found.data, i * each);
    seen.add(path, found);
    const folder = dirname(path);
    let own = digests.get(folder);
    if (own === undefined) digests.set(folder, (own = { digest: createHash("sha256"), bytes: 0, rows: 0 }));
    own.digest.update(`${basename(path)}\0${createHash("sha256").update(bytes).digest("hex")}\n`);
    own.bytes += bytes.length;
    own.rows++;
  }
  if (size === null) throw new Error("readImages was given no images");
  return {
    matrix: sparse(pixels, paths.length),
    size,
    files: [...digests].map(([path, { digest, bytes, rows }]) => ({ path, bytes, sha256: digest.digest("hex"), rows })),
    dialect: {
      ...{ format: "images", compression: "none", byteOrderMark: false, delimiter: "", quoted: false, header: false, newline: "\n" },
      ...{ columns: ["label", "image", "file"], firstIndex: 0 },
    },
    notes: seen.notes(),
  };
}

/** `28` or `32x24`, width first. @throws UsageError */
export function parseImageSize(text: string): ImageSize {
  const match = /^\s*(\d{1,5})(?:\s*[x×]\s*(\d{1,5}))?\s*$/.exec(text);
  const [width, height] = match === null ? [0, 0] : [Number(match[1]), Number(match[2] ?? match[1])];
  if (width >= 1 && height >= 1 && width * height <= most.numbers) return { width, height };
  throw new UsageError(`--image-size must be a width and a height in pixels, such as 28x28, ${most.numbers} pixels at most, got "${text}"`);
}

async function decode(sharp: Sharp, path: string, bytes: Buffer, asked: ImageSize | null, channels: 1 | 3): Promise<DecodedImage> {
  const open = () => sharp(bytes, { limitInputPixels: most.pixels, failOn: "error", pages: 1 });
  try {
    const { format = "nothing known", width = 0, height = 0, depth, hasAlpha = false } = await open().metadata();
    const isDeep = depth === "ushort";
    if (format !== "png" && format !== "jpeg") throw new UsageError(`${path} holds ${format}, and images are read from PNG and JPEG`);
    if (width * height > most.pixels) throw new UsageError(`${path} has ${width} × ${height} pixels, more than ${most.pixels}`);
    if (asked === null && width * height * channels > most.numbers)
      throw new UsageError(
        `${path} has ${width} × ${height} pixels, too many to learn from one by one: have them made smaller, as by --image-size 32`,
      );
    const plain = open().autoOrient().flatten({ background: "#000000" });
    const sized = asked === null ? plain : plain.resize(asked.width, asked.height, { fit: "fill", fastShrinkOnLoad: false });
    const space = channels === 1 ? (isDeep ? "grey16" : "b-w") : isDeep ? "rgb16" : "srgb";
    const { data: bytesOut, info } = await sized
      .toColourspace(space)
      .raw({ depth: isDeep ? "ushort" : "uchar" })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new Error(`${info.channels} channels`);
    const data = isDeep ? new Uint16Array(Uint8Array.from(bytesOut).buffer) : widened(bytesOut);
    const isTransparent = hasAlpha && !(await open().stats()).isOpaque;
    return { data, size: { width: info.width, height: info.height }, isDeep, isTransparent };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read as an image: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** 8 bits in the steps of 16. */
function widened(bytes: Uint8Array): Uint16Array {
  const out = new Uint16Array(bytes.length);
  for (let p = 0; p < bytes.length; p++) out[p] = bytes[p] * 257;
  return out;
}

function readBytes(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > most.bytes) throw new UsageError(`${path} has ${printBytes(size)}, and an image may have ${printBytes(most.bytes)}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Bytes of all pixels. @throws UsageError where what becomes of them would not fit */
function roomFor(images: number, each: number, size: ImageSize, limitBytes: number): number {
  const bytesPerNumber = 2 + 4 + 8;
  const needed = images * each * bytesPerNumber;
  if (needed > limitBytes)
    throw new UsageError(
      `${images} images of ${sizeText(size)} would need about ${printBytes(needed)} of memory and the limit is ${printBytes(limitBytes)}: take fewer, or make them smaller with --image-size`,
    );
  return images * each;
}

function sparse(pixels: Uint16Array, rows: number): SparseMatrix {
  const cols = pixels.length / rows;
  const indptr = new Int32Array(rows + 1);
  let count = 0;
  for (let p = 0; p < pixels.length; p++) {
    if (pixels[p] !== 0) count++;
    if ((p + 1) % cols === 0) indptr[(p + 1) / cols] = count;
  }
  const [indices, values] = [new Int32Array(count), new Float64Array(count)];
  for (let p = 0, at = 0; p < pixels.length; p++) {
    if (pixels[p] === 0) continue;
    indices[at] = p % cols;
    values[at++] = pixels[p] / full;
  }
  return { kind: "sparse", rows, cols, indptr, indices, values };
}

/** Gathers what is odd about images, to be said once for all. */
function noticeImages(): { add(path: string, image: DecodedImage): void; notes(): Note[] } {
  let [images, deep, low, high, clear, flat] = [0, 0, full, 0, 0, 0];
  let firstClear = "";
  return {
    add(path, { data, isDeep, isTransparent }) {
      images++;
      if (isDeep) deep++;
      for (let p = 0; p < data.length; p++) {
        if (data[p] < low) low = data[p];
        if (data[p] > high) high = data[p];
      }
      if (!isTransparent) return;
      if (clear++ === 0) firstClear = path;
      if (data.every((value) => value === data[0])) flat++;
    },
    notes() {
      const notes: Note[] = [];
      if (deep > 0 && deep < images) notes.push({ level: "info", text: `${deep} of ${images} images have 16 bits a colour, the others 8` });
      const range = narrowRange(low / full, high / full, deep === images ? full : 255);
      if (range !== null) notes.push(range);
      if (clear > 0) {
        const lost = flat === 0 ? "" : `, where ${flat} of them ${flat === 1 ? "is" : "are"} of one colour`;
        const text = `${clear} of ${images} images are transparent in places and lie on black${lost} (the first: ${firstClear}): lay them on another colour first if that hides what they show`;
        notes.push({ level: "warning", text });
      }
      return notes;
    },
  };
}

/** Of what pixels may be; less is warned of. */
const leastShare = 0.01;

/** A warning where all pixels lie within a hundredth of what they may be, as where fewer bits were meant. @param steps whole numbers that the file writes them as */
export function narrowRange(low: number, high: number, steps: number): Note | null {
  if (high - low >= leastShare) return null;
  if (high === low) return { level: "warning", text: `all pixels of all images are ${low.toFixed(4)}: there is nothing to see` };
  const [from, to] = [Math.round(low * steps), Math.round(high * steps)];
  return {
    level: "warning",
    text: `pixels use only ${from} to ${to} of 0 to ${steps} (${(100 * (high - low)).toFixed(2)} %), so that they lie between ${low.toFixed(4)} and ${high.toFixed(4)}: if fewer bits were meant, stretch them first`,
  };
}

const sizeText = ({ width, height }: ImageSize): string => `${width}x${height}`;
