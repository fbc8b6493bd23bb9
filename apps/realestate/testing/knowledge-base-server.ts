import { once } from "node:events";
import { type Http2ServerRequest, type ServerHttp2Session, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { BedrockAgentRuntimeClient } from "@aws-sdk/client-bedrock-agent-runtime";
import type { JsonObject } from "sluice";

/** How the next request is answered; `hang` never is. */
export type KnowledgeBaseAnswer =
  | { readonly results: readonly JsonObject[] }
  | { readonly error: string; readonly status: number; readonly message?: string }
  | "hang"
  | "cut";

/** A small endpoint that answers `Retrieve` as the real one does, on loopback; the SDK speaks HTTP/2 to this service. */
export interface KnowledgeBaseServer extends AsyncDisposable {
  /** The SDK's own client, which talks to it; it tries twice. */
  readonly client: BedrockAgentRuntimeClient;
  readonly requests: { readonly path: string; readonly body: JsonObject }[];
  /** Resolves when the next request has come in. */
  nextRequest(): Promise<Http2ServerRequest>;
}

/** Answers with these in turn, and with the last one ever after. */
export async function startKnowledgeBase(...answers: readonly KnowledgeBaseAnswer[]): Promise<KnowledgeBaseServer> {
  const requests: KnowledgeBaseServer["requests"] = [];
  let awaited = Promise.withResolvers<Http2ServerRequest>();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (text += part));
    request.on("end", () => {
      requests.push({ path: `${request.method} ${request.url}`, body: JSON.parse(text) as JsonObject });
      const answer = answers[Math.min(requests.length, answers.length) - 1]!;
      awaited.resolve(request);
      awaited = Promise.withResolvers();
      if (answer === "hang") return;
      if (answer === "cut") return request.stream.session?.destroy();
      const failed = "error" in answer;
      response.writeHead(failed ? answer.status : 200, {
        "Content-Type": "application/json",
        ...(failed && { "x-amzn-errortype": answer.error }),
      });
      response.end(JSON.stringify(failed ? { message: answer.message ?? "no" } : { retrievalResults: answer.results }));
    });
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    // The SDK closes its connections as it likes.
    session.on("error", () => {});
    session.on("close", () => sessions.delete(session));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new BedrockAgentRuntimeClient({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 2,
  });
  return {
    client,
    requests,
    nextRequest: () => awaited.promise,
    async [Symbol.asyncDispose]() {
      client.destroy();
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
