import { expect, it } from "vitest";
import { placeOf, streamHref } from "./routing.ts";

it("knows its pages; without an address it is the first system's", () => {
  expect(placeOf("")).toEqual({ page: "system", system: "titles" });
  expect(placeOf("#/")).toEqual({ page: "system", system: "titles" });
  expect(placeOf("#/images")).toEqual({ page: "system", system: "images" });
  expect(placeOf("#/operations")).toEqual({ page: "operations", path: "" });
  expect(placeOf("#/operations/streams/a/b?at=1")).toEqual({ page: "operations", path: "/streams/a/b?at=1" });
});

it("reads the address of a stream as it was written", () => {
  expect(placeOf(streamHref("a/b", "c d%"))).toEqual({ page: "stream", app: "a/b", streamId: "c d%" });
});

it("knows what is no page", () => {
  for (const hash of ["#/nothing", "#/images/more", "#/streams/titles", "#/streams/a/b/c", "#main"]) {
    expect(placeOf(hash), hash).toEqual({ page: "unknown" });
  }
});
