import { type Gateway, type Route, gateway, route, textDelta } from "sluice";
import { nativeDialect } from "sluice/dialect/native";
import { z } from "zod";
import { type Speech, spoken } from "./speech.ts";

const speak: Route<Speech, void> = route({
  input: z.object({ chunks: z.int(), perSecond: z.number() }),
  async *run({ input }) {
    for await (const text of spoken(input)) yield textDelta(text);
  },
});

/** The system that gives Sluice's page the same answer. */
export const speechSystem: Gateway<{ speak: Route<Speech, void> }> = gateway({
  routes: { speak },
  dialect: nativeDialect,
});
