import { type ReactElement, useEffect } from "react";
import { useSetting } from "../setting.ts";
import { theme } from "../settings.ts";
import { Icon, type IconName } from "./icon.tsx";

const CHOICES: readonly { readonly value: string; readonly name: string; readonly icon: IconName }[] = [
  { value: "light", name: "Light colours", icon: "sun" },
  { value: "dark", name: "Dark colours", icon: "moon" },
  { value: "system", name: "Colours as the system has them", icon: "system" },
];

/** Light, dark, or as the system has it; remembered for this site. */
export function ThemeSwitch(): ReactElement {
  const stored = useSetting(theme);
  const chosen = stored === "light" || stored === "dark" ? stored : "system";
  useEffect(() => {
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
  }, [chosen]);
  return (
    <fieldset className="flex rounded-lg border border-line bg-surface p-0.5">
      <legend className="sr-only">Colours</legend>
      {CHOICES.map(({ value, name, icon }) => (
        <label
          key={value}
          title={name}
          className="grid size-7 place-items-center rounded-md text-soft has-checked:bg-accent-wash has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="theme"
            className="sr-only"
            aria-label={name}
            checked={chosen === value}
            onChange={() => theme.set(value === "system" ? undefined : value)}
          />
          <Icon name={icon} />
        </label>
      ))}
    </fieldset>
  );
}
