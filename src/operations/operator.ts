import { SluiceError } from "../protocol/errors.ts";
import type { Authorize } from "../principal.ts";

/** The member of the claim `roles` that makes a principal an operator. */
const ROLE = "operator";

/** Lets operators in, as this authorizer names them: principals whose claim `roles` is, or holds, "operator". */
export function operatorsOnly(authorize: Authorize): Authorize {
  return async (credentials) => {
    const principal = await authorize(credentials);
    if (principal === undefined || [principal.claims?.["roles"]].flat().includes(ROLE)) return principal;
    throw new SluiceError("forbidden", "This is for operators.");
  };
}
