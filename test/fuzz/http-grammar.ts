import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { someMessage, someValue } from "./json-grammar.ts";
import { type KnownStreams, awkwardText, chance, randomBytes, someOffset } from "./pieces.ts";

/** One HTTP request as bytes, and how the client goes on. */
export interface RudeRequest {
  readonly bytes: Buffer;
  readonly method: string;
  /** `whole`: the server has what it needs. `short`: it waits for more. `odd`: nobody can say. */
  readonly state: "whole" | "short" | "odd";
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "QUERY"];
const TYPES = [
  ...Array.from({ length: 12 }, () => "application/json"),
  "application/json; charset=utf-8",
  "application/vnd.x+json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "",
  "application/json, text/plain",
  "json",
];
const ACCEPTS = [
  "*/*",
  "application/json",
  "text/event-stream",
  "text/event-stream",
  "TEXT/Event-Stream;q=0.1",
  "image/png",
  "",
  ",,,",
];
const PREFERS = ["respond-async", "wait=1", "respond-async, wait=1", "RESPOND-ASYNC", "return=minimal", ";;;", ""];
const DIALECTS = ["sluice.v1", "sluice.v1", "SLUICE.V1", "sluice.v2", "sluice.v1, sluice.v1", "", "__proto__"];
const WAITS = ["0", "0", "1", "25", "9999", "99999", "-1", "1.5", "1e1", "0x1", "soon", "", "%00", "1&wait=2"];
const SESSIONS = ["s1", "s2", "", "%ED%A0%80", "x".repeat(128), "x".repeat(129), "__proto__", "%F0%9F%98%80"];

export function someRequest(random: SeededRandom, known: KnownStreams): RudeRequest {
  if (chance(random, 0.03)) return { bytes: randomBytes(random, random.integer(1, 600)), method: "?", state: "odd" };
  const method = someMethod(random);
  const target = chance(random, 0.6) ? fittingTarget(random, known, method) : someTarget(random, known);
  const { headers, body, state } = someBody(random, known, method);
  const lines = [`${method} ${target} HTTP/${chance(random, 0.98) ? "1.1" : random.pick(["1.0", "0.9", "2.0", "9"])}`];
  lines.push(...hostLines(random), ...someHeaders(random), ...headers, "", "");
  let bytes = Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), body]);
  if (chance(random, 0.03)) {
    bytes = bytes.subarray(0, random.integer(1, bytes.length));
    return { bytes, method, state: "odd" };
  }
  return { bytes, method, state: METHODS.includes(method) ? state : "odd" };
}

function someMethod(random: SeededRandom): string {
  if (chance(random, 0.03)) return random.pick(["get", "BREW", "CONNECT", "PRI", "", "G E T"]);
  return chance(random, 0.75) ? random.pick(["GET", "POST"]) : random.pick(METHODS);
}

/** A path that takes this method, so that what follows it is looked at. */
function fittingTarget(random: SeededRandom, known: KnownStreams, method: string): string {
  const stream = `/fuzz/streams/${known.pick(random)}`;
  const query = chance(random, 0.4) ? `?${someQuery(random)}` : "";
  if (method === "POST")
    return random.pick(["/fuzz/tokens", "/fuzz/mirror", `${stream}/cancel`, `${stream}/delivery`]) + query;
  if (method === "PUT") return "/fuzz/projects/p1/note";
  return (method === "GET" ? random.pick([stream, stream, "/fuzz/streams", "/fuzz/projects/p1/note"]) : stream) + query;
}

