import { useSyncExternalStore } from "react";
import { Listeners } from "../../listeners.ts";

/** The page's colours as a canvas takes them: it knows no variables. A new object when they change. */
export interface ChartColours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly accent: string;
  readonly wash: string;
  readonly warn: string;
  readonly font: string;
}

const COLOURS = {
  ink: "var(--sluice-ink)",
  soft: "var(--sluice-ink-soft)",
  line: "var(--sluice-line)",
  accent: "var(--sluice-accent)",
  wash: "color-mix(in srgb, var(--sluice-accent) 22%, transparent)",
  warn: "var(--sluice-warn)",
} as const;

const listeners = new Listeners();
let users = 0;
let current: ChartColours | undefined;
let stopWatching: (() => void) | undefined;

/** The colours of now; renders again when the scheme or the chosen theme changes. */
export function useChartColours(): ChartColours {
  return useSyncExternalStore(subscribe, () => (current ??= readColours()));
}

function subscribe(listener: () => void): () => void {
  const leave = listeners.subscribe(listener);
  users += 1;
  stopWatching ??= watchTheme();
  return () => {
    leave();
    users -= 1;
    if (users > 0) return;
    stopWatching?.();
    stopWatching = undefined;
    current = undefined;
  };
}

function watchTheme(): () => void {
  const changed = (): void => {
    current = undefined;
    listeners.tell();
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", changed);
  const theme = new MutationObserver(changed);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    dark.removeEventListener("change", changed);
    theme.disconnect();
  };
}

/** A variable's own value may be `light-dark(…)`: only a property that uses it tells the colour. */
function readColours(): ChartColours {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const read = (colour: string): string => {
    probe.style.color = colour;
    return style.color;
  };
  const colours = {
    ink: read(COLOURS.ink),
    soft: read(COLOURS.soft),
    line: read(COLOURS.line),
    accent: read(COLOURS.accent),
    wash: read(COLOURS.wash),
    warn: read(COLOURS.warn),
    font: `12px ${style.fontFamily}`,
  };
  probe.remove();
  return colours;
}
