import { expect, it } from "vitest";
import { gateway } from "../../src/gateway.ts";
import type { Principal } from "../../src/principal.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { ask, engineFixture, plainDialect } from "../support/engine-fixture.ts";

it("a token that is accepted after its connection is gone leaves no timer behind", async () => {
  const clock = new FakeClock();
  const principal = { id: "ann", expiresAt: clock.now() + 3_600_000 };
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Principal>();
  const slow = gateway({
    routes: { ask },
    dialect: plainDialect,
    authorize: () => {
      asked.resolve();
      return answer.promise;
    },
  });
  const { connect } = engineFixture({ clock, gateway: slow });
  const { connection, say } = connect({ principal });
  expect(clock.pending).toBe(1);
  say({ action: "authenticate", token: "fresh" });
  await asked.promise;
  connection.gone();
  expect(clock.pending).toBe(0);
  answer.resolve({ ...principal, expiresAt: principal.expiresAt + 3_600_000 });
  await settled();
  expect(connection.caller.principal?.expiresAt).toBe(principal.expiresAt + 3_600_000);
  expect(clock.pending).toBe(0);
});