function someTarget(random: SeededRandom, known: KnownStreams): string {
  const id = known.pick(random);
  const path = random.pick([
    "/fuzz/tokens",
    "/fuzz/tokens",
    "/fuzz/mirror",
    "/fuzz/mirror",
    "/fuzz/streams",
    `/fuzz/streams/${id}`,
    `/fuzz/streams/${id}`,
    `/fuzz/streams/${id}/cancel`,
    "/fuzz/projects/p1/note",
    `/fuzz/projects/${encodeURIComponent(awkwardText(random).toWellFormed())}/note`,
    "/fuzz/nope",
    "/fuzz",
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/config.json",
    "/nope/tokens",
  ]);
  const odd = [
    "/fuzz/%E0%A4%A",
    "/fuzz/streams/%",
    "/fuzz/../fuzz/tokens",
    "/fuzz/%2e%2e/%2e%2e/etc/passwd",
    "//fuzz//tokens",
    "//",
    "///x",
    "/\\fuzz",
    "*",
    "http://127.0.0.1/fuzz/streams",
    "http://[/",
    "fuzz",
    "/fuzz/streams/%00",
    "/fuzz/streams/__proto__",
    "/__proto__/streams",
    "/constructor/x",
    `/${"a".repeat(random.integer(1000, 9000))}`,
    `/fuzz/streams/${"%20".repeat(200)}`,
    "/fuzz/tokens?x=\xff\xfe",
  ];
  const base = chance(random, 0.12) ? random.pick(odd) : path;
  return chance(random, 0.4) ? `${base}?${someQuery(random)}` : base;
}

function someQuery(random: SeededRandom): string {
  const pairs = Array.from({ length: random.integer(1, 3) }, () =>
    random.pick([
      `wait=${random.pick(WAITS)}`,
      `offset=${encodeURIComponent(someOffset(random).toWellFormed())}`,
      `session=${random.pick(SESSIONS)}`,
      `state=${random.pick(["running", "ended", "odd", ""])}`,
      `cursor=${random.pick(["", "forged", "e30", "W10", "bnVsbA", "x".repeat(1025)])}`,
      "%",
      "=",
      "a[b]=c",
      "%ZZ=%zz",
    ]),
  );
  return pairs.join("&");
}

function hostLines(random: SeededRandom): string[] {
  if (chance(random, 0.93)) return ["Host: 127.0.0.1"];
  return random.pick([
    [],
    ["Host: evil.example"],
    ["Host: 127.0.0.1", "Host: 127.0.0.1"],
    ["Host: "],
    ["Host: localhost:99999"],
    ["Host: a b"],
    ["Host: [::1"],
    ["Host: user@127.0.0.1"],
    ["Host: 127.0.0.1/x"],
    ["Host: LOCALHOST"],
    ["Host: \xff"],
  ]);
}

function someHeaders(random: SeededRandom): string[] {
  const lines: string[] = [];
  const now = (probability: number, line: () => string): void => {
    if (chance(random, probability)) lines.push(line());
  };
  now(0.6, () => `Accept: ${random.pick(ACCEPTS)}`);
  now(0.2, () => `Prefer: ${random.pick(PREFERS)}`);
  now(0.2, () => `Sluice-Dialect: ${random.pick(DIALECTS)}`);
  now(0.2, () => `Last-Event-ID: ${headerText(someOffset(random))}`);
  now(
    0.25,
    () => `Idempotency-Key: ${headerText(chance(random, 0.5) ? `k${random.integer(0, 30)}` : awkwardText(random))}`,
  );
  now(
    0.2,
    () => `Sluice-Session: ${headerText(decodeURIComponent(random.pick(["s1", "s2", "", "%C3%BC", "x".repeat(129)])))}`,
  );
  now(0.1, () => `Origin: ${random.pick(["http://127.0.0.1", "http://evil.example", "null", "", "http://[", "\xff"])}`);
  now(0.05, () => `Authorization: ${random.pick(["Bearer x", "Bearer", "Basic eDp5", "Bearer  "])}`);
  now(0.03, () => "Expect: 100-continue");
  now(0.02, () => "Expect: something");
  now(0.03, () => `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${random.pick(["h2c", "websocket", "x"])}`);
  now(0.02, () => `X-Long: ${"y".repeat(random.pick([8000, 16_000, 40_000]))}`);
  now(0.02, () => Array.from({ length: random.pick([100, 200, 1000]) }, (_, at) => `X-${at}: 1`).join("\r\n"));
  now(0.02, () =>
    random.pick([
      "No colon here",
      ": no name",
      "Bad Name: 1",
      "X: a\0b",
      "X: a\rb",
      " folded: 1",
      "Content-Type: text/html",
    ]),
  );
  now(0.5, () => "Connection: close");
  return lines;
}

