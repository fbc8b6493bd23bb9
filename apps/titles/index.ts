import { type Gateway, type Route, gateway } from "sluice";
import { cardEndpoints } from "./cards.ts";
import { titlesDialect } from "./dialect.ts";
import { type StreamInput, type StreamResult, stream } from "./stream.ts";

/** AI title generation: a text goes in, a short introduction and numbered titles come back as they are written. */
export const titles: Gateway<{ stream: Route<StreamInput, StreamResult> }> = gateway({
  routes: { stream },
  dialect: titlesDialect,
  endpoints: cardEndpoints,
});
