import { type FormEvent, type ReactElement, useState } from "react";
import { useSetting } from "../setting.ts";
import { token } from "../settings.ts";

/** Asks for the token that this server wants; it is kept for this tab. */
export function TokenField(): ReactElement {
  const inUse = useSetting(token);
  const [text, setText] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    token.set(text.trim());
    setText("");
  };
  return (
    <form className="border-b border-line" onSubmit={submit} autoComplete="off">
      <div className="mx-auto flex max-w-[86rem] flex-wrap items-center gap-3 px-gutter py-2">
        <label className="text-sm font-medium" htmlFor="token">
          Token
        </label>
        <input
          id="token"
          className="input w-40 flex-1 py-1 text-sm sm:max-w-64"
          type="password"
          spellCheck={false}
          value={text}
          placeholder={inUse === undefined ? "This server asks for one" : "In use; paste another"}
          onChange={(event) => setText(event.target.value)}
        />
        <button className="sluice-button sluice-small" type="submit">
          Use it
        </button>
        {inUse !== undefined && (
          <button
            className="sluice-button sluice-small sluice-quiet"
            type="button"
            onClick={() => token.set(undefined)}
          >
            Forget it
          </button>
        )}
      </div>
    </form>
  );
}
