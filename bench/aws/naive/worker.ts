import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { type Speech, speak } from "../speech.ts";
import { tell } from "../told.ts";

interface Job {
  readonly connectionId: string;
  readonly prompt: string;
}

const client = new ApiGatewayManagementApiClient({
  endpoint: process.env["BENCH_CALLBACK_URL"]!.replace("{stage}", "bench"),
});

/** One call per token, in order; nothing is kept. */
export async function handler({ connectionId, prompt }: Job): Promise<void> {
  const post = (frame: object): Promise<unknown> =>
    client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(frame) }));
  for await (const content of speak(JSON.parse(prompt) as Speech, (spoken) => tell({ spoken }))) {
    await post({ type: "stream_chunk", content });
  }
  await post({ type: "stream_complete" });
}
