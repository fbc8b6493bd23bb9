import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

interface SocketEvent {
  readonly requestContext: { readonly routeKey: string; readonly connectionId: string };
  readonly body?: string;
}

const lambda = new LambdaClient({});

/** Hands each message to the worker. */
export async function handler({ requestContext, body }: SocketEvent): Promise<{ statusCode: number }> {
  const { routeKey, connectionId } = requestContext;
  if (routeKey === "$default") {
    const { prompt } = JSON.parse(body!) as { prompt: string };
    const Payload = JSON.stringify({ connectionId, prompt });
    await lambda.send(
      new InvokeCommand({ FunctionName: process.env["SLUICE_WORKER"]!, InvocationType: "Event", Payload }),
    );
  }
  return { statusCode: 200 };
}
