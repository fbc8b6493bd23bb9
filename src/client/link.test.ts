import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { FakeSocket } from "../testing/fake-socket.ts";
import { Link } from "./link.ts";

/** A reason in words for a developer. */
const WORDS: unknown = expect.any(String);

interface Bench {
  readonly link: Link;
  readonly socket: FakeSocket;
  readonly clock: FakeClock;
  readonly told: unknown[][];
}

function dialled(): Bench {
  const socket = new FakeSocket("ws://127.0.0.1:1/app", []);
  const clock = new FakeClock();
  const told: unknown[][] = [];
  const link = new Link(socket, clock, {
    opened: () => void told.push(["opened"]),
    alive: () => void told.push(["alive"]),
    received: (frame) => void told.push(["received", frame["type"]]),
    lost: (...how) => void told.push(["lost", ...how]),
  });
  return { link, socket, clock, told };
}

describe("a link", () => {
  it("is not alive for being open: only what comes proves it, and only once", () => {
    const { socket, told } = dialled();
    socket.accept();
    expect(told).toEqual([["opened"]]);
    socket.deliver("no JSON");
    socket.deliver({ type: "pong" });
    expect(told).toEqual([["opened"], ["alive"], ["received", "pong"]]);
  });

  it("is lost as mute where it passes nothing in 4 s, or closes before it has", async () => {
    const hung = dialled();
    hung.socket.accept();
    await hung.clock.advance(4000);
    expect(hung.told.at(-1)).toEqual(["lost", WORDS, undefined, true]);
    const refused = dialled();
    refused.socket.cut(1006);
    expect(refused.told).toEqual([["lost", "", 1006, true]]);
    const alive = dialled();
    alive.socket.accept();
    alive.socket.deliver({ type: "pong" });
    alive.socket.cut(1011, "oh");
    expect(alive.told.at(-1)).toEqual(["lost", "oh", 1011, false]);
  });

  it("tells nothing more once it is lost or let go, and leaves no timer", async () => {
    for (const let_go of [(link: Link) => link.release(), (link: Link) => link.lose("enough")]) {
      const { link, socket, clock, told } = dialled();
      socket.accept();
      socket.deliver({ type: "pong" });
      let_go(link);
      const before = told.length;
      socket.deliver({ type: "pong" });
      socket.cut();
      link.lose("again");
      await clock.advance(60_000);
      expect(told).toHaveLength(before);
      expect(socket.released).toBe(true);
      expect(clock.pending).toBe(0);
    }
  });

  it("counts pings and pongs: a pong says that what was sent before its ping was handled", () => {
    const { link, socket } = dialled();
    socket.accept();
    link.ping();
    link.ping();
    socket.deliver({ type: "pong" });
    expect([link.pings, link.pongs]).toEqual([2, 1]);
    expect(socket.actions("ping")).toHaveLength(2);
  });

  it("a server that does not speak our subprotocol is refused", () => {
    const { socket, told } = dialled();
    socket.accept("other");
    expect(told).toEqual([["lost", WORDS, 4500, true]]);
  });
});
