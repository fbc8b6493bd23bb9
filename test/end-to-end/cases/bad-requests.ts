import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { placeOf } from "../support/frames.ts";
import { type Exempt, type MakeProof, caseOf } from "../support/deployment.ts";
import { EventStream, type RawRequest, posted, rawRequest, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const RUN = JSON.stringify({ count: 3 });
const post = (body: RawRequest["body"], headers: Record<string, string> = JSON_TYPE): RawRequest => ({
  method: "POST",
  headers,
  ...(body !== undefined && { body }),
});
const BIG = JSON.stringify({ text: "x".repeat(2 * 1024 * 1024) });

const REQUESTS: readonly (readonly [name: string, path: string, init: RawRequest, status: number, code: string])[] = [
  ["text", "/proof/tokens", post(RUN, { "Content-Type": "text/plain" }), 415, "unsupported_media_type"],
  [
    "a form",
    "/proof/tokens",
    post(RUN, { "Content-Type": "application/x-www-form-urlencoded" }),
    415,
    "unsupported_media_type",
  ],
  [
    "a multipart form",
    "/proof/tokens",
    post(RUN, { "Content-Type": "multipart/form-data; boundary=b" }),
    415,
    "unsupported_media_type",
  ],
  ["no content type", "/proof/tokens", post(RUN, {}), 415, "unsupported_media_type"],
  ["broken JSON", "/proof/tokens", post("{"), 400, "bad_request"],
  ["an empty body", "/proof/tokens", post(""), 400, "bad_request"],
  ["an array", "/proof/tokens", post("[]"), 400, "bad_request"],
  ["null", "/proof/tokens", post("null"), 400, "bad_request"],
  ["no UTF-8", "/proof/tokens", post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400, "bad_request"],
  ["wrong types", "/proof/tokens", post('{"count":"many"}'), 400, "bad_request"],
  [
    "a long Idempotency-Key",
    "/proof/tokens",
    post(RUN, { ...JSON_TYPE, "Idempotency-Key": "k".repeat(129) }),
    400,
    "bad_request",
  ],
  ["a body of 2 MB", "/proof/measure", post(BIG), 413, "payload_too_large"],
  [
    "2 MB in chunks",
    "/proof/measure",
    post(BIG, { ...JSON_TYPE, "Transfer-Encoding": "chunked" }),
    413,
    "payload_too_large",
  ],
  ["an unknown route", "/proof/nope", post(RUN), 404, "unknown_action"],
  ["__proto__", "/proof/__proto__", post(RUN), 404, "unknown_action"],
  ["$connect", "/proof/$connect", post(RUN), 404, "unknown_action"],
  ["half an escape", "/proof/%E0%A4%A", post(RUN), 404, "unknown_action"],
  ["a reserved name", "/proof/uploads", post(RUN), 404, "unknown_action"],
  ["an unknown app", "/nope/tokens", post(RUN), 404, "not_found"],
  ["an unknown stream", "/proof/streams/unknown", {}, 404, "not_found"],
  [
    "an unknown stream, followed",
    "/proof/streams/unknown",
    { headers: { Accept: "text/event-stream" } },
    404,
    "not_found",
  ],
  ["an unknown stream, polled", "/proof/streams/unknown?wait=1", {}, 404, "not_found"],
  ["an unknown stream, cancelled", "/proof/streams/unknown/cancel", { method: "POST" }, 404, "not_found"],
  ["an unknown stream, erased", "/proof/streams/unknown", { method: "DELETE" }, 404, "not_found"],
  ["a list of an unknown state", "/proof/streams?state=odd", {}, 400, "bad_request"],
];

const ORIGIN = "https://app.example.com";
const OPERATIONS = ["/healthz", "/readyz", "/metrics", "/config.json"];

/** Bad requests over HTTP, and the defence against hostile pages (law 11). */
export function describeBadRequests(make: MakeProof, exempt: Exempt = {}): void {
  describe("law 11: bad requests", () => {
    caseOf(it, exempt, "each gets its status and the dialect's error; the server goes on", async () => {
      await using deployment = await make();
      for (const [name, path, init, status, code] of REQUESTS) {
        const answer = await rawRequest(deployment.url + path, init);
        expect([name, answer.status, codeOf(answer.text)]).toEqual([name, status, code]);
        expect(answer.headers["content-type"], name).toMatch(/^application\/json/);
      }
      const good = await request(`${deployment.url}/proof/tokens`, posted({ count: 3 }));
      expect(good.body["fullContent"]).toBe(numberedText(3));
      const charset = post(RUN, { "Content-Type": "Application/JSON; charset=utf-8" });
      expect((await rawRequest(`${deployment.url}/proof/tokens`, charset)).status).toBe(200);
    });

    it("offsets that are malformed are 400, those that the stream never gave 410, followed or polled", async () => {
      await using deployment = await make();
      const { body } = await request(`${deployment.url}/proof/tokens`, posted({ count: 3 }));
      const at = `${deployment.url}/proof/streams/${body.streamId}`;
      for (const [offset, status, code] of [
        ["x", 400, "bad_request"],
        ["01-1", 400, "bad_request"],
        ["1-5000", 410, "stream_gone"],
        [`${placeOf(body).epoch + 1}-1`, 410, "stream_gone"],
      ] as const) {
        const asked = [
          request(`${at}?wait=1&offset=${offset}`),
          request(`${at}?offset=${offset}`, { headers: { Accept: "text/event-stream" } }),
          request(at, { headers: { Accept: "text/event-stream", "Last-Event-ID": offset } }),
        ];
        for (const answer of await Promise.all(asked)) {
          const { code: told, streamId } = answer.body;
          expect([offset, answer.status, told, streamId]).toEqual([offset, status, code, body.streamId]);
          expect(answer.body.offset).toBeUndefined();
        }
      }
      expect((await request(`${at}?wait=soon`)).status).toBe(400);
    });

    it("an erased stream is gone, and told apart from one that never was", async () => {
      await using deployment = await make();
      const { body } = await request(`${deployment.url}/proof/tokens`, posted({ count: 3 }));
      const at = `${deployment.url}/proof/streams/${body.streamId}`;
      expect((await request(at, { method: "DELETE" })).status).toBe(204);
      const gone = await request(at);
      expect([gone.status, gone.body["code"]]).toEqual([410, "stream_gone"]);
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      client.send({ action: "resume", streamId: body.streamId });
      const told = await client.log.first(({ type }) => type === "error");
      expect([told["code"], told.streamId]).toEqual(["stream_gone", body.streamId]);
    });

    caseOf(it, exempt, "an upgrade to no app is 404, whatever its path", async () => {
      await using deployment = await make();
      for (const path of ["/nope", "/", "/__proto__", "/constructor", "/proof/tokens", "/%E0%A4%A"]) {
        await expect(SocketClient.open(deployment.wsUrl + path), path).rejects.toThrow("refused with 404");
      }
    });
  });

  describe("browser defence", () => {
    caseOf(it, exempt, "a foreign Host is 403 everywhere but at the operations; on the WebSocket too", async () => {
      await using deployment = await make({ origins: [ORIGIN] });
      for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"]) {
        const headers = { Host: host };
        const asked = { ...post(RUN), headers: { ...JSON_TYPE, ...headers } };
        expect((await rawRequest(`${deployment.url}/proof/tokens`, asked)).status).toBe(403);
        expect((await rawRequest(`${deployment.url}/proof/streams`, { headers })).status).toBe(403);
        expect((await rawRequest(`${deployment.url}/`, { headers })).status).toBe(403);
        await expect(SocketClient.open(`${deployment.wsUrl}/proof`, { headers })).rejects.toThrow("refused with 403");
        for (const path of OPERATIONS) expect((await rawRequest(deployment.url + path, { headers })).status).toBe(200);
      }
      for (const host of ["localhost:1", "127.0.0.1", "[::1]:80", "app.example.com"]) {
        expect((await rawRequest(`${deployment.url}/proof/streams`, { headers: { Host: host } })).status).toBe(200);
      }
    });

    it("a foreign Origin is 403, on HTTP, at a preflight and on the WebSocket, and gets no CORS answer", async () => {
      await using deployment = await make({ origins: [ORIGIN] });
      for (const origin of ["https://evil.example", "null", `${ORIGIN}.evil.example`, "http://app.example.com", ""]) {
        const headers = { Origin: origin };
        for (const init of [{ headers }, { headers, method: "OPTIONS" }, post(RUN, { ...JSON_TYPE, ...headers })]) {
          const answer = await rawRequest(`${deployment.url}/proof/streams`, init);
          expect([origin, answer.status]).toEqual([origin, 403]);
          expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
        }
        const opening = SocketClient.open(`${deployment.wsUrl}/proof`, { headers });
        await expect(opening, origin).rejects.toThrow("refused with 403");
      }
    });

    it("an allowed Origin gets its CORS answers: preflight, JSON, event stream and errors", async () => {
      await using deployment = await make({ origins: [ORIGIN] });
      const headers = { Origin: ORIGIN };
      const preflight = await rawRequest(`${deployment.url}/proof/tokens`, {
        method: "OPTIONS",
        headers: {
          ...headers,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "content-type",
        },
      });
      expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, ORIGIN]);
      for (const method of ["GET", "POST", "PUT", "DELETE"]) {
        expect(preflight.headers["access-control-allow-methods"]).toContain(method);
      }
      for (const name of [
        "content-type",
        "authorization",
        "idempotency-key",
        "last-event-id",
        "prefer",
        "sluice-session",
      ]) {
        expect(preflight.headers["access-control-allow-headers"]?.toLowerCase()).toContain(name);
      }
      const answers = await Promise.all([
        rawRequest(`${deployment.url}/proof/tokens`, post(RUN, { ...JSON_TYPE, ...headers })),
        rawRequest(
          `${deployment.url}/proof/tokens`,
          post(RUN, { ...JSON_TYPE, ...headers, Accept: "text/event-stream" }),
        ),
        rawRequest(`${deployment.url}/proof/tokens`, post("{", { ...JSON_TYPE, ...headers })),
        rawRequest(`${deployment.url}/proof/streams/unknown`, { headers }),
        rawRequest(`${deployment.url}/proof/nope`, post(RUN, { ...JSON_TYPE, ...headers })),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 404, 404]);
      for (const answer of answers) {
        expect(answer.headers["access-control-allow-origin"]).toBe(ORIGIN);
        expect(answer.headers["vary"]?.toLowerCase()).toContain("origin");
      }
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`, { headers });
      client.send({ action: "ping" });
      await client.log.first(({ type }) => type === "pong");
    });

    it("the server's own origin is allowed", async () => {
      await using deployment = await make();
      const headers = { Origin: deployment.url };
      expect((await rawRequest(`${deployment.url}/proof/streams`, { headers })).status).toBe(200);
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`, { headers });
      client.send({ action: "tokens", count: 2 });
      await client.log.whole();
      await using events = await EventStream.open(`${deployment.url}/proof/tokens`, posted({ count: 2 }));
      expect(await events.ended).toBe(true);
    });
  });
}

function codeOf(text: string): unknown {
  return (JSON.parse(text) as { code?: unknown }).code;
}
