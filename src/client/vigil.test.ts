import { describe, expect, it } from "vitest";
import { ClientLab } from "../../test/property/client-lab.ts";

const MINUTE = 60_000;

/** A lab with a run under way on a WebSocket. */
async function working(): Promise<ClientLab> {
  const lab = new ClientLab({ jitter: 1, transports: ["websocket", "sse", "poll"], storage: "none" });
  lab.begin(0, false);
  await lab.pass(10_000);
  return lab;
}

function end(lab: ClientLab): void {
  for (const stream of lab.server.streams.values()) stream.end("complete");
}

describe("the connection in step with its page", () => {
  it("offline: an open connection is kept, a lost one is not dialled until the network is back, and then at once", async () => {
    const lab = await working();
    lab.tell("offline");
    expect(lab.client.connection.state).toBe("open");
    const dials = lab.sockets.all.length;
    lab.live!.socket.cut();
    expect(lab.client.connection).toMatchObject({ state: "suspended", reason: "offline" });
    await lab.pass(10 * MINUTE);
    expect(lab.sockets.all).toHaveLength(dials);
    lab.tell("online");
    await lab.pass(0);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    lab.client.close();
  });

  it("online, and visible again: an open connection is asked whether it lives, and given up after 5 s", async () => {
    for (const event of ["online", "visible", "thawed"] as const) {
      const lab = await working();
      lab.live!.frozen = true;
      const pings = lab.sockets.last.actions("ping").length;
      lab.tell(event);
      expect(lab.sockets.last.actions("ping")).toHaveLength(pings + 1);
      const { socket } = lab.live!;
      await lab.pass(4750);
      expect(socket.released, event).toBe(false);
      await lab.pass(250);
      expect(socket.released, event).toBe(true);
      lab.client.close();
    }
  });

  it("online cuts a pause short", async () => {
    const lab = await working();
    lab.wall = "refused";
    lab.http.weather = "down";
    lab.live!.socket.cut();
    await lab.pass(MINUTE);
    expect(lab.client.connection.state).toBe("waiting");
    lab.wall = "open";
    lab.tell("online");
    await lab.pass(0);
    expect(lab.client.connection.state).toBe("open");
    lab.client.close();
  });

  it("frozen: the connection is let go, so that the page may be kept; thawed: every stream goes on", async () => {
    const lab = await working();
    lab.tell("frozen");
    expect(lab.client.connection).toMatchObject({ state: "suspended", reason: "the page is frozen" });
    expect(lab.sockets.last.released).toBe(true);
    expect(lab.runs[0]!.state).toBe("resuming");
    lab.server.streams.get("s0")!.append({ type: "text-delta", text: "meanwhile" });
    lab.tell("thawed");
    await lab.pass(0);
    expect(lab.runs[0]).toMatchObject({ state: "streaming", text: "meanwhile" });
    lab.client.close();
  });

  it("frozen: what is learnt late of an earlier dial wakes nothing", async () => {
    const lab = new ClientLab({ jitter: 0.5, transports: ["websocket", "sse", "poll"], storage: "none" });
    lab.wall = "refused";
    lab.http.weather = "slow";
    lab.begin(0, false);
    await lab.pass(1000);
    lab.tell("frozen");
    await lab.pass(MINUTE);
    expect(lab.client.connection.state).toBe("suspended");
    lab.client.close();
  });

  it("hidden: what is followed goes on; with nothing to follow the connection goes after 5 minutes", async () => {
    const lab = await working();
    lab.tell("hidden");
    await lab.pass(12 * MINUTE);
    expect(lab.client.connection.state).toBe("open");
    end(lab);
    await lab.pass(2 * MINUTE);
    expect(lab.client.connection.state).toBe("open");
    await lab.pass(2 * MINUTE);
    expect(lab.client.connection).toMatchObject({ state: "suspended", reason: "the page is hidden" });
    lab.tell("visible");
    expect(lab.client.connection.state).toBe("idle");
    lab.begin(1, false);
    await lab.pass(0);
    expect(lab.client.connection.state).toBe("open");
    lab.client.close();
  });

  it("visible again in time keeps it; a failed connection is not dialled by any of that", async () => {
    const lab = await working();
    end(lab);
    lab.tell("hidden");
    await lab.pass(4 * MINUTE);
    lab.tell("visible");
    await lab.pass(4 * MINUTE);
    expect(lab.client.connection.state).toBe("open");
    lab.live!.socket.cut(4503, "not for you");
    const dials = lab.sockets.all.length;
    for (const event of ["online", "visible", "thawed", "frozen", "offline"] as const) lab.tell(event);
    await lab.pass(MINUTE);
    expect(lab.client.connection.state).toBe("failed");
    expect(lab.sockets.all).toHaveLength(dials);
    lab.client.close();
    expect(lab.clock.pending).toBe(0);
  });
});
