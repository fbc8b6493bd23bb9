import fc from "fast-check";
import { describe, it } from "vitest";
import { FakeClock } from "../../src/testing/fake-clock.ts";
import { engineFixture } from "../support/engine-fixture.ts";
import { HAPPENINGS, ProtocolLab, type Step } from "./protocol-lab.ts";
import { campaign } from "./replay.ts";

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    happens: fc.constantFrom(...HAPPENINGS),
    who: fc.nat(2),
    which: fc.nat(2),
    size: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 4, maxLength: 40, size: "max" },
);

const limits = fc.record({
  mergeAbove: fc.constantFrom(1, 4, 1000),
  mergedBytes: fc.constantFrom(40, 16_384),
  tailBytes: fc.constantFrom(200, 16_384),
  readBytes: fc.constantFrom(100, 262_144),
});

describe("the protocol, whatever its clients do", () => {
  it("laws 2 to 8: every follow is dense and ends once, errors have no offset, the store holds what was said", async () => {
    await fc.assert(
      fc.asyncProperty(steps, limits, async (schedule, limited) => {
        const lab = new ProtocolLab(engineFixture({ clock: new FakeClock(), limits: limited }));
        for (const step of schedule) await lab.happen(step);
        await lab.expectLaws();
      }),
      campaign(500),
    );
  });
});
