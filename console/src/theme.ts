import { byId } from "./element.ts";

const KEY = "sluice.theme";
type Theme = "light" | "dark";

/** The button that switches between light and dark; without a choice the system's preference holds. */
export function startTheme(): void {
  const toggle = byId("theme", HTMLButtonElement);
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const current = (): Theme => stored() ?? (systemDark.matches ? "dark" : "light");
  const show = (): void => {
    const theme = current();
    const other = theme === "dark" ? "light" : "dark";
    const choice = stored();
    if (choice === undefined) delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = choice;
    toggle.textContent = theme === "dark" ? "☀\uFE0E" : "☾";
    toggle.setAttribute("aria-label", `Switch to ${other} colours`);
    toggle.title = `Switch to ${other} colours`;
  };
  toggle.addEventListener("click", () => {
    store(current() === "dark" ? "light" : "dark");
    show();
  });
  systemDark.addEventListener("change", show);
  show();
}

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    document.documentElement.dataset["theme"] = theme;
  }
}
