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

  /** The events of the answer, which has to be an event stream that begins with a comment (PROTOCOL.md section 7.2). */
  async events(): Promise<Inbox<ServerSentEvent>> {
    if (this.#events === undefined) {
      const events = new Inbox<ServerSentEvent>();
      this.#events = events;
      const response = await this.response;
      await new Promise<void>((begun) => void readEvents(response, events, begun).then(begun));
    }
    return this.#events;
  }

  close(): void {
    this.#abort.abort();
  }
}

async function readEvents(response: Response, events: Inbox<ServerSentEvent>, commented: () => void): Promise<void> {
  let rest = "";
  let begun = false;
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      const blocks = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) {
        const comment = /^:[^\n]*$/.test(block);
        if (!comment && !begun) throw new Error(`It does not begin with a comment: ${JSON.stringify(block)}`);
        begun = true;
        if (comment) commented();
        else events.push(eventOf(block));
      }
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
