import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng } from "../src/numeric/random.ts";

const side = 8;
/** Which pixels of a class are bright: a bar down, a bar across, a ring. The corner is dark in all of them. */
const shapes = [
  (x: number, y: number) => x === 3 && y > 0,
  (x: number, y: number) => y === 4 && x > 0,
  (x: number, y: number) => Math.round(Math.hypot(x - 4, y - 4)) === 2,
];

/** Writes grey images of 8 × 8 pixels in three classes with noise, and their labels, as IDX files; returns the name of the images. */
export function writeImages(folder: string, images: number, seed = "images"): string {
  const rng = makeRng(seed);
  const pixels = Buffer.alloc(images * side * side);
  for (let i = 0; i < images; i++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const isBright = shapes[i % shapes.length](x - rng.integer(2), y);
        const isDark = x + y < 2 || x + y > 2 * side - 4;
        pixels[(i * side + y) * side + x] = isDark ? 0 : Math.max(0, Math.min(255, (isBright ? 150 : 30) + 60 * rng.normal()));
      }
  const labels = Buffer.from(Array.from({ length: images }, (_, i) => i % shapes.length));
  const head = (...sizes: number[]): Buffer => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes.set([8, sizes.length], 2);
    sizes.forEach((size, d) => bytes.writeUInt32BE(size, 4 + 4 * d));
    return bytes;
  };
  writeFileSync(join(folder, "bars-images-idx3-ubyte"), Buffer.concat([head(images, side, side), pixels]));
  writeFileSync(join(folder, "bars-labels-idx1-ubyte"), Buffer.concat([head(images), labels]));
  return "bars-images-idx3-ubyte";
}
