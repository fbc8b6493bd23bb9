import { Fragment, type ReactElement } from "react";
import { named } from "./words.ts";

/** Any JSON value for a reader: fields by name, lists as lists, the rest as text. */
export function JsonFields({ value }: { readonly value: unknown }): ReactElement {
  if (Array.isArray(value)) {
    return (
      <ul className="sluice-fields">
        {value.map((item: unknown, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            <JsonFields value={item} />
          </li>
        ))}
      </ul>
    );
  }
  if (typeof value === "object" && value !== null) {
    return (
      <dl className="sluice-fields">
        {Object.entries(value).map(([key, field]: [string, unknown]) => (
          <Fragment key={key}>
            <dt>{named(key)}</dt>
            <dd>
              <JsonFields value={field} />
            </dd>
          </Fragment>
        ))}
      </dl>
    );
  }
  return <>{value === true ? "Yes" : value === false ? "No" : String(value ?? "–")}</>;
}
