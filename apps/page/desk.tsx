import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";

/** As near to the end of the page as still counts as being there, pixels. */
const NEAR = 96;

export interface DeskProps {
  readonly heading: string;
  readonly lead: string;
  /** What one asks with. */
  readonly form: ReactNode;
  /** An answer is on its way. */
  readonly busy: boolean;
  /** What was answered. */
  readonly children: ReactNode;
}

/** The question on one side, the answers on the other; on a narrow screen under it. */
export function Desk({ heading, lead, form, busy, children }: DeskProps): ReactElement {
  const id = useId();
  const answers = useRef<HTMLElement>(null);
  useEffect(() => (busy ? watchToTheEnd(answers.current!) : undefined), [busy]);
  return (
    <div className="mx-auto grid w-full max-w-[86rem] flex-1 gap-10 px-gutter pt-6 pb-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] lg:gap-[clamp(3rem,5vw,6rem)]">
      <section
        aria-labelledby={id}
        className="flex min-w-0 flex-col gap-5 -m-1 p-1 lg:sticky lg:top-30 lg:max-h-[calc(100dvh-13rem)] lg:self-start lg:overflow-y-auto"
      >
        <header>
          <h1
            id={id}
            className="text-[clamp(1.625rem,1.3rem+1.2vw,2.125rem)] leading-tight font-semibold tracking-tight"
          >
            {heading}
          </h1>
          <p className="mt-2 text-soft">{lead}</p>
        </header>
        {form}
      </section>
      <section ref={answers} aria-label="Answers" className="flex min-w-0 flex-col gap-5">
        {children}
      </section>
    </div>
  );
}

/** A reader who watches an answer to its end is shown where it begins; one who scrolled away is left alone. */
function watchToTheEnd(answers: HTMLElement): () => void {
  // The list of messages goes to the end when an answer begins.
  let atEnd = true;
  const scrolled = (): void => {
    atEnd = document.documentElement.scrollHeight - innerHeight - scrollY < NEAR;
  };
  addEventListener("scroll", scrolled, { passive: true });
  return () => {
    removeEventListener("scroll", scrolled);
    if (!atEnd) return;
    const question = [...answers.querySelectorAll("[aria-label=You]")].at(-1);
    const show = (): void => question?.scrollIntoView({ block: "start", behavior: "instant" });
    show();
    // The list follows what has just grown once more, with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(show));
  };
}
