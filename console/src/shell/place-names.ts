import type { Place, SystemName } from "../routing.ts";

/** What each page is called. */
export const PLACE_NAMES: Readonly<Record<SystemName | "operations", string>> = {
  titles: "Titles",
  images: "Images",
  llm: "Chat",
  realestate: "Real estate",
  predictions: "Predictions",
  operations: "Operations",
};

/** What the browser's tab is called; the operator's pages say it themselves. */
export function titleOf(place: Place): string | undefined {
  switch (place.page) {
    case "system":
      return `${PLACE_NAMES[place.system]} · Sluice`;
    case "stream":
      return "One answer · Sluice";
    case "unknown":
      return "Nothing here · Sluice";
    case "operations":
      return undefined;
  }
}
