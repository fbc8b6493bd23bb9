import type { Dialect } from "sluice";
import { errorFrame } from "../error-frame.ts";

/** The wire of image processing: chunk, complete, error. */
export const imagesDialect: Dialect = {
  name: "images",
  encode(_start, event) {
    switch (event.type) {
      case "text-delta":
        return { type: "chunk", content: event.text };
      case "complete":
        return { type: "complete", content: event.text };
      case "error":
        return errorFrame(event);
      default:
        return undefined;
    }
  },
  error: errorFrame,
};
