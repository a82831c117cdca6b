/** Six signs that are told apart without colour, as outlines around (0, 0). */
const paths = [
  "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z",
  "M-4 -4H4V4H-4Z",
  "M0 -5L5 4H-5Z",
  "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
  "M0 5L5 -4H-5Z",
  "M-5 -1.6H-1.6V-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5Z",
];

export function symbolPath(index: number): string {
  return paths[index % paths.length];
}

/** The same as Observable Plot draws symbols. */
export function symbolOf(index: number): {
  draw(context: {
    moveTo(x: number, y: number): void;
    lineTo(x: number, y: number): void;
    closePath(): void;
    arc(x: number, y: number, r: number, from: number, to: number): void;
  }): void;
} {
  return {
    draw(context) {
      if (index % paths.length === 0) {
        context.moveTo(4.5, 0);
        context.arc(0, 0, 4.5, 0, 2 * Math.PI);
        return;
      }
      let x = 0;
      let y = 0;
      for (const [, command, first, second] of symbolPath(index).matchAll(/([MLHV])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
        if (command === "V") y = Number(first);
        else x = Number(first);
        if (second !== undefined) y = Number(second);
        if (command === "M") context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.closePath();
    },
  };
}
