import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  type GetConnectionCommandOutput,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { onTestFinished } from "vitest";
import { type StartedWebSocketApi, startWebSocketApi, type WebSocketApiOptions } from "../index.ts";
import { Client, type ConnectOptions, type Refused } from "./client.ts";
import { type InProcessFunction, inProcess } from "./in-process.ts";

/** An API, clients of it, and the AWS SDK's own management client. */
export class Lab {
  readonly api: StartedWebSocketApi;
  readonly sdk: ApiGatewayManagementApiClient;
  readonly #clients: Client[] = [];

  private constructor(api: StartedWebSocketApi) {
    this.api = api;
    this.sdk = managementClient(api.callbackUrl);
  }

  /** Starts an API, `titles` with a `$default` route where nothing else is said, until the test has ended. */
  static async start(options: Partial<WebSocketApiOptions> = {}): Promise<Lab> {
    const routes = { $default: inProcess("default") };
    const lab = new Lab(await startWebSocketApi({ stage: "titles", routes, ...options }));
    onTestFinished(async () => {
      for (const { ws } of lab.#clients) ws.terminate();
      await lab.api.close();
    });
    return lab;
  }

  /** `query`: what stands behind the stage. */
  async connect(query = "", options: ConnectOptions = {}): Promise<Client> {
    const client = await Client.connect(this.api.url + query, options);
    this.#clients.push(client);
    return client;
  }

  refusal(query = "", options: ConnectOptions = {}): Promise<Refused> {
    return Client.refusal(this.api.url + query, options);
  }

  async post(connectionId: string, data: string | Uint8Array): Promise<void> {
    await this.sdk.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
  }

  get(connectionId: string): Promise<GetConnectionCommandOutput> {
    return this.sdk.send(new GetConnectionCommand({ ConnectionId: connectionId }));
  }

  async delete(connectionId: string): Promise<void> {
    await this.sdk.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
  }
}

/** The real client of the AWS SDK, which tries once. */
export function managementClient(endpoint?: string): ApiGatewayManagementApiClient {
  const client = new ApiGatewayManagementApiClient({
    ...(endpoint !== undefined && { endpoint }),
    region: "us-east-1",
    credentials: { accessKeyId: "home", secretAccessKey: "home" },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A function that always answers so. */
export function answering(result: unknown): InProcessFunction<unknown> {
  return inProcess("answering", () => result);
}

/** A function that throws so. */
export function throwing(message: string): InProcessFunction<unknown> {
  return inProcess("throwing", () => {
    throw new Error(message);
  });
}
