/** The AI SDK's UI message stream over SSE, made resumable as its documentation shows, with a Redis. */
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createUIMessageStream, pipeUIMessageStreamToResponse } from "ai";
import { Redis } from "ioredis";
import { type ResumableStreamContext, createResumableStreamContext } from "resumable-stream/ioredis";
import type { Feed } from "./feed.ts";
import { servePeer } from "./harness.ts";

await servePeer(async (feed, { redisPort }) => {
  const context = createResumableStreamContext({
    waitUntil: null,
    publisher: new Redis(redisPort, "127.0.0.1"),
    subscriber: new Redis(redisPort, "127.0.0.1"),
  });
  const http = createServer((request, response) => {
    const url = new URL(request.url!, "http://localhost");
    const id = url.pathname.slice(1);
    response.on("error", () => {});
    if (request.method === "POST") begin(context, feed, id, response);
    else void resume(context, id, Number(url.searchParams.get("skip")), response);
  });
  await new Promise<void>((resolve) => http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve));
  return (http.address() as AddressInfo).port;
});

function begin(context: ResumableStreamContext, feed: Feed, id: string, response: ServerResponse): void {
  const { chunks, together } = feed.job;
  const stream = createUIMessageStream({
    async execute({ writer }) {
      const line = feed.open();
      writer.write({ type: "start" });
      writer.write({ type: "text-start", id: "0" });
      for (let sent = 0; sent < chunks; sent += together) {
        await line.arrival();
        for (let i = 0; i < together; i += 1) writer.write({ type: "text-delta", id: "0", delta: line.text() });
      }
      writer.write({ type: "text-end", id: "0" });
      line.close();
    },
  });
  void pipeUIMessageStreamToResponse({
    response,
    stream,
    async consumeSseStream({ stream: copy }) {
      await context.createNewResumableStream(id, () => copy);
    },
  });
}

async function resume(
  context: ResumableStreamContext,
  id: string,
  skip: number,
  response: ServerResponse,
): Promise<void> {
  const stream = await context.resumeExistingStream(id, skip);
  if (stream === undefined || stream === null) {
    response.writeHead(stream === null ? 204 : 404).end();
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for await (const text of stream) response.write(text);
  response.end();
}
