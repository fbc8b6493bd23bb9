import { describe, expect, it } from "vitest";
import { type HttpEventV1, type HttpEventV2, isHttpEvent, requestOf, resultOf } from "./http-event.ts";

const V2: HttpEventV2 = {
  rawPath: "/titles/streams/abc",
  rawQueryString: "offset=1-4&wait=2",
  headers: { host: "x.lambda-url.us-east-1.on.aws", accept: "application/json", "x-forwarded-host": "app.example.com" },
  cookies: ["a=1", "b=2"],
  requestContext: { domainName: "x.lambda-url.us-east-1.on.aws", http: { method: "GET" } },
};

const V1: HttpEventV1 = {
  httpMethod: "POST",
  path: "/titles/stream",
  multiValueHeaders: { "Content-Type": ["application/json"], Host: ["api.example.com"] },
  multiValueQueryStringParameters: { session: ["one two"] },
  requestContext: { domainName: "api.example.com" },
  body: Buffer.from('{"a":"é"}').toString("base64"),
  isBase64Encoded: true,
};

describe("HTTP events", () => {
  it("a request of payload format 2.0 names the host that the client used", () => {
    const request = requestOf(V2);
    expect(request.url).toBe("https://app.example.com/titles/streams/abc?offset=1-4&wait=2");
    expect(request.method).toBe("GET");
    expect(request.headers.get("cookie")).toBe("a=1; b=2");
    expect(request.headers.get("host")).toBe("app.example.com");
  });

  it("a request of payload format 1.0, its body in base64", async () => {
    const request = requestOf(V1);
    expect(request.url).toBe("https://api.example.com/titles/stream?session=one+two");
    expect(request.headers.get("content-type")).toBe("application/json");
    expect(await request.json()).toEqual({ a: "é" });
  });

  it("tells HTTP events from others", () => {
    expect([V1, V2, { rawPath: 1 }, { type: "REQUEST" }, null, "x"].map(isHttpEvent)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("a whole response: text as it is, all else in base64, cookies apart", async () => {
    const headers = new Headers({ "content-type": "application/json; charset=utf-8" });
    headers.append("set-cookie", "a=1; Secure");
    headers.append("set-cookie", "b=2");
    expect(await resultOf(new Response('{"x":1}', { status: 201, headers }))).toEqual({
      statusCode: 201,
      headers: { "content-type": "application/json; charset=utf-8" },
      cookies: ["a=1; Secure", "b=2"],
      body: '{"x":1}',
      isBase64Encoded: false,
    });
    const image = new Response(new Uint8Array([0, 255]), { headers: { "content-type": "image/png" } });
    expect(await resultOf(image)).toMatchObject({ body: "AP8=", isBase64Encoded: true });
  });
});
