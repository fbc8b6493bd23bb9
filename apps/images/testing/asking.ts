import type { JsonObject } from "sluice";
import { WebSocket } from "ws";

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Sends one message on a WebSocket of its own; gives the frames up to the end of its answer. */
export function converse(url: string, message: unknown): Promise<JsonObject[]> {
  const socket = new WebSocket(url.replace("http", "ws"));
  const frames: JsonObject[] = [];
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The connection was closed.")));
    socket.on("open", () => socket.send(JSON.stringify(message)));
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as JsonObject;
      frames.push(frame);
      if (frame["type"] !== "complete" && frame["type"] !== "error") return;
      resolve(frames);
      socket.close();
    });
  });
}

/** `POST /images/processImage`, as a response that is yet to be read. */
export function post(url: string, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/processImage`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(message),
  });
}

export async function ask(url: string, message: unknown, headers?: Record<string, string>): Promise<Answer> {
  return answerOf(await post(url, message, headers));
}

/** `POST /images/uploads`. */
export async function upload(
  url: string,
  bytes: Uint8Array,
  mediaType: string | undefined,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(`${url}/uploads`, {
      method: "POST",
      headers: { ...headers, ...(mediaType !== undefined && { "Content-Type": mediaType }) },
      body: Uint8Array.from(bytes),
    }),
  );
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: (await response.json()) as JsonObject };
}
