/** Two nodes on one Redis: who comes to the second finds the run under way on the first. */
import { type Authorize, type Gateway, SluiceError } from "sluice";
import { type Server, serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { redis } from "sluice/store/redis";
import { servePeer } from "./harness.ts";
import { benchGateway } from "./sluice-gateway.ts";

const byName: Authorize = ({ query }) => ({ id: query.get("user")! });

await servePeer(async (feed, { redisPort }) => {
  const node = (bench: Gateway): Promise<Server> =>
    serve(
      { bench },
      {
        store: redis({ url: `redis://127.0.0.1:${redisPort}` }),
        source: iterable(() => []),
        port: 0,
        signals: false,
        limits: { maxConnectionsPerAddress: 16_384 },
      },
    );
  const writer = await node(benchGateway(feed, byName));
  const begunElsewhere: Authorize = async (credentials) => {
    const user = credentials.query.get("user")!;
    const headers = { "Content-Type": "application/json", "Idempotency-Key": "r", Prefer: "respond-async" };
    const begun = await fetch(`${writer.url}/bench/go?user=${user}`, { method: "POST", headers, body: "{}" });
    if (begun.status !== 202) throw new SluiceError("internal", `The writer answered with ${begun.status}.`);
    return { id: user };
  };
  const viewed = await node(benchGateway(feed, begunElsewhere));
  return viewed.port;
});
