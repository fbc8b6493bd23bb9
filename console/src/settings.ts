import { Setting } from "./setting.ts";

/** The caller's token, for every client and every request of this tab. */
export const token: Setting = new Setting("sluice.token", () => sessionStorage);

/** `light` or `dark`; as the system has it where there is none. */
export const theme: Setting = new Setting("sluice.theme", () => localStorage);

/** The ways that the playground's clients may go: one of `TRANSPORT_CHOICES`. */
export const transport: Setting = new Setting("sluice.transport", () => sessionStorage);
