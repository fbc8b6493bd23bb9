/** One way to write the same page. */
export interface Variant {
  readonly name: string;
  readonly title: string;
  /** Its script among `pages/`. */
  readonly page: string;
  /** Milliseconds between the updates of `useChat`; absent: none. */
  readonly throttle?: number;
}

export const NAIVE: Variant = { name: "naive", title: "naive code", page: "naive" };
export const SLUICE: Variant = { name: "sluice", title: "Sluice", page: "sluice" };

/** The first is what the others are held against. */
export const VARIANTS: readonly Variant[] = [
  NAIVE,
  { name: "usechat", title: "useChat", page: "ai-sdk" },
  { name: "usechat50", title: "useChat, throttle 50", page: "ai-sdk", throttle: 50 },
  SLUICE,
];
