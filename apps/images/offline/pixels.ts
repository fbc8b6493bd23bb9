/** Red, green, blue, opacity: 0 to 255 each. */
export type Pixel = readonly [number, number, number, number];

/** A decoded image. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Pixel;
}

/** Pixels of four bytes, row by row. */
export function rgbaPixels(width: number, height: number, data: Uint8Array | Uint8ClampedArray): Pixels {
  return {
    width,
    height,
    at(x, y) {
      const place = 4 * (y * width + x);
      return [data[place]!, data[place + 1]!, data[place + 2]!, data[place + 3]!];
    },
  };
}