interface Body {
  readonly headers: string[];
  readonly body: Buffer;
  readonly state: "whole" | "short" | "odd";
}

function someBody(random: SeededRandom, known: KnownStreams, method: string): Body {
  if (method !== "POST" && method !== "PUT" && chance(random, 0.9))
    return { headers: [], body: Buffer.alloc(0), state: "whole" };
  const body = bodyBytes(random, known);
  const type = random.pick(TYPES);
  const headers = type === "" ? [] : [`Content-Type: ${type}`];
  switch (random.integer(0, 19)) {
    case 0:
      return { headers: [...headers, `Content-Length: ${body.length + random.integer(1, 100)}`], body, state: "short" };
    case 1:
      return {
        headers: [...headers, `Content-Length: ${Math.max(0, body.length - random.integer(1, 10))}`],
        body,
        state: "odd",
      };
    case 2: {
      const length = random.pick(["-1", "1e3", "0x10", "99999999999999999999", "", "5, 5", "abc", "+5", "1048577"]);
      return { headers: [...headers, `Content-Length: ${length}`], body, state: "odd" };
    }
    case 3:
      return { headers: [...headers, "Transfer-Encoding: chunked"], body: chunked(random, body), state: "whole" };
    case 4: {
      const whole = chunked(random, body);
      return {
        headers: [...headers, "Transfer-Encoding: chunked"],
        body: whole.subarray(0, random.integer(0, whole.length - 1)),
        state: "short",
      };
    }
    case 5: {
      const coding = random.pick([
        "chunked, chunked",
        "identity",
        "gzip, chunked",
        "chunked, gzip",
        "xchunked",
        "chunked\r\nContent-Length: 5",
        "\tchunked",
      ]);
      return { headers: [...headers, `Transfer-Encoding: ${coding}`], body: chunked(random, body), state: "odd" };
    }
    case 6: {
      const bad = Buffer.from(
        random.pick([
          "zz\r\nabc\r\n",
          "ffffffffffffffff\r\n",
          "5;x=\r\nhello\r\n",
          "-5\r\nhello\r\n",
          `5;${"e".repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
        ]),
      );
      return { headers: [...headers, "Transfer-Encoding: chunked"], body: bad, state: "odd" };
    }
    default:
      return { headers: [...headers, `Content-Length: ${body.length}`], body, state: "whole" };
  }
}

function bodyBytes(random: SeededRandom, known: KnownStreams): Buffer {
  switch (random.integer(0, 14)) {
    case 0:
      return randomBytes(random, random.integer(0, 300));
    case 1:
      return Buffer.alloc(0);
    case 2:
      return Buffer.from(someValue(random));
    case 3:
      return chance(random, 0.1) ? Buffer.from(`{"text":"${"x".repeat(1_100_000)}"}`) : Buffer.from("{}");
    case 4:
      return Buffer.from(someMessage(random, known));
    default:
      return Buffer.from(JSON.stringify({ count: random.integer(0, 20), label: awkwardText(random).slice(0, 50) }));
  }
}

function chunked(random: SeededRandom, body: Buffer): Buffer {
  const parts: Buffer[] = [];
  const step = random.integer(1, 400);
  for (let at = 0; at < Math.min(body.length, 4000); at += step) {
    const part = body.subarray(at, at + step);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

/** Text as it can stand in a header: no line ends, one byte a character. */
function headerText(text: string): string {
  return text.replaceAll(/[\r\n\0]|[^\x00-\xff]/g, "?");
}
