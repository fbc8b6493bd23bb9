"use client";
import { type FormEvent, type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef, useState } from "react";

export interface PromptBoxProps {
  readonly label: string;
  /** Is given the text, without space around it. */
  readonly onSend: (text: string) => void;
  /** Nothing can be sent now. */
  readonly disabled?: boolean;
  /** An answer is on its way: Stop, or Esc, calls `onCancel`. */
  readonly busy?: boolean;
  readonly onCancel?: () => void;
  readonly placeholder?: string;
  /** What the button says; "Send" where nothing is said. */
  readonly send?: string;
  /** More to fill in or to choose, between the text and the buttons. */
  readonly children?: ReactNode;
}

/** Where the reader asks. Ctrl and Enter send, Esc stops. */
export function PromptBox(props: PromptBoxProps): ReactElement {
  const { label, onSend, disabled = false, busy = false, onCancel, placeholder, send: word = "Send", children } = props;
  const [text, setText] = useState("");
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const sendable = !disabled && !busy && text.trim() !== "";
  const send = (): void => {
    if (!sendable) return;
    onSend(text.trim());
    setText("");
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
    else if (event.key === "Escape" && busy) onCancel?.();
  };
  const stop = (): void => {
    onCancel?.();
    // The button under the focus goes.
    button.current?.focus();
  };
  return (
    // The keys are those of its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form className="sluice-prompt" onSubmit={submit} onKeyDown={press}>
      <label className="sluice-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        value={text}
        rows={2}
        placeholder={placeholder}
        aria-keyshortcuts="Control+Enter"
        onChange={(event) => setText(event.target.value)}
      />
      {children}
      <div className="sluice-row">
        {/* Not disabled, so that it keeps the focus while the answer comes. */}
        <button ref={button} type="submit" className="sluice-button sluice-primary" aria-disabled={!sendable}>
          {word}
        </button>
        {busy && onCancel !== undefined && (
          <button type="button" className="sluice-button" aria-keyshortcuts="Escape" onClick={stop}>
            Stop
          </button>
        )}
        <span className="sluice-keys" aria-hidden="true">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
      </div>
    </form>
  );
}
