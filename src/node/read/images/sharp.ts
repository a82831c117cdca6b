import { loadOptionalPackage } from "../../optional-package.ts";

/** The part of sharp that is used here; the package is optional, so its own types may be absent. */
export interface Sharp {
  (input: Buffer, options: { readonly limitInputPixels: number; readonly failOn: "error"; readonly pages: 1 }): SharpImage;
  cache(use: false): void;
  concurrency(threads: number): number;
}

export interface SharpImage {
  metadata(): Promise<{
    readonly format?: string;
    readonly width?: number;
    readonly height?: number;
    /** Of a colour: "uchar" is 8 bits, "ushort" 16. */
    readonly depth?: string;
    readonly hasAlpha?: boolean;
  }>;
  stats(): Promise<{ readonly isOpaque: boolean }>;
  autoOrient(): SharpImage;
  flatten(options: { readonly background: string }): SharpImage;
  toColourspace(space: "b-w" | "srgb" | "grey16" | "rgb16"): SharpImage;
  resize(width: number, height: number, options: { readonly fit: "fill"; readonly fastShrinkOnLoad: false }): SharpImage;
  raw(options: { readonly depth: "uchar" | "ushort" }): SharpImage;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{
    readonly data: Buffer;
    readonly info: { readonly width: number; readonly height: number; readonly channels: number };
  }>;
}

/** @throws UsageError where it is not installed for this platform */
export async function loadSharp(): Promise<Sharp> {
  const { default: sharp } = await loadOptionalPackage<{ readonly default: Sharp }>("sharp", "images in PNG and JPEG files");
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}
