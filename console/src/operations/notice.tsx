import type { ReactElement, ReactNode } from "react";
import { Sign, type SignName } from "./sign.tsx";
import { PANEL } from "./panel.ts";

export interface NoticeProps {
  readonly sign: SignName;
  readonly title: string;
  /** Passing by: without a frame. */
  readonly quiet?: boolean;
  readonly children?: ReactNode;
}

/** Something that the page has to say instead of its contents, or above them. */
export function Notice({ sign, title, quiet = false, children }: NoticeProps): ReactElement {
  return (
    <div className={quiet ? "py-10 text-soft" : `${PANEL} p-6`} role="status">
      <p className="flex items-center gap-2 font-semibold">
        <Sign name={sign} />
        {title}
      </p>
      {children !== undefined && <div className="mt-1.5 max-w-2xl text-soft">{children}</div>}
    </div>
  );
}
