import { type ReactElement, type RefObject } from "react";

const SHORTCUTS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["Ctrl", "Enter"], "send what is written"],
  [["Esc"], "cancel the answer that is under way"],
  [["/"], "go to the first field to write in"],
  [["?"], "show this"],
];

/** What the keyboard can do, and what the wire's buttons are for. */
export function Help({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }): ReactElement {
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="help-heading">
      <h2 id="help-heading" className="text-xl font-semibold">
        Help and shortcuts
      </h2>
      <dl className="my-5 grid grid-cols-[auto_1fr] items-baseline gap-x-5 gap-y-2.5">
        {SHORTCUTS.map(([keys, does]) => (
          <div key={does} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="sluice-hint mb-5">
        An answer is a stream that the server keeps. Reload the page, cut or freeze the wire, open the answer in a
        second tab: it goes on where it stopped, and nothing is lost or doubled.
      </p>
      <form method="dialog">
        <button className="sluice-button sluice-small">Close</button>
      </form>
    </dialog>
  );
}
