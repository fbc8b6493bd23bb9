import { describe, expect, it } from "vitest";
import { type Client, type KeptStorage, createClient } from "./index.ts";

interface Asked {
  readonly url: string;
  readonly headers: Record<string, string>;
}

function clientOf(url: string, storage?: KeptStorage): { client: Client; asked: Asked[] } {
  const asked: Asked[] = [];
  const client = createClient({
    url,
    token: "t",
    fetch: (at, { headers }) => {
      asked.push({ url: at, headers: headers as Record<string, string> });
      return Promise.resolve(Response.json({ items: [] }));
    },
    ...(storage !== undefined && { storage }),
  });
  return { client, asked };
}

function kept(): KeptStorage {
  const all = new Map<string, string>();
  return {
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
  };
}

describe("what goes over HTTP", () => {
  it("keeps the caller's headers in whatever form that fetch takes, and his instead of ours", async () => {
    const { client, asked } = clientOf("http://127.0.0.1:1/app");
    await client.fetch("/a", { headers: new Headers({ "Content-Type": "image/png", Accept: "text/plain" }) });
    await client.fetch("/b", { headers: [["X-Page", "7"]] });
    await client.fetch("/c", { headers: { "X-Page": "8" } });
    client.close();
    expect(asked[0]!.headers).toEqual({
      "content-type": "image/png",
      accept: "text/plain",
      Authorization: "Bearer t",
      "Sluice-Session": client.session,
    });
    expect(asked.slice(1).map(({ headers }) => [headers["X-Page"], headers["Accept"]])).toEqual([
      ["7", "application/json"],
      ["8", "application/json"],
    ]);
  });

  it("law 9: the tab keeps a session for each server, which a reload finds, and no other server learns", () => {
    const storage = kept();
    const session = (url: string): string => clientOf(url, storage).client.session;
    const mine = session("https://mine.example/titles");
    expect(session("https://mine.example/titles")).toBe(mine);
    expect(session("https://other.example/titles")).not.toBe(mine);
  });
});
