import { type ReactElement, useRef, useState } from "react";
import { counted } from "sluice/react-ui";
import { AskForm } from "../../page/ask-form.tsx";
import { Field } from "../../page/field.tsx";
import { EXAMPLE_ARTICLE } from "./example-article.ts";

export interface ArticleFormProps {
  /** What the form holds until something else is written. */
  readonly article: string;
  readonly projectId: string;
  /** Another project was named. */
  readonly onProject: (projectId: string) => void;
  readonly busy: boolean;
  readonly onSend: (article: string, projectId: string) => void;
  readonly onCancel: () => void;
}

/** The article whose titles are wanted, and the project that it is for. */
export function ArticleForm({ busy, onProject, onSend, onCancel, ...before }: ArticleFormProps): ReactElement {
  const [written, setText] = useState<string>();
  const [named, setProject] = useState<string>();
  const text = written ?? before.article;
  const project = named ?? before.projectId;
  const isNameless = project.trim() === "";
  const area = useRef<HTMLTextAreaElement>(null);
  const words = wordCount(text);
  const useExample = (): void => {
    setText(EXAMPLE_ARTICLE);
    area.current?.focus();
    requestAnimationFrame(() => area.current?.setSelectionRange(0, 0));
  };
  return (
    <AskForm
      send="Suggest titles"
      busy={busy}
      onSend={() => onSend(text.trim(), project.trim())}
      onCancel={onCancel}
      beside={words > 0 && <span className="sluice-hint ml-auto tabular-nums">{counted(words, "word")}</span>}
    >
      <Field label="Project" htmlFor="project">
        <input
          id="project"
          className="input max-w-64"
          required
          pattern=".*\S.*"
          title="The project's name"
          maxLength={128}
          spellCheck={false}
          aria-describedby="project-problem"
          aria-invalid={isNameless}
          value={project}
          onChange={({ target }) => setProject(target.value)}
          onBlur={() => isNameless || onProject(project.trim())}
        />
        <p id="project-problem" className="text-[0.9375rem] text-bad empty:hidden" role="alert">
          {isNameless && "Name a project: its prompt cards shape the answer."}
        </p>
      </Field>
      <Field
        label="Article"
        htmlFor="article"
        beside={
          <button className="link text-sm" type="button" onClick={useExample}>
            Use an example article
          </button>
        }
      >
        <textarea
          ref={area}
          id="article"
          className="h-[clamp(12rem,100dvh-40rem,30rem)] [field-sizing:fixed]"
          required
          placeholder="Paste your article here…"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
    </AskForm>
  );
}

/** Words in a text, as people count them. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
