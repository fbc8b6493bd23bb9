import { describe, expect, it } from "vitest";
import { Defence } from "./defence.ts";

const APP = "https://app.example.com";
const defence = new Defence([APP]);

describe("browser defence (PROTOCOL.md section 10)", () => {
  it.each([
    ["127.0.0.1:8787", undefined],
    ["localhost:8787", undefined],
    ["titles.localhost", undefined],
    ["[::1]:8787", undefined],
    ["127.0.0.1:8787", "http://127.0.0.1:8787"],
    ["127.0.0.1:8787", APP],
    ["app.example.com", APP],
    ["APP.example.com", undefined],
  ])("Host %s with Origin %s is answered", (host, origin) => {
    expect(() => defence.check({ host, origin })).not.toThrow();
  });

  it.each([
    [undefined, undefined],
    ["evil.example", undefined],
    ["localhost.evil.example", undefined],
    ["127.0.0.1.evil.example", undefined],
    ["127.0.0.1:8787", "http://evil.example"],
    ["127.0.0.1:8787", "http://127.0.0.1:9999"],
    ["127.0.0.1:8787", "null"],
    ["127.0.0.1:8787", "http://app.example.com"],
    ["evil.example", "http://evil.example"],
  ])("Host %s with Origin %s is forbidden", (host, origin) => {
    expect(() => defence.check({ host, origin })).toThrow(expect.objectContaining({ code: "forbidden" }));
  });

  it("answers CORS for allowed origins only", () => {
    expect(defence.corsHeaders({ host: "127.0.0.1", origin: APP })).toMatchObject({
      "Access-Control-Allow-Origin": APP,
      Vary: "Origin",
    });
    expect(defence.corsHeaders({ host: "127.0.0.1", origin: "http://evil.example" })).toEqual({});
    expect(defence.corsHeaders({ host: "127.0.0.1", origin: undefined })).toEqual({});
  });
});
