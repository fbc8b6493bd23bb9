import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import decode, { init } from "@jsquash/webp/decode.js";
import { type Pixels, rgbaPixels } from "./pixels.ts";

let ready: Promise<void> | undefined;

/** Only for a thread of its own: the decoder asks for the browser's `ImageData`, which it then finds as a global. */
export async function decodeWebp(bytes: Uint8Array): Promise<Pixels> {
  ready ??= prepare();
  await ready;
  const { width, height, data } = await decode(Uint8Array.from(bytes).buffer);
  return rgbaPixels(width, height, data);
}

async function prepare(): Promise<void> {
  Object.assign(globalThis, { ImageData: PlainImageData });
  const path = createRequire(import.meta.url).resolve("@jsquash/webp/codec/dec/webp_dec.wasm");
  const load = init as (module: WebAssembly.Module) => Promise<void>;
  await load(await WebAssembly.compile(await readFile(path)));
}

class PlainImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}
