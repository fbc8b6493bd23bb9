import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import type { Deployment } from "./deployment.ts";

const HOST = "127.0.0.1";

/** A port on loopback before several nodes, as a load balancer without stickiness is. */
export interface RoundRobin extends Deployment {
  /** Takes these in turn from now on; connections that stand stay where they are. */
  aim(ports: readonly number[]): void;
}

/** Each connection goes to the next of these ports; to the one after it where nobody listens there. */
export async function roundRobin(first: readonly number[]): Promise<RoundRobin> {
  let ports = first;
  let turn = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const next = (): number => ports[turn++ % ports.length]!;
  const join = (client: Socket, tries: number): void => {
    const node = connect({ host: HOST, port: next(), noDelay: true });
    keep(node);
    const refused = (): void => void (tries > 1 ? join(client, tries - 1) : client.destroy());
    node.once("error", refused);
    node.once("connect", () => {
      node.off("error", refused);
      for (const [from, to] of [
        [client, node],
        [node, client],
      ] as const) {
        from.on("error", () => {});
        // Behind what is on its way: an answer that closes its connection is to arrive.
        from.once("close", () => to.destroySoon());
        from.pipe(to);
      }
    });
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    keep(client);
    client.on("error", () => client.destroy());
    join(client, ports.length);
  });
  server.listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    wsUrl: `ws://${HOST}:${port}`,
    port,
    aim(others) {
      ports = others;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
