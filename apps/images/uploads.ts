import { type Endpoint, SluiceError } from "sluice";
import {
  MEDIA_TYPES,
  SIGNATURE_BYTES,
  type ImageFacts,
  inspect,
  mediaTypeOf,
  mismatch,
  notAnImage,
} from "./inspect.ts";
import { MAX_IMAGE_BYTES, UPLOAD_KEEP_MS } from "./limits.ts";

/** `POST /images/uploads`: the image as the body → 201 `{uploadId, mediaType, bytes, width, height}`, for one hour. */
export const uploadEndpoint: Endpoint = {
  method: "POST",
  path: "/uploads",
  takes: "bytes",
  async handle({ mediaType, bytes, blobs }) {
    if (!MEDIA_TYPES.some((known) => known === mediaType)) {
      throw new SluiceError("unsupported_media_type", `The content type must be one of ${MEDIA_TYPES.join(", ")}.`);
    }
    const options = { mediaType, maxBytes: MAX_IMAGE_BYTES, keepMs: UPLOAD_KEEP_MS };
    const uploadId = await blobs.put(recognised(bytes, mediaType), options);
    let facts: ImageFacts;
    let length: number;
    try {
      const blob = await blobs.get(uploadId);
      if (blob === undefined) throw new SluiceError("internal", "The upload was lost.");
      facts = inspect(blob.bytes, mediaType);
      length = blob.bytes.length;
    } catch (thrown) {
      await blobs.delete(uploadId);
      throw thrown;
    }
    const { width, height } = facts;
    return { status: 201, body: { uploadId, mediaType, bytes: length, width, height } };
  },
};

/** Passes the bytes on once the first of them are those of an image of this type. */
async function* recognised(bytes: AsyncIterable<Uint8Array>, mediaType: string): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  let known = false;
  for await (const piece of bytes) {
    if (known) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < SIGNATURE_BYTES) continue;
    check(head, mediaType);
    known = true;
    yield head;
  }
  if (!known) throw notAnImage();
}

function check(head: Uint8Array, declared: string): void {
  const actual = mediaTypeOf(head);
  if (actual === undefined) throw notAnImage();
  if (actual !== declared) throw mismatch(actual);
}
