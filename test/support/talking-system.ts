import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Gateway, type Route, gateway, route } from "sluice";
import { nativeDialect } from "sluice/dialect/native";

const anything: StandardSchemaV1<object> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as object }) },
};

/** A system whose one route says what the model says, whatever it is asked. */
export const talkingSystem: Gateway<{ ask: Route<object, { readonly length: number }> }> = gateway({
  routes: {
    ask: route({
      input: anything,
      async *run({ source, signal }) {
        const { text } = yield* source.stream({ messages: [], signal });
        return { length: text.length };
      },
    }),
  },
  dialect: nativeDialect,
});
