import { expect, test } from "vitest";
import { FaultDealer } from "./fault-plan.ts";
import type { Prompt } from "./stand-in.ts";

function prompt(text: string, modelId = "m"): Prompt {
  return { modelId, system: "", messages: [{ role: "user", content: [{ text }] }], tools: [], inferenceConfig: {} };
}

test("a rule without a number of times is for one call, and a plan without rules for none", () => {
  const dealer = new FaultDealer({ fault: "cut" });
  expect(dealer.take("Converse", prompt("Hi"))).toEqual({ fault: "cut" });
  expect(dealer.take("Converse", prompt("Hi"))).toBeUndefined();
  expect(new FaultDealer().take("Converse", prompt("Hi"))).toBeUndefined();
});

test("rules are taken in their order, each as often as it says", () => {
  const dealer = new FaultDealer([
    { fault: "cut", times: 2 },
    { fault: "end", times: Infinity },
  ]);
  const faults = Array.from({ length: 5 }, () => dealer.take("Converse", prompt("Hi"))?.fault);
  expect(faults).toEqual(["cut", "cut", "end", "end", "end"]);
});

test("a rule is kept for the calls that fit it in everything it names", () => {
  const match = { modelId: "m", operation: "ConverseStream", text: "salt" } as const;
  const dealer = new FaultDealer({ match, fault: "cut" });
  expect(dealer.take("ConverseStream", prompt("sugar"))).toBeUndefined();
  expect(dealer.take("Converse", prompt("salt"))).toBeUndefined();
  expect(dealer.take("ConverseStream", prompt("salt", "other"))).toBeUndefined();
  expect(dealer.take("ConverseStream", prompt("More salt!"))?.fault).toBe("cut");
});

test("a new plan takes the place of what was left of the old one", () => {
  const dealer = new FaultDealer({ fault: "cut", times: Infinity });
  dealer.plan({ fault: "end" });
  expect(dealer.take("Converse", prompt("Hi"))?.fault).toBe("end");
  expect(dealer.take("Converse", prompt("Hi"))).toBeUndefined();
});
