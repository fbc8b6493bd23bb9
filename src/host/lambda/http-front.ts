import type { Hono } from "hono";
import { NATIVE_SUBPROTOCOL } from "../../protocol/frames.ts";
import { httpApp } from "../http/app.ts";
import type { Defence } from "../http/defence.ts";
import { webOutput } from "../http/web-output.ts";
import type { Composition } from "./composition.ts";

/** HTTP as a function serves it. Its addresses and its pages are told and served by whoever stands in front. */
export function httpFront({ engine }: Composition, defence: Defence): Hono {
  return httpApp({
    engine,
    defence,
    openOutput: webOutput,
    metrics: async () => "# The metrics of functions are in CloudWatch.\n",
    ready: () => true,
    config: () => ({ subprotocol: NATIVE_SUBPROTOCOL }),
  });
}
