import { type FormEvent, type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useRef } from "react";

export interface AskFormProps {
  /** What the button says. */
  readonly send: string;
  /** An answer is on its way: it can be stopped, and nothing more be asked. */
  readonly busy: boolean;
  readonly onSend: (fields: FormData) => void;
  /** Stop, or Esc anywhere on the page. */
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
  /** At the end of the buttons' line. */
  readonly beside?: ReactNode;
}

/** A form that keeps what was asked, to be asked again with a change. Ctrl and Enter send, Esc stops. */
export function AskForm({ send, busy, onSend, onCancel, children, beside }: AskFormProps): ReactElement {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!busy) return undefined;
    const pressed = (event: globalThis.KeyboardEvent): void => {
      const isForDialog = event.isComposing || document.querySelector("dialog[open]") !== null;
      if (event.key === "Escape" && !isForDialog) onCancel();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [busy, onCancel]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!busy) onSend(new FormData(event.currentTarget));
  };
  const press = (event: KeyboardEvent<HTMLFormElement>): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  };
  const stop = (): void => {
    onCancel();
    // The button under the focus goes.
    button.current?.focus();
  };
  return (
    // The keys are those of its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form className="sluice-prompt" autoComplete="off" onSubmit={submit} onKeyDown={press}>
      {children}
      <div className="sluice-row">
        <button ref={button} className="sluice-button sluice-primary" type="submit" aria-disabled={busy}>
          {send}
        </button>
        {busy && (
          <button className="sluice-button" type="button" aria-keyshortcuts="Escape" onClick={stop}>
            Stop
          </button>
        )}
        <span className="sluice-keys" aria-hidden="true">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
        {beside}
      </div>
    </form>
  );
}
