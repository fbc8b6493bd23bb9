import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Defence, PREFLIGHT_HEADERS } from "./defence.ts";
import { DIALECT_HEADER } from "./frame-dialect.ts";

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

  it("a page of an allowed origin may send every request header that PROTOCOL.md section 7 names", () => {
    const allowed = PREFLIGHT_HEADERS["Access-Control-Allow-Headers"]!.split(", ");
    const text = readFileSync(new URL("../../../PROTOCOL.md", import.meta.url), "utf8");
    const named = Array.from(text.matchAll(/`((?:Sluice-|Idempotency-|Last-Event-)[A-Za-z-]+)/g), ([, name]) => name!);
    expect(named).toContain(DIALECT_HEADER);
    expect(allowed).toEqual(expect.arrayContaining([...new Set(named), "Authorization", "Content-Type", "Prefer"]));
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
