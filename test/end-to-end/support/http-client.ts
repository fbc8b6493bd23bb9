import http from "node:http";
import { FrameLog, type WireFrame } from "./frames.ts";

/** What a long poll answers. */
export interface Poll {
  readonly frames: readonly WireFrame[];
  readonly offset: string;
  readonly state: string;
}

/** An answer of JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: WireFrame;
}

/** Sends JSON and reads JSON. */
export async function request(url: string, init: RequestInit = {}): Promise<JsonAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? {} : JSON.parse(text)) as WireFrame,
  };
}

/** The parts of a POST with this JSON body. */
export function posted(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } };
}

/** An event stream that is read as it comes. */
export class EventStream implements AsyncDisposable {
  readonly status: number;
  readonly headers: Headers;
  readonly log: FrameLog = new FrameLog();
  /** Everything that came, as text. */
  raw = "";
  /** Offset of the last whole event. */
  lastEventId: string | undefined;
  /** Resolves when nothing comes any more; false where the connection broke. */
  readonly ended: Promise<boolean>;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.headers = response.headers;
    this.#abort = abort;
    this.ended = this.#read(response);
  }

  static async open(url: string, init: RequestInit = {}): Promise<EventStream> {
    const abort = new AbortController();
    const headers = new Headers(init.headers);
    headers.set("Accept", "text/event-stream");
    return new EventStream(await fetch(url, { ...init, headers, signal: abort.signal }), abort);
  }

  get frames(): readonly WireFrame[] {
    return this.log.frames;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(response: Response): Promise<boolean> {
    let rest = "";
    try {
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) {
        const text = decoder.decode(bytes as Uint8Array, { stream: true });
        this.raw += text;
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) this.#take(block);
      }
      this.log.end("the response ended");
      return true;
    } catch (thrown) {
      this.log.end(String(thrown));
      return false;
    }
  }

  #take(block: string): void {
    const fields = block.split("\n").map((line) => /^([^:]*)(?:: ?(.*))?$/s.exec(line)!);
    const of = (name: string): string[] => fields.flatMap(([, field, value]) => (field === name ? (value ?? "") : []));
    const [id] = of("id");
    const data = of("data");
    if (id !== undefined) this.lastEventId = id;
    if (data.length > 0) this.log.push(JSON.parse(data.join("\n")) as WireFrame);
  }
}

/** A request with headers that `fetch` does not let anybody set, like Host. */
export function rawRequest(url: string, init: RawRequest = {}): Promise<RawAnswer> {
  const { method = "GET", headers = {}, body } = init;
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text: Buffer.concat(parts).toString("utf8"),
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}
