import { type ReactElement, useEffect, useRef } from "react";
import type { Card } from "../cards.ts";

export interface CardRowProps {
  readonly card: Card;
  readonly onRemove: () => void;
}

/** One prompt card to be edited; a new one has the focus. */
export function CardRow({ card, onRemove }: CardRowProps): ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const isNew = card.name === "";
  useEffect(() => {
    if (isNew) name.current?.focus();
  }, [isNew]);
  return (
    <li className="flex flex-col gap-2 rounded-xl border border-line bg-surface p-3">
      <div className="flex gap-2">
        <input
          ref={name}
          className="input"
          name="name"
          aria-label="Card name"
          placeholder="Name"
          required
          maxLength={100}
          defaultValue={card.name}
        />
        <button className="sluice-button sluice-quiet" type="button" onClick={onRemove}>
          Remove
        </button>
      </div>
      <textarea
        className="input"
        name="text"
        aria-label="Card text"
        placeholder="Text"
        required
        rows={2}
        defaultValue={card.text}
      />
    </li>
  );
}
