import type { Phrase } from "./phrases.ts";

/** What a title may be made of. */
export interface Slots {
  readonly a: Phrase;
  readonly b?: Phrase | undefined;
  readonly name?: Phrase | undefined;
  readonly figure?: string | undefined;
  readonly quote?: string | undefined;
  readonly audience?: string | undefined;
}

/** Makes a title, or none where it lacks what it is made of. */
type Shape = (slots: Slots) => string | undefined;

function agree({ plural }: Phrase, singularVerb: string, pluralVerb: string): string {
  return plural ? pluralVerb : singularVerb;
}

const withTwo =
  (make: (a: string, b: string, slots: Slots) => string): Shape =>
  (slots) =>
    slots.b && make(slots.a.title, slots.b.title, slots);
const withName =
  (make: (a: string, name: string) => string): Shape =>
  ({ a, name }) =>
    name && make(a.title, name.title);
const withFigure =
  (make: (a: string, figure: string) => string): Shape =>
  ({ a, figure }) =>
    figure && make(a.title, figure);
const withOne =
  (make: (a: string, slots: Slots) => string): Shape =>
  (slots) =>
    make(slots.a.title, slots);

/** A question, a how, a number, a contrast, a name … : neighbours are of different kinds. */
const PLAIN: readonly Shape[] = [
  withTwo((a, b) => `What Can ${a} Teach Us About ${b}?`),
  withFigure((a, figure) => `${figure}: The Number Behind ${a}`),
  withName((a, name) => `What ${name} Learned About ${a}`),
  withTwo((a, b) => `How ${a} Could Change the Way We See ${b}`),
  ({ a, quote }) => quote && `“${quote}”: The Story of ${a.title}`,
  withTwo((a, b, { b: second }) => `Not Just ${a}: Why ${b} ${agree(second!, "Matters", "Matter")}`),
  ({ a, audience }) => audience && `What ${audience} Should Know About ${a.title}`,
  withOne((a, { a: first }) => `Why ${a} ${agree(first, "Deserves", "Deserve")} a Closer Look`),
  withTwo((a, b) => `Inside ${a}: A New Look at ${b}`),
  withName((a, name) => `${name} and the Question of ${a}`),
  withOne((a) => `3 Lessons From ${a}`),
  withFigure((a, figure) => `What ${figure} Can Tell Us About ${a}`),
  withOne((a) => `The Story Behind ${a}`),
  withTwo((a, b) => `Between ${a} and ${b}`),
  withOne((a) => `What Comes After ${a}?`),
  withOne((a) => `How to Think About ${a}`),
];

const SHORT: readonly Shape[] = [
  withTwo((a, b) => `${a} and ${b}`),
  withOne((a) => `Why ${a}?`),
  withOne((a) => `Inside ${a}`),
  withName((a, name) => `${name} on ${a}`),
  withOne((a) => `${a}, Explained`),
  withOne((a) => `Rethinking ${a}`),
  withFigure((a, figure) => `${figure}: ${a}`),
  withOne((a) => `After ${a}`),
  withOne((a) => `${a} Up Close`),
  withOne((a) => `Beyond ${a}`),
];

const PLAYFUL: readonly Shape[] = [
  withOne((a) => `${a}: It’s Complicated`),
  withOne((a) => `Who’s Afraid of ${a}?`),
  withTwo((a, b) => `${a}, but Make It ${b}`),
  withFigure((a, figure) => `${figure}? Pull Up a Chair, This Is About ${a}`),
  withOne((a) => `A Love Letter to ${a}`),
  withTwo((a, b, { a: first }) => `${a} and ${b} Walk Into a ${first.plural ? "Party" : "Room"}`),
  withName((a, name) => `${name} Would Like a Word About ${a}`),
  withOne((a) => `Everything You Never Dared to Ask About ${a}`),
  withOne((a) => `Keep Calm and Think of ${a}`),
  withTwo((a, b) => `Plot Twist: It Was ${b}, Not ${a}`),
  withOne((a) => `So You Think You Know ${a}`),
];

const FORMAL: readonly Shape[] = [
  withTwo((a, b) => `${a} in the Light of ${b}`),
  withOne((a) => `Understanding ${a}: Findings and Open Questions`),
  withFigure((a, figure) => `${figure}: Evidence on ${a}`),
  withName((a, name) => `On ${a}: The Case of ${name}`),
  withTwo((a, b) => `${a} and ${b}: An Overview`),
  withOne((a) => `Assessing ${a}`),
  ({ a, audience }) => audience && `${a.title}: Considerations for ${audience}`,
  withOne((a) => `Perspectives on ${a}`),
  withTwo((a, b) => `From ${a} to ${b}: A Review`),
];

const QUESTIONS: readonly Shape[] = [
  withTwo((a, b) => `What Can ${a} Teach Us About ${b}?`),
  withOne((a, { a: first }) => `Why ${agree(first, "Does", "Do")} ${a} Matter?`),
  withName((a, name) => `What Did ${name} Learn About ${a}?`),
  withOne((a) => `What Comes After ${a}?`),
  withFigure((a, figure) => `${figure}: What Does It Say About ${a}?`),
  withTwo((a, b) => `Can ${a} Change ${b}?`),
  withOne((a) => `Are We Ready for ${a}?`),
  withOne((a) => `Who Gains the Most From ${a}?`),
  withTwo((a, b) => `${a} or ${b}: Which Comes First?`),
  ({ a, audience }) => audience && `What Should ${audience} Know About ${a.title}?`,
];

/** The kinds of titles for each tone, best first. */
export const SHAPES: Readonly<Record<"plain" | "short" | "playful" | "formal" | "questions", readonly Shape[]>> = {
  plain: PLAIN,
  short: SHORT,
  playful: PLAYFUL,
  formal: FORMAL,
  questions: QUESTIONS,
};
