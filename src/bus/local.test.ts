import { describe, it } from "vitest";
import { describeBus } from "../testing/conformance/bus.ts";
import { LocalBus } from "./local.ts";

describeBus(
  { describe, it },
  {
    name: "local",
    async join(count) {
      const bus = new LocalBus();
      return Array.from({ length: count }, () => bus.join());
    },
  },
);
