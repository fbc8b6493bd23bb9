import type { ReactElement } from "react";
import { Field } from "./field.tsx";

export interface QuestionFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (question: string) => void;
}

/** What is asked, in a form that keeps it. */
export function QuestionField({ label, value, onChange }: QuestionFieldProps): ReactElement {
  return (
    <Field label={label} htmlFor="question">
      <textarea
        id="question"
        rows={2}
        required
        aria-keyshortcuts="Control+Enter"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </Field>
  );
}
