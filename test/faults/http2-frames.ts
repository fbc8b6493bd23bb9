import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Numbers of RFC 9113 section 6. */
export const FRAME = { data: 0, headers: 1, resetStream: 3, goaway: 7 } as const;

const END_STREAM = 1;
const HEADER_BYTES = 9;

/** One HTTP/2 frame as a server sent it (RFC 9113 section 4.1). */
export interface Http2Frame {
  readonly type: number;
  readonly endsStream: boolean;
  readonly payload: Buffer;
}

/** Stands between a client and an HTTP/2 server, and keeps what the server really sends. */
export interface FrameRecorder extends AsyncDisposable {
  readonly url: string;
  readonly frames: readonly Http2Frame[];
}

export async function recordFrames(port: number): Promise<FrameRecorder> {
  const frames: Http2Frame[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    let bytes: Buffer = Buffer.alloc(0);
    for (const socket of [client, upstream]) sockets.add(socket.on("error", () => {}));
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      client.write(chunk);
      bytes = takeFrames(Buffer.concat([bytes, chunk]), frames);
    });
    upstream.on("close", () => client.destroySoon());
    client.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    frames,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Reads the whole frames of these bytes; gives the rest. */
function takeFrames(bytes: Buffer, frames: Http2Frame[]): Buffer {
  let rest = bytes;
  while (rest.byteLength >= HEADER_BYTES) {
    const end = HEADER_BYTES + rest.readUIntBE(0, 3);
    if (rest.byteLength < end) break;
    const type = rest[3]!;
    const carries = type === FRAME.data || type === FRAME.headers;
    frames.push({
      type,
      endsStream: carries && (rest[4]! & END_STREAM) > 0,
      payload: rest.subarray(HEADER_BYTES, end),
    });
    rest = rest.subarray(end);
  }
  return rest;
}
