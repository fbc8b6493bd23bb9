import { join } from "node:path";
import { jwt } from "sluice/auth/jwt";
import { FakeClock } from "sluice/testing";
import type { Deployment } from "./deployment.ts";
import { setFileClock } from "./file-clock.ts";
import { WITH_TOKENS, startHouse } from "./house.ts";
import { temporaryFolder } from "./one-process.ts";
import { systemsAtHome } from "./systems-at-home.ts";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.ts";

/** All systems, with tokens, by a clock that the test moves. */
export interface ClockedHouse extends Deployment {
  /** Epoch milliseconds. */
  now(): number;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
}

/** How to start one, and what it cannot do, with the reason. */
export interface ClockedMaker {
  make(): Promise<ClockedHouse>;
  readonly cannot: { readonly "watch an idle connection"?: string };
}

/** Of the models: so slow that a token ends before its answer does. */
export const TOKENS_PER_SECOND = 20;

/** In the test's own process. */
export const clockedOnNode: ClockedMaker = {
  cannot: {},
  async make() {
    const clock = new FakeClock(Date.now());
    const { server, [Symbol.asyncDispose]: dispose } = await startHouse({
      clock,
      tokensPerSecond: TOKENS_PER_SECOND,
      authorize: jwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE, clock }),
    });
    return {
      url: server.url,
      wsUrl: server.url.replace(/^http/, "ws"),
      port: server.port,
      now: () => clock.now(),
      advance: (ms) => clock.advance(ms),
      [Symbol.asyncDispose]: dispose,
    };
  },
};

/** As Lambda functions. */
export const clockedOnAws: ClockedMaker = {
  cannot: { "watch an idle connection": "no process holds its socket" },
  async make() {
    const folder = await temporaryFolder();
    const path = join(folder.path, "now");
    let now = Date.now();
    setFileClock(path, now);
    const home = await systemsAtHome(
      { tokensPerSecond: TOKENS_PER_SECOND, firstTokenMs: 0 },
      { ...WITH_TOKENS, TEST_CLOCK: path },
    );
    return {
      url: home.url,
      wsUrl: home.wsUrl,
      port: home.port,
      now: () => now,
      async advance(ms) {
        now += ms;
        setFileClock(path, now);
      },
      async [Symbol.asyncDispose]() {
        await home[Symbol.asyncDispose]();
        await folder.remove();
      },
    };
  },
};
