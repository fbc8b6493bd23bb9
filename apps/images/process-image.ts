import { type ImagePart, type OwnBlobs, type Route, SluiceError, route } from "sluice";
import { z } from "zod";
import { inspect } from "./inspect.ts";
import { MAX_IMAGE_BYTES } from "./limits.ts";

/**
 * What a client sends: `image` (base64) with its `mediaType`, or the `uploadId` of an upload of its own. An image in the message
 * is held by the message's own limit: 32 KB in one WebSocket frame, 128 KB in several, 1 MB over HTTP (about 780 KB of image).
 */
export interface ProcessImageInput {
  readonly image?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly uploadId?: string | undefined;
  /** "Describe this image." where it is absent or blank; 20,000 UTF-16 units at most. */
  readonly prompt?: string | null | undefined;
}

const MAX_PROMPT = 20_000;
const DEFAULT_PROMPT = "Describe this image.";
const MAX_BASE64 = 4 * Math.ceil(MAX_IMAGE_BYTES / 3);

const input = z
  .object({
    image: z.string().min(1).max(MAX_BASE64).optional(),
    mediaType: z.string().max(100).optional(),
    uploadId: z.string().min(1).max(128).optional(),
    prompt: z.string().max(MAX_PROMPT).nullish(),
  })
  .superRefine((fields, check) => {
    const problem = problemOf(fields);
    if (problem !== undefined) check.addIssue({ code: "custom", message: problem });
  });

/** Streams what the model says to the image and the prompt. Neither is kept: the stream holds the answer alone. */
export const processImage: Route<ProcessImageInput, void> = route({
  input,
  async check(fields, { blobs }) {
    if (fields.image === undefined) await uploaded(fields, blobs);
  },
  async *run({ input: fields, source, signal, blobs }) {
    const image = fields.image === undefined ? await uploaded(fields, blobs) : imagePart(decoded(fields.image));
    const text = fields.prompt?.trim() ? fields.prompt : DEFAULT_PROMPT;
    const content = [image, { type: "text", text }] as const;
    yield* source.stream({ messages: [{ role: "user", content }], maxTokens: 2000, signal });
  },
});

/** Why the fields are no request; the image itself is looked at here, before anything is stored. */
function problemOf({ image, mediaType, uploadId }: ProcessImageInput): string | undefined {
  if ((image === undefined) === (uploadId === undefined)) return "exactly one of image and uploadId is needed";
  if (image === undefined) return undefined;
  if (mediaType === undefined) return "mediaType is needed with image";
  try {
    inspect(decoded(image), mediaType);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof SluiceError) return `image: ${thrown.message}`;
    throw thrown;
  }
}

/** Strict base64 (RFC 4648 section 4): no line breaks, no data URL, padding in its place. */
function decoded(image: string): Uint8Array {
  const bytes = Buffer.from(image, "base64");
  if (bytes.toString("base64") === image) return bytes;
  throw new SluiceError("bad_request", "This is no base64.");
}

async function uploaded({ uploadId, mediaType }: ProcessImageInput, blobs: OwnBlobs): Promise<ImagePart> {
  const blob = await blobs.get(uploadId!);
  if (blob === undefined) throw new SluiceError("not_found", "There is no such upload; it may have expired.");
  const image = imagePart(blob.bytes);
  if (mediaType === undefined || mediaType === image.mediaType) return image;
  throw new SluiceError("bad_request", `The media type does not fit: the upload is ${image.mediaType}.`);
}

function imagePart(bytes: Uint8Array): ImagePart {
  return { type: "image", mediaType: inspect(bytes).mediaType, bytes };
}
