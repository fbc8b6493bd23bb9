import type { Context, Hono } from "hono";
import type { Engine } from "../../engine.ts";
import type { Authorize } from "../../principal.ts";
import { bearerToken, known } from "../caller.ts";

/** What the operations endpoints need beside the engine. */
export interface OperationsParts {
  readonly engine: Engine;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** False once the server is to be taken out of rotation. */
  readonly ready: () => boolean;
  /** Whoever asks for the metrics must show a token that this takes; absent: anybody may. */
  readonly authorize?: Authorize;
  /** Body of `/config.json`. */
  readonly config: () => Record<string, unknown>;
}

/** `/healthz`, `/readyz`, `/metrics`, `/config.json` (PROTOCOL.md section 11). */
export function operations(app: Hono, parts: OperationsParts): void {
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    try {
      if (!parts.ready()) return notReady(c, "shutting down");
      await parts.engine.store.check();
      return c.json({ status: "ready" });
    } catch {
      return notReady(c, "the store does not answer");
    }
  });
  app.get("/metrics", async (c) => {
    await checkWatcher(c, parts);
    return c.body(await parts.metrics(), 200, { "Content-Type": "text/plain; version=0.0.4" });
  });
  app.get("/config.json", (c) => c.json(parts.config()));
}

async function checkWatcher(c: Context, { authorize, engine }: OperationsParts): Promise<void> {
  if (authorize === undefined) return;
  const query = new URL(c.req.url).searchParams;
  const header = (name: string): string | undefined => c.req.header(name);
  known(await authorize({ ...bearerToken(header("authorization")), header, query }), engine.clock.now());
}

function notReady(c: Context, reason: string): Response {
  return c.json({ status: "unavailable", reason }, 503);
}
