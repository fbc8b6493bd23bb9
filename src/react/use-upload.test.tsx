// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Mounted, mount } from "../react-ui/test-support/mount.ts";
import { settled } from "../testing/fake-clock.ts";
import { type UploadHandle, useUpload } from "./index.ts";
import { type Probe, probe } from "./test-support/probe.tsx";
import "./upload.ts";

interface Uploaded {
  readonly uploadId: string;
}

const FILE = new File(["12345678"], "cat.png", { type: "image/png" });

/** The request that the page makes; the test is the network. */
class FakeRequest extends EventTarget {
  static last: FakeRequest;
  readonly upload = new EventTarget();
  readonly opened: string[] = [];
  readonly headers: Record<string, string> = {};
  status = 0;
  responseText = "";
  answerHeaders = "";
  body: unknown;
  aborted = false;

  open(...opened: string[]): void {
    this.opened.push(...opened);
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name.toLowerCase()] = value;
  }

  getAllResponseHeaders(): string {
    return this.answerHeaders;
  }

  send(body: unknown): void {
    this.body = body;
    FakeRequest.last = this;
  }

  abort(): void {
    this.aborted = true;
    this.dispatchEvent(new Event("abort"));
  }

  hasSent(loaded: number): void {
    this.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded }));
  }

  answer(status: number, body: object): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.dispatchEvent(new Event("load"));
  }
}

/** The client of the system at `/images`, as far as uploads go; its own fetch reaches nobody. */
const client = {
  fetch: (
    path: string,
    init: RequestInit = {},
    via: typeof fetch = () => Promise.reject(new TypeError("fetch failed")),
  ) => via(`/images${path}`, { ...init, headers: { ...(init.headers as object), Authorization: "Bearer t" } }),
};

async function uploads(): Promise<[Probe<UploadHandle<Uploaded>>, Mounted["does"]]> {
  const shown = probe(() => useUpload<Uploaded>(client));
  const { does } = await mount(shown.element);
  return [shown, does];
}

beforeEach(() => void vi.stubGlobal("XMLHttpRequest", FakeRequest));
afterEach(() => void vi.unstubAllGlobals());

describe("useUpload", () => {
  it("sends a file with the caller's headers, says how far it is, and gives what the server answers", async () => {
    const [shown, does] = await uploads();
    const uploaded = shown.value.upload(FILE);
    await does(settled);
    const request = FakeRequest.last;
    expect(request).toMatchObject({
      opened: ["POST", "/images/uploads"],
      body: FILE,
      headers: { "content-type": "image/png", authorization: "Bearer t" },
    });
    await does(() => request.hasSent(5));
    expect(shown.value.items).toMatchObject([{ name: "cat.png", loaded: 5, total: 8, status: "uploading" }]);
    await does(() => request.answer(201, { uploadId: "u" }));
    expect(shown.value.items).toMatchObject([{ loaded: 8, status: "done", value: { uploadId: "u" } }]);
    expect(await uploaded).toEqual({ uploadId: "u" });
  });

  it("says why the server refused a file, and that it was not reached", async () => {
    const [shown, does] = await uploads();
    const refused = shown.value.upload(FILE);
    await does(settled);
    await does(() => FakeRequest.last.answer(413, { code: "payload_too_large", message: "At most 3.75 MB." }));
    const lost = shown.value.upload(FILE);
    await does(settled);
    await does(() => FakeRequest.last.dispatchEvent(new Event("error")));
    expect(shown.value.items).toMatchObject([
      { status: "error", error: { code: "payload_too_large", message: "At most 3.75 MB." } },
      { status: "error", error: { message: "The upload did not get through." } },
    ]);
    expect(await Promise.all([refused, lost])).toEqual([undefined, undefined]);
  });

  it("stops a file that is taken off the list", async () => {
    const [shown, does] = await uploads();
    const uploaded = shown.value.upload(FILE);
    await does(settled);
    await does(() => shown.value.remove(shown.value.items[0]!.id));
    expect(FakeRequest.last.aborted).toBe(true);
    expect([await uploaded, shown.value.items]).toEqual([undefined, []]);
  });

  it("does not send a file that was taken off the list before the request was made", async () => {
    const token = Promise.withResolvers<void>();
    const waiting: typeof client = { fetch: (...call) => token.promise.then(() => client.fetch(...call)) };
    const shown = probe(() => useUpload(waiting));
    const { does } = await mount(shown.element);
    const send = vi.spyOn(FakeRequest.prototype, "send");
    const uploaded = shown.value.upload(FILE);
    await does(settled);
    await does(() => shown.value.remove(shown.value.items[0]!.id));
    await does(async () => {
      token.resolve();
      await uploaded;
    });
    expect(await uploaded).toBeUndefined();
    expect(send).not.toHaveBeenCalled();
  });

  it("says after which time a refused file may be sent again (the answer's Retry-After)", async () => {
    const [shown, does] = await uploads();
    void shown.value.upload(FILE);
    await does(settled);
    FakeRequest.last.answerHeaders = "content-type: application/json\r\nretry-after: 3\r\n";
    await does(() => FakeRequest.last.answer(429, { code: "rate_limited", message: "Later." }));
    expect(shown.value.items).toMatchObject([{ error: { code: "rate_limited", retryAfterMs: 3000 } }]);
  });

  it("goes over the client's own fetch where there is no XMLHttpRequest", async () => {
    vi.stubGlobal("XMLHttpRequest", undefined);
    const [shown, does] = await uploads();
    await does(() => shown.value.upload(FILE));
    expect(shown.value.items).toMatchObject([{ status: "error", error: { message: "fetch failed" } }]);
  });
});
