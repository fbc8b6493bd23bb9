/** A thread that decodes one image and says what it looks like. */
import { parentPort, workerData } from "node:worker_threads";
import type { ImageFacts } from "../inspect.ts";
import { decode } from "./decode.ts";
import { impressionOf } from "./impression.ts";

const { bytes, facts } = workerData as { readonly bytes: Uint8Array; readonly facts: ImageFacts };
parentPort!.postMessage(impressionOf(await decode(bytes, facts)));
