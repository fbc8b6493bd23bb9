import { type Context, Hono } from "hono";
import type { Gateway } from "../../gateway.ts";
import { SluiceError } from "../../protocol/errors.ts";
import { type Defence, PREFLIGHT_HEADERS, type Provenance } from "./defence.ts";
import { callEndpoint } from "./endpoints.ts";
import type { OpenOutput } from "./event-stream.ts";
import { Exchange, respondError } from "./exchange.ts";
import { type OperationsParts, operations } from "./operations.ts";
import { postRun } from "./runs.ts";
import { cancelStream, eraseStream, getStream, listStreams, reportDelivery } from "./streams.ts";
import { issueTicket } from "./tickets.ts";

/** What a host gives to the HTTP app. */
export interface HttpAppParts extends OperationsParts {
  readonly defence: Defence;
  readonly openOutput: OpenOutput;
  /** Serves the pages at `/`; undefined where there is none for the path. */
  readonly page?: (c: Context) => Promise<Response | undefined>;
}

/** HTTP as every host serves it (PROTOCOL.md sections 7, 10 and 11). */
export function httpApp(parts: HttpAppParts): Hono {
  const { engine, defence } = parts;
  const app = new Hono();
  app.use(async (c, next) => {
    const from = provenance(c);
    defence.checkOrigin(from);
    for (const [name, value] of Object.entries(defence.corsHeaders(from))) c.header(name, value);
    return next();
  });
  operations(app, parts);
  const gatewayOf = (c: Context): Gateway | undefined => {
    const name = c.req.path.split("/")[1] ?? "";
    return engine.hasApp(name) ? engine.gateway(name) : undefined;
  };
  app.use(async (c, next) => {
    defence.checkHost(provenance(c));
    return c.req.method === "OPTIONS" ? c.body(null, 204, { ...PREFLIGHT_HEADERS }) : next();
  });
  appRoutes(app, parts);
  app.notFound(async (c) => {
    const page = c.req.method === "GET" || c.req.method === "HEAD" ? await parts.page?.(c) : undefined;
    return page ?? respondError(c, new SluiceError("not_found", "There is nothing here."), gatewayOf(c));
  });
  app.onError((thrown, c) => {
    if (!(thrown instanceof SluiceError)) engine.logger.error({ err: thrown, path: c.req.path }, "a request failed");
    return respondError(c, thrown, gatewayOf(c), c.req.param("streamId"));
  });
  return app;
}

function appRoutes(app: Hono, parts: HttpAppParts): void {
  const { engine, openOutput, defence } = parts;
  for (const name of engine.apps) {
    const begin = (c: Context): Promise<Exchange> => Exchange.begin(engine, name, c);
    const cors = (c: Context): Record<string, string> => defence.corsHeaders(provenance(c));
    for (const endpoint of engine.gateway(name).endpoints ?? []) {
      app.on(endpoint.method, `/${name}${endpoint.path}`, async (c) => callEndpoint(c, await begin(c), endpoint));
    }
    app.post(`/${name}/tickets`, async (c) => issueTicket(c, await begin(c)));
    app.get(`/${name}/streams`, async (c) => listStreams(c, await begin(c)));
    app.get(`/${name}/streams/:streamId`, async (c) =>
      getStream(c, await begin(c), c.req.param("streamId"), openOutput, cors(c)),
    );
    app.post(`/${name}/streams/:streamId/cancel`, async (c) =>
      cancelStream(c, await begin(c), c.req.param("streamId")),
    );
    app.post(`/${name}/streams/:streamId/delivery`, async (c) =>
      reportDelivery(c, await begin(c), c.req.param("streamId")),
    );
    app.delete(`/${name}/streams/:streamId`, async (c) => eraseStream(c, await begin(c), c.req.param("streamId")));
    app.post(`/${name}/:route{.+}`, async (c) => postRun(c, await begin(c), c.req.param("route"), openOutput, cors(c)));
  }
}

function provenance(c: Context): Provenance {
  return { host: c.req.header("host"), origin: c.req.header("origin") };
}
