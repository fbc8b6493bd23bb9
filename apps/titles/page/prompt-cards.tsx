import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { type EndpointClient, askEndpoint } from "../../page/endpoint.ts";
import type { Card } from "../cards.ts";
import { CardRow } from "./card-row.tsx";

export interface PromptCardsProps {
  readonly client: EndpointClient;
  readonly projectId: string;
}

/** The cards on the page: each has a key that stays when others go. */
type Rows = readonly { readonly key: number; readonly card: Card }[];

/** The editor of a project's prompt cards: standing instructions that shape each answer. They are asked for when it is opened. */
export function PromptCards({ client, projectId }: PromptCardsProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [read, setRows] = useState<Rows>([]);
  const [told, tell] = useState("");
  const [loaded, setLoaded] = useState<string>();
  const keys = useRef(0);
  const path = `/projects/${encodeURIComponent(projectId)}/cards`;
  // Not those of another project.
  const rows = loaded === path ? read : [];

  useEffect(() => {
    if (!isOpen || loaded === path) return undefined;
    let isWanted = true;
    askEndpoint<{ cards: Card[] }>(client, path).then(
      ({ cards }) => {
        if (!isWanted) return;
        setLoaded(path);
        setRows(cards.map((card) => ({ key: (keys.current += 1), card })));
        tell("");
      },
      (thrown: Error) => {
        if (isWanted) tell(`Not loaded. ${thrown.message}`);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [client, path, isOpen, loaded]);

  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    try {
      await askEndpoint(client, path, { method: "PUT", body: { cards: cardsIn(event.currentTarget) } });
      tell("Saved. The next answer uses them.");
    } catch (thrown) {
      tell(`Not saved. ${(thrown as Error).message}`);
    }
  };
  const remove = (key: number): void => {
    setRows(rows.filter((row) => row.key !== key));
    tell("Removed here. Save to keep it so.");
  };

  return (
    <details className="border-t border-line pt-3" onToggle={(event) => setOpen(event.newState === "open")}>
      <summary className="text-[0.9375rem] font-medium">
        Prompt cards {rows.length > 0 && <span className="sluice-hint">{rows.length}</span>}
      </summary>
      <p className="sluice-hint mt-1">Standing instructions for this project. They shape every answer.</p>
      <form className="mt-3 flex flex-col gap-3" autoComplete="off" onSubmit={(event) => void save(event)}>
        <ul className="flex flex-col gap-3">
          {rows.map(({ key, card }) => (
            <CardRow key={key} card={card} onRemove={() => remove(key)} />
          ))}
        </ul>
        <div className="sluice-row">
          <button
            className="sluice-button"
            type="button"
            disabled={loaded !== path}
            onClick={() => setRows([...rows, { key: (keys.current += 1), card: { name: "", text: "" } }])}
          >
            Add a card
          </button>
          <button className="sluice-button" type="submit" disabled={loaded !== path}>
            Save cards
          </button>
          <output className="sluice-hint">{told}</output>
        </div>
      </form>
    </details>
  );
}

function cardsIn(form: HTMLFormElement): Card[] {
  const fields = new FormData(form);
  const texts = fields.getAll("text").map(String);
  return fields.getAll("name").map((name, index) => ({ name: String(name).trim(), text: texts[index]!.trim() }));
}
