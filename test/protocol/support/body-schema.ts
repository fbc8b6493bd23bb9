/** What the apps' own addresses answer with: the longest path that fits counts. */
const BODIES: Readonly<Record<string, string>> = {
  "/titles/stream": "titles-frame.json",
  "/titles/projects/": "titles-frame.json#/$defs/cards",
  "/images/processImage": "images-frame.json",
  "/images/uploads": "images-frame.json#/$defs/upload",
  "/llm/llm/": "llm-frame.json",
  "/realestate/invoke": "realestate-frame.json",
  "/predictions/makecall": "predictions-frame.json#/$defs/results",
};

/** The schema that an HTTP answer which is no error has to fit; undefined where none is known. */
export function bodySchema(app: string, { pathname, searchParams }: URL, status: number): string | undefined {
  if (status === 202) return pathname.endsWith("/cancel") ? "stream-report.json" : "accepted.json";
  if (pathname === `/${app}/streams`) return "stream-list.json";
  if (pathname === "/predictions/calls") return `predictions-frame.json#/$defs/${status === 201 ? "call" : "calls"}`;
  if (!pathname.startsWith(`/${app}/streams/`))
    return BODIES[Object.keys(BODIES).find((path) => pathname.startsWith(path)) ?? ""];
  return searchParams.has("wait") ? "poll-answer.json" : "stream-report.json";
}
