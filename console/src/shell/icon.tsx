import type { ReactElement } from "react";

const PATHS = {
  sun: "M8 4.75a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.5ZM8 1v1.25M8 13.75V15M1 8h1.25M13.75 8H15M3.05 3.05l.9.9M12.05 12.05l.9.9M3.05 12.95l.9-.9M12.05 3.95l.9-.9",
  moon: "M13.5 9.75A6 6 0 0 1 6.25 2.5a6 6 0 1 0 7.25 7.25Z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  cut: "M4.5 6.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5ZM4.5 13.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5ZM6 5.5l8 6M6 10.5l8-6",
  freeze: "M8 1.5v13M2.4 4.75l11.2 6.5M2.4 11.25l11.2-6.5M6.25 2.5 8 4.25 9.75 2.5M6.25 13.5 8 11.75l1.75 1.75",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  tab: "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7",
  more: "M3 10l5-5 5 5",
  less: "M3 6l5 5 5-5",
} as const;

export type IconName = keyof typeof PATHS;

/** A small drawing beside a word, or in a control that has a name. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg
      className="size-4 flex-none fill-none stroke-current stroke-[1.5] [stroke-linecap:round] [stroke-linejoin:round]"
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
