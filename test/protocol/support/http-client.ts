import { Inbox } from "./inbox.ts";

export interface ServerSentEvent {
  readonly id?: string;
  readonly data: string;
}

/** One HTTP request at a time, and what comes of it; an event stream is read as it comes. */
export class HttpClient {
  #abort = new AbortController();
  #response: Promise<Response> | undefined;
  #events: Inbox<ServerSentEvent> | undefined;

  /** Sends a request; its answer is read later. */
  send(url: string, init: RequestInit): void {
    this.close();
    this.#abort = new AbortController();
    this.#events = undefined;
    this.#response = fetch(url, { ...init, signal: this.#abort.signal });
    this.#response.catch(() => {});
  }

  get response(): Promise<Response> {
    if (this.#response === undefined) throw new Error("Nothing was asked.");
    return this.#response;
  }

  /** The events of the answer, which has to be an event stream. */
  async events(): Promise<Inbox<ServerSentEvent>> {
    if (this.#events === undefined) {
      this.#events = new Inbox();
      void readEvents(await this.response, this.#events);
    }
    return this.#events;
  }

  close(): void {
    this.#abort.abort();
  }
}

async function readEvents(response: Response, events: Inbox<ServerSentEvent>): Promise<void> {
  let rest = "";
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      const blocks = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) if (!block.startsWith(":")) events.push(eventOf(block));
    }
    events.end(rest === "" ? "the response ended" : `the response ended within an event: ${rest}`);
  } catch (thrown) {
    events.end(String(thrown));
  }
}

/** Reads the one form that PROTOCOL.md section 7.2 allows: an id, where there is one, and the data on one line. */
function eventOf(block: string): ServerSentEvent {
  const parts = /^(?:id: ([^\n]*)\n)?data: ([^\n]*)$/.exec(block);
  if (parts === null) throw new Error(`No event as the protocol has them: ${JSON.stringify(block)}`);
  return { ...(parts[1] !== undefined && { id: parts[1] }), data: parts[2]! };
}
