import { expect, it } from "vitest";
import type { Credentials } from "../principal.ts";
import { operatorsOnly } from "./operator.ts";

const credentials: Credentials = { header: () => undefined, query: new URLSearchParams() };
const withRoles = (roles: unknown) => operatorsOnly(() => ({ id: "ann", claims: { roles } }));

it.each([["operator"], [["operator"]], [["editor", "operator"]]])(
  "law 9: the roles %j make an operator",
  async (roles) => {
    expect(await withRoles(roles)(credentials)).toMatchObject({ id: "ann" });
  },
);

it.each([[undefined], [null], ["editor"], ["operators"], [[]], [[["operator"]]], [{ operator: true }], [["Operator"]]])(
  "law 9: the roles %j make none",
  async (roles) => {
    await expect(withRoles(roles)(credentials)).rejects.toMatchObject({ code: "forbidden" });
  },
);

it("law 9: who has no valid token is nobody, not forbidden", async () => {
  expect(await operatorsOnly(() => undefined)(credentials)).toBeUndefined();
});
