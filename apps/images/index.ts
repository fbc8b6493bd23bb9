import { type Gateway, type Route, gateway } from "sluice";
import { imagesDialect } from "./dialect.ts";
import { type ProcessImageInput, processImage } from "./process-image.ts";
import { uploadEndpoint } from "./uploads.ts";

/** Image processing: an image and a wish go in, what the model sees comes back as it is written. */
export const images: Gateway<{ processImage: Route<ProcessImageInput, void> }> = gateway({
  routes: { processImage },
  dialect: imagesDialect,
  endpoints: [uploadEndpoint],
});
