import { expect, it } from "vitest";
import { operationsHref, operationsPlace } from "./place.ts";

it("reads the addresses that it writes", () => {
  const path = operationsHref("a/b", "x y", 12).slice("#/operations".length);
  expect(operationsPlace(path)).toEqual({ page: "stream", app: "a/b", streamId: "x y", at: 12 });
  expect(operationsPlace("/streams/titles/abc?at=1e9")).toMatchObject({ at: undefined });
});

it("knows the pages, and what is none", () => {
  const pages = ["", "/", "/connections", "/streams", "/streams/a", "/connections/a", "/streams/a/%zz"];
  expect(pages.map((path) => operationsPlace(path).page)).toEqual([
    "streams",
    "streams",
    "connections",
    "unknown",
    "unknown",
    "unknown",
    "stream",
  ]);
});
