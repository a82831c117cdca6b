/**
 * Histograms of oriented gradients of a small grey image, straightened first: a fixed map of one image, which nothing learned from others enters.
 *
 * Straightened as digits are: sheared by its own second moments about its own centre of mass, which comes to the middle. Cells of `cell`² pixels with eight
 * orientations, bilinear between orientations; sums over all blocks of 2 × 2 cells, square roots, unit length. Differs from Dalal & Triggs 2005, "Histograms of
 * oriented gradients for human detection", CVPR, in that blocks are summed and the whole image is normalised: fewer features, which suit few rows.
 */
export interface GradientMap {
  readonly features: number;
  /** Shapes: image [side²], out [features]. */
  mapInto(out: Float64Array, image: Float64Array): void;
}

const orientations = 8;
const block = 2;

/** @param side of the square image, at least 8 */
export function orientedGradients(side: number): GradientMap {
  const cell = Math.max(2, Math.round(side / 7));
  const cells = Math.floor(side / cell);
  const blocks = cells - block + 1;
  const histogram = new Float64Array(cells * cells * orientations);
  const straight = new Float64Array(side * side);
  return {
    features: blocks * blocks * orientations,
    mapInto(out, image) {
      straightenInto(straight, image, side);
      histogramInto(histogram, straight, side, cell, cells);
      let total = 0;
      for (let by = 0; by < blocks; by++)
        for (let bx = 0; bx < blocks; bx++)
          for (let o = 0; o < orientations; o++) {
            let sum = 0;
            for (let y = by; y < by + block; y++)
              for (let x = bx; x < bx + block; x++) sum += histogram[(y * cells + x) * orientations + o];
            out[(by * blocks + bx) * orientations + o] = Math.sqrt(sum);
            total += sum;
          }
      const scale = total > 0 ? 1 / Math.sqrt(total) : 0;
      for (let j = 0; j < out.length; j++) out[j] *= scale;
    },
  };
}

/** The image sheared so that its axis stands upright, its centre of mass in the middle; bilinear, 0 outside. */
function straightenInto(out: Float64Array, image: Float64Array, side: number): void {
  let [mass, mx, my] = [0, 0, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const value = Math.max(0, image[y * side + x]);
      mass += value;
      mx += x * value;
      my += y * value;
    }
  if (!(mass > 0)) {
    out.set(image);
    return;
  }
  mx /= mass;
  my /= mass;
  let [vxy, vyy] = [0, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const value = Math.max(0, image[y * side + x]);
      vxy += (x - mx) * (y - my) * value;
      vyy += (y - my) ** 2 * value;
    }
  const shear = vyy > 0 ? Math.max(-1, Math.min(1, vxy / vyy)) : 0;
  const middle = (side - 1) / 2;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const sy = y - middle + my;
      const sx = x - middle + mx + shear * (y - middle);
      out[y * side + x] = bilinear(image, side, sx, sy);
    }
}

function bilinear(image: Float64Array, side: number, x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (px: number, py: number): number => (px < 0 || py < 0 || px >= side || py >= side ? 0 : image[py * side + px]);
  return (1 - fy) * ((1 - fx) * at(x0, y0) + fx * at(x0 + 1, y0)) + fy * ((1 - fx) * at(x0, y0 + 1) + fx * at(x0 + 1, y0 + 1));
}

/** Central differences; a gradient and its opposite are one orientation of a whole turn, so that bright on dark is told from dark on bright. */
function histogramInto(out: Float64Array, image: Float64Array, side: number, cell: number, cells: number): void {
  out.fill(0);
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= side || y >= side ? 0 : image[y * side + x]);
  for (let y = 0; y < cells * cell; y++)
    for (let x = 0; x < cells * cell; x++) {
      const dx = at(x + 1, y) - at(x - 1, y);
      const dy = at(x, y + 1) - at(x, y - 1);
      const size = Math.sqrt(dx * dx + dy * dy);
      if (size === 0) continue;
      const turn = (Math.atan2(dy, dx) / (2 * Math.PI) + 1) * orientations;
      const low = Math.floor(turn);
      const part = turn - low;
      const base = (Math.floor(y / cell) * cells + Math.floor(x / cell)) * orientations;
      out[base + (low % orientations)] += size * (1 - part);
      out[base + ((low + 1) % orientations)] += size * part;
    }
}
