import { SluiceError } from "../protocol/errors.ts";

/** Passes an upload's bytes on; throws `payload_too_large` at the first chunk that passes `maxBytes` (B2). */
export async function* limited(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new SluiceError("payload_too_large", `An upload may have ${maxBytes} bytes at most.`);
    yield chunk;
  }
}
