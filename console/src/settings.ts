import { Setting } from "./setting.ts";

/** The caller's token, for every client and every request of this tab. */
export const token: Setting = new Setting("sluice.token", () => sessionStorage);

/** `light` or `dark`; as the system has it where there is none. */
export const theme: Setting = new Setting("sluice.theme", () => localStorage);

/** The ways that the playground's clients may go: one of `TRANSPORT_CHOICES`. */
export const transport: Setting = new Setting("sluice.transport", () => sessionStorage);

const kept: Setting = new Setting("sluice.session", () => sessionStorage);

/** The random id under which the server remembers this tab's anonymous requests: they are found again after a reload. */
export function session(): string {
  if (kept.value === undefined) kept.set(randomId());
  return kept.value!;
}

/** 128 random bits; `crypto.randomUUID` is missing where the page came over plain HTTP from another machine. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
