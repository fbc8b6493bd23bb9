import type { Client } from "sluice/client";

/** Whoever can reach a system's own endpoints. */
export type EndpointClient = Pick<Client, "fetch">;

export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
}

/** Asks one of the system's own endpoints; `body` goes as JSON. Rejects with an Error whose message is for the reader. */
export async function askEndpoint<Answer>(
  client: EndpointClient,
  path: string,
  { method = "GET", body }: RequestOptions = {},
): Promise<Answer> {
  const json = { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await client.fetch(path, { method, ...(body !== undefined && json) }).catch((thrown: unknown) => {
    throw new Error("The server was not reached.", { cause: thrown });
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json();
  if (response.ok) return answer as Answer;
  throw new Error((answer as { message?: string }).message ?? `The server answered ${response.status}.`);
}
